package dev.reprise.houserules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows between the packages of core, and their size. */
class CorePackagesTest {
    private static final String ROOT = "dev.reprise";
    private static final String SPI = "dev.reprise.spi";
    private static final String SUPPORT = "dev.reprise.spi.support";
    private static final String HTTP = "dev.reprise.http";
    private static final String MEMORY = "dev.reprise.memory";
    private static final String RESUMABLE = "dev.reprise.resumable";
    private static final String INTERNAL = "dev.reprise.internal";
    private static final String ENCRYPTION = "dev.reprise.encryption";

    private final JavaClasses core = House.core().classes();

    @Test
    void the_engine_knows_neither_http_nor_a_store() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT, INTERNAL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, MEMORY, RESUMABLE)
                .check(core);
    }

    /** It stands beside the other engines, on the same values and the same SPI. */
    @Test
    void the_resumable_engine_knows_neither_http_nor_a_store() {
        noClasses()
                .that()
                .resideInAPackage(RESUMABLE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, MEMORY)
                .check(core);
    }

    @Test
    void the_spi_knows_neither_http_nor_a_store() {
        noClasses()
                .that()
                .resideInAPackage(SPI)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, MEMORY, SUPPORT, RESUMABLE, INTERNAL)
                .check(core);
    }

    @Test
    void the_building_blocks_of_stores_know_the_spi_and_neither_http_nor_a_store() {
        noClasses()
                .that()
                .resideInAPackage(SUPPORT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, MEMORY)
                .check(core);
    }

    @Test
    void encryption_stands_in_front_of_stores_and_nobody_else_in_core_knows_it() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ENCRYPTION)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ENCRYPTION)
                .check(core);
        noClasses()
                .that()
                .resideInAPackage(ENCRYPTION)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, MEMORY, RESUMABLE, INTERNAL)
                .check(core);
    }

    @Test
    void http_knows_the_engines_and_neither_a_store_nor_the_spi() {
        noClasses()
                .that()
                .resideInAPackage(HTTP)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SPI, MEMORY)
                .check(core);
    }

    /** The engine stands on the SPI, and the SPI speaks of the engine's values: those must not lead back. */
    @Test
    void the_values_that_the_spi_speaks_of_do_not_use_the_spi() {
        Set<JavaClass> values = valuesOfTheSpi();

        assertThat(values).extracting(JavaClass::getSimpleName).contains("OperationRecord", "OperationState");
        classes()
                .that(describe("the SPI speaks of", values::contains))
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage(SPI)
                .check(core);
    }

    /** So that the in-memory store is the example which it is for authors of stores. */
    @Test
    void a_store_uses_the_spi_and_its_values_and_nothing_else_of_core() {
        Set<JavaClass> values = valuesOfTheSpi();
        classes()
                .that()
                .resideInAnyPackage(MEMORY, "dev.reprise.store..")
                .should()
                .onlyDependOnClassesThat(describe(
                        "are of the SPI or its building blocks, values that it speaks of, the store's own, or no part of core",
                        type -> type.getPackageName().equals(SPI)
                                || type.getPackageName().equals(SUPPORT)
                                || type.getPackageName().equals(MEMORY)
                                || values.contains(type.getBaseComponentType())
                                || !House.core().owns(type.getBaseComponentType())))
                .check(House.CLASSES);
    }

    @Test
    void the_root_package_has_at_most_29_public_types() {
        assertThat(publicTypes(ROOT)).hasSizeBetween(1, 29);
    }

    @Test
    void the_spi_has_at_most_15_public_types() {
        assertThat(publicTypes(SPI)).hasSizeBetween(1, 15);
    }

    private Stream<String> publicTypes(String packageName) {
        return core.stream()
                .filter(type -> type.getPackageName().equals(packageName))
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(PUBLIC))
                .map(JavaClass::getSimpleName)
                .sorted();
    }

    /** The types of the root package that the SPI and its building blocks use, directly or through one another. */
    private Set<JavaClass> valuesOfTheSpi() {
        Set<JavaClass> found = new LinkedHashSet<>();
        Deque<JavaClass> open = new ArrayDeque<>(core.stream()
                .filter(type -> type.getPackageName().equals(SPI)
                        || type.getPackageName().equals(SUPPORT))
                .toList());
        while (!open.isEmpty()) {
            open.pop().getDirectDependenciesFromSelf().stream()
                    .map(Dependency::getTargetClass)
                    .map(JavaClass::getBaseComponentType)
                    .filter(type -> type.getPackageName().equals(ROOT))
                    .filter(found::add)
                    .forEach(open::push);
        }
        return found;
    }
}
