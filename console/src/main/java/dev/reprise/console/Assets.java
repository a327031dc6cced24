package dev.reprise.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** What pages need besides, from the class path: nothing comes from elsewhere. */
final class Assets {
    private static final String HTMX = "/META-INF/maven/org.webjars.npm/htmx.org/pom.properties";
    private static final Map<String, String> TYPES = Map.of(
            "console.css", "text/css; charset=utf-8",
            "console.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    private Assets() {}

    /** The asset of that name. */
    static Optional<ConsoleResponse> find(String name) {
        String type = TYPES.get(name);
        if (type != null) {
            return Optional.of(Answers.asset(type, read("/dev/reprise/console/assets/" + name)));
        }
        return name.equals("htmx.js")
                ? Optional.of(Answers.asset("text/javascript; charset=utf-8", read(htmx())))
                : Optional.empty();
    }

    /** Its folder has its version, which the build alone decides. */
    private static String htmx() {
        Properties properties = new Properties();
        try (InputStream in = open(HTMX)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "/META-INF/resources/webjars/htmx.org/" + properties.getProperty("version") + "/dist/htmx.min.js";
    }

    private static byte[] read(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream in = Assets.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IOException("The class path lacks " + resource);
        }
        return in;
    }
}
