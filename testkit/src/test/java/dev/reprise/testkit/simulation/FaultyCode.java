package dev.reprise.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.testkit.simulation.PlantedFault.Edit;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles the classes into which a fault is planted, and loads them in place of the right ones. */
final class FaultyCode extends ClassLoader {
    private static final List<Path> SOURCES = List.of(
            Path.of("..", "core", "src", "main", "java", "dev", "reprise"),
            Path.of("src", "main", "java", "dev", "reprise"));

    private final Path classes;

    private FaultyCode(Path classes) {
        super("faulty", FaultyCode.class.getClassLoader());
        this.classes = classes;
    }

    /**
     * Plants a fault.
     *
     * @param folder where the compiled classes go
     */
    static FaultyCode with(PlantedFault fault, Path folder) throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Edit edit : fault.edits()) {
            String source = sources.containsKey(edit.type()) ? sources.get(edit.type()) : source(edit.type());
            if (!source.contains(edit.code())) {
                throw new IllegalStateException("The code has changed, so the fault cannot be planted: no \""
                        + edit.code() + "\" in " + edit.type());
            }
            sources.put(edit.type(), source.replace(edit.code(), edit.fault()));
        }
        compile(sources, folder);
        return new FaultyCode(folder);
    }

    private static String source(String type) throws IOException {
        String file = type.replace('.', '/') + ".java";
        for (Path folder : SOURCES) {
            if (Files.exists(folder.resolve(file))) {
                return Files.readString(folder.resolve(file), UTF_8);
            }
        }
        throw new IllegalStateException("There is no class " + type + " to plant a fault into");
    }

    private static void compile(Map<String, String> sources, Path folder) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> files = new ArrayList<>();
        sources.forEach((type, source) -> files.add(
                new SimpleJavaFileObject(
                        URI.create("string:///dev/reprise/" + type.replace('.', '/') + ".java"),
                        JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreErrors) {
                        return source;
                    }
                }));
        List<String> options =
                List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none", "-nowarn");
        StringWriter complaints = new StringWriter();
        if (!compiler.getTask(complaints, null, null, options, null, files).call()) {
            throw new IllegalStateException("The fault does not compile:\n" + complaints);
        }
    }

    /** Our own classes come from here, the faulty ones first; so that they all belong together. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("dev.reprise.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        try (Stream<InputStream> found = Stream.of(open(file))) {
            byte[] bytes = found.findFirst().orElseThrow().readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private InputStream open(String file) throws IOException, ClassNotFoundException {
        Path faulty = classes.resolve(file);
        InputStream stream = Files.exists(faulty)
                ? Files.newInputStream(faulty)
                : getParent().getResourceAsStream(file);
        if (stream == null) {
            throw new ClassNotFoundException(file);
        }
        return stream;
    }
}
