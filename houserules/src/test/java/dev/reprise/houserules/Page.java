package dev.reprise.houserules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param file where it is, from the root of the repository
 */
record Page(Path file, String text) {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|srcset)=\"([^\"]+)\"");
    private static final Pattern SECTIONS = Pattern.compile("(?m)^(?=#{1,6} )");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.*)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");
    private static final Pattern JAVA = Pattern.compile("(?ms)^ *```java\n(.*?)^ *```$");

    static Page of(Path file) {
        return new Page(file, read(file));
    }

    /** The pages of the repository. */
    static List<Page> all() {
        try (Stream<Path> docs = Files.walk(House.ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of("README.md", "CONTRIBUTING.md").map(House.ROOT::resolve), docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .map(file -> of(House.ROOT.relativize(file)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(House.ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text cut before each heading; code that looks like a heading does not count. */
    List<Page> sections() {
        String marked = FENCED.matcher(text)
                .replaceAll(block -> block.group()
                        .replaceAll("(?m)^#", "\0#")
                        .replace("\\", "\\\\")
                        .replace("$", "\\$"));
        return SECTIONS.splitAsStream(marked)
                .map(section -> new Page(file, section.replace("\0", "")))
                .toList();
    }

    List<String> javaBlocks() {
        return JAVA.matcher(text).results().map(block -> block.group(1)).toList();
    }

    /** The targets of links and pictures, code left out. */
    List<String> links() {
        return LINK.matcher(prose())
                .results()
                .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
                .toList();
    }

    /** The file that a link leads to, from the root of the repository. */
    Path target(String link) {
        String path = link.split("#", 2)[0];
        return path.isEmpty() ? file : file.resolveSibling(path).normalize();
    }

    /** What can stand behind {@code #} in a link to this page, as GitHub makes it of headings. */
    List<String> anchors() {
        return HEADING.matcher(prose())
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private String prose() {
        return FENCED.matcher(text).replaceAll("");
    }
}
