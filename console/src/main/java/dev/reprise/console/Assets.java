package dev.reprise.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What pages need besides, from the class path: nothing comes from elsewhere. */
final class Assets {
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final Map<String, Asset> ALL = Map.of(
            "console.css", own("console.css", CSS),
            "console.js", own("console.js", SCRIPT),
            "activity.js", own("activity.js", SCRIPT),
            "icon.svg", own("icon.svg", "image/svg+xml"),
            "htmx.js", new Asset("htmx.org", "dist/htmx.min.js", SCRIPT),
            "uplot.js", new Asset("uplot", "dist/uPlot.iife.min.js", SCRIPT),
            "uplot.css", new Asset("uplot", "dist/uPlot.min.css", CSS));

    private Assets() {}

    /**
     * A file on the class path.
     *
     * @param webjar the WebJar that has it; null if it is ours
     */
    private record Asset(@Nullable String webjar, String file, String type) {}

    private static Asset own(String file, String type) {
        return new Asset(null, file, type);
    }

    /** The asset of that name. */
    static Optional<ConsoleResponse> find(String name) {
        return Optional.ofNullable(ALL.get(name)).map(asset -> Answers.asset(asset.type(), read(place(asset))));
    }

    private static String place(Asset asset) {
        String webjar = asset.webjar();
        return webjar == null
                ? "/dev/reprise/console/assets/" + asset.file()
                : "/META-INF/resources/webjars/" + webjar + "/" + version(webjar) + "/" + asset.file();
    }

    /** The folder of a WebJar has its version, which the build alone decides. */
    private static String version(String webjar) {
        Properties properties = new Properties();
        try (InputStream in = open("/META-INF/maven/org.webjars.npm/" + webjar + "/pom.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
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
