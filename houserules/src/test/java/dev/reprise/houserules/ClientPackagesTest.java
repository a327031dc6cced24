package dev.reprise.houserules;

import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The client's package has what its users name, and nothing else; the rest is one package further in. */
class ClientPackagesTest {
    private static final String ROOT = "dev.reprise.client";
    private static final String SPI = "dev.reprise.client.spi";

    @Test
    void every_public_type_of_the_client_is_on_its_page() throws IOException {
        String page = Files.readString(House.ROOT.resolve("docs/client.md"));

        assertThat(publicTypes(ROOT))
                .hasSizeBetween(1, 18)
                .allSatisfy(type -> assertThat(Pattern.compile("\\b" + type + "\\b")
                                .matcher(page)
                                .find())
                        .as(type + " is named in docs/client.md; what users do not name is for the package spi")
                        .isTrue());
    }

    @Test
    void what_adapters_and_rules_are_written_against_has_at_most_14_public_types() {
        assertThat(publicTypes(SPI)).hasSizeBetween(1, 14);
    }

    @Test
    void who_only_makes_calls_needs_nothing_of_the_spi() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.reprise.client..")
                .and()
                .resideOutsideOfPackage("dev.reprise.outbox..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(SPI)
                .check(House.CLASSES);
    }

    private static List<String> publicTypes(String packageName) {
        return House.CLASSES.stream()
                .filter(type -> type.getPackageName().equals(packageName))
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(PUBLIC))
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .map(JavaClass::getSimpleName)
                .sorted()
                .toList();
    }
}
