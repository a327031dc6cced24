package dev.reprise.houserules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.reprise.http.ProblemType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages say what the code does: their examples run, their links lead somewhere, and their lists are whole. */
class DocumentationTest {
    private static final Pattern NAMED_PAGE = Pattern.compile("\\bdocs/[\\w./-]+\\.(?:md|yaml)");
    private static final Pattern NAMED_CLASS = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.\\w+)*`");
    private static final Pattern DECISION = Pattern.compile("\\d{3}-.*\\.md");

    static Stream<Page> pages() {
        return Page.all().stream();
    }

    /**
     * The section of a Java block links to the test that it is taken from, or that runs the linked class it is taken from:
     * so nobody has to guess its imports, and it compiles and works.
     */
    @ParameterizedTest
    @MethodSource("pages")
    void every_java_block_is_a_piece_of_the_test_that_its_section_links_to(Page page) {
        for (Page section : page.sections()) {
            List<Path> sources = section.links().stream()
                    .filter(link -> link.endsWith(".java") && link.contains("src/test/java/"))
                    .map(section::target)
                    .filter(file -> Files.exists(House.ROOT.resolve(file)))
                    .toList();
            List<String> texts =
                    sources.stream().map(file -> lines(Page.read(file))).toList();

            assertThat(section.javaBlocks()).allSatisfy(block -> {
                assertThat(sources)
                        .as("links to a test in the section of %s with%n%s".formatted(page.file(), block))
                        .anyMatch(file -> file.toString().endsWith("Test.java"));
                assertThat(texts)
                        .as("test sources that a section of %s links to; one must contain, line by line:%n%s"
                                .formatted(page.file(), block))
                        .anyMatch(text -> text.contains(lines(block)));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void every_link_to_a_file_of_the_repository_leads_somewhere(Page page) {
        assertThat(page.links()).filteredOn(link -> !link.contains(":")).allSatisfy(link -> {
            Path target = page.target(link);
            assertThat(House.ROOT.resolve(target)).exists();
            if (link.contains("#")) {
                assertThat(Page.of(target).anchors()).as(link).contains(link.split("#", 2)[1]);
            }
        });
    }

    static Stream<Module> modules() {
        return House.MODULES.stream();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void every_page_that_the_code_names_is_there(Module module) throws IOException {
        try (Stream<Path> files = Files.walk(House.ROOT.resolve(module.folder()).resolve("src/main/java"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .flatMap(file -> NAMED_PAGE
                                    .matcher(Page.read(House.ROOT.relativize(file)))
                                    .results())
                            .map(MatchResult::group))
                    .allSatisfy(page -> assertThat(House.ROOT.resolve(page)).exists());
        }
    }

    @Test
    void every_page_is_in_the_index_of_pages() {
        assertThat(targets("docs/README.md")).containsAll(files("docs"));
    }

    @Test
    void every_decision_is_in_the_index_of_decisions() {
        assertThat(targets("docs/adr/README.md"))
                .containsAll(files("docs/adr").stream()
                        .filter(file ->
                                DECISION.matcher(file.getFileName().toString()).matches())
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void every_problem_has_a_page_by_the_name_of_its_type_S24(ProblemType problem) {
        String name = problem.type().substring(problem.type().lastIndexOf('/') + 1);
        Path page = Path.of("docs/problems", name + ".md");

        assertThat(Page.read(page)).contains(problem.type(), String.valueOf(problem.status()), problem.title());
        assertThat(targets("docs/problems/README.md")).contains(page);
    }

    @Test
    void the_life_of_an_operation_names_classes_that_exist() {
        Set<String> classes =
                House.core().classes().stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());

        assertThat(NAMED_CLASS
                        .matcher(Page.read(Path.of("docs/life-of-an-operation.md")))
                        .results()
                        .map(named -> named.group(1))
                        .filter(name -> !name.endsWith("Test") && !name.endsWith("Contract")))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(classes).contains(name));
    }

    @Test
    void the_readme_is_short() {
        assertThat(Page.read(Path.of("README.md")).lines()).hasSizeLessThan(130);
    }

    @Test
    void the_readme_names_the_version_of_the_build() {
        Matcher version = Pattern.compile("<version>(.*?)</version>").matcher(Page.read(Path.of("pom.xml")));

        assertThat(version.find()).isTrue();
        assertThat(Page.read(Path.of("README.md"))).contains("<version>" + version.group(1) + "</version>");
    }

    @Test
    void the_page_about_sizes_knows_the_descriptors_of_the_unit() {
        Matcher limit =
                Pattern.compile("LimitNOFILE=(\\d+)").matcher(Page.read(Path.of("dist/src/systemd/reprise.service")));

        assertThat(limit.find()).isTrue();
        assertThat(Page.read(Path.of("docs/sizing.md")))
                .contains(String.format(Locale.ROOT, "%,d", Integer.parseInt(limit.group(1))));
    }

    @Test
    void every_module_is_in_the_table_of_contributing() {
        String page = Page.read(Path.of("CONTRIBUTING.md"));

        assertThat(House.MODULES).allSatisfy(module -> assertThat(page).contains("| `" + module.folder() + "` |"));
    }

    private static List<Path> targets(String page) {
        Page index = Page.of(Path.of(page));
        return index.links().stream()
                .filter(link -> !link.contains(":"))
                .map(index::target)
                .toList();
    }

    /** The pages in a folder, but for its index. */
    private static List<Path> files(String folder) {
        try (Stream<Path> files = Files.list(House.ROOT.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .map(House.ROOT::relativize)
                    .filter(file -> !file.endsWith("README.md"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines without their indentation. */
    private static String lines(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
