package dev.reprise.houserules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What all code refrains from, and one thing that every package does. */
class HabitsTest {
    @Test
    void only_the_command_line_which_sets_it_up_knows_java_util_logging() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.reprise.gateway.command")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(House.CLASSES);
    }

    @Test
    void only_programs_and_the_command_line_write_to_the_standard_streams() {
        noClasses()
                .that(describe("are no program and no command", type -> !isProgram(type)))
                .should(ACCESS_STANDARD_STREAMS)
                .check(House.CLASSES);
    }

    @Test
    void static_fields_are_final() {
        fields().that().areStatic().should().beFinal().check(House.CLASSES);
    }

    /** Clocks, randomness, executors, locks and counters are given to constructors. */
    @Test
    void static_fields_hold_no_state() {
        fields().that()
                .areStatic()
                .and()
                // The keys of a contract must be new to a real server in every test, each of which has its own
                // instance.
                .areNotDeclaredIn("dev.reprise.testkit.StoreFixture")
                .and()
                .areNotDeclaredIn("dev.reprise.testkit.ResumableFixture")
                .should()
                .haveRawType(not(resideInAPackage("java.util.concurrent..")
                                .and(not(assignableTo(TimeUnit.class)))
                                .or(assignableTo(InstantSource.class))
                                .or(assignableTo(RandomGenerator.class))
                                .or(assignableTo(ThreadLocal.class)))
                        .as("a type without state"))
                .check(House.CLASSES);
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(House.CLASSES)
                .extracting(JavaClass::getPackage)
                .isNotEmpty()
                .filteredOn(javaPackage -> !javaPackage.isAnnotatedWith(NullMarked.class))
                .extracting(JavaPackage::getName)
                .as("packages without @NullMarked")
                .isEmpty();
    }

    private static boolean isProgram(JavaClass type) {
        return type.getPackageName().startsWith("dev.reprise.gateway.command")
                || House.moduleOf(type)
                        .filter(module -> module.kind() == Kind.PROGRAM)
                        .isPresent();
    }
}
