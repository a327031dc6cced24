package dev.reprise.houserules;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

/**
 * A module of the build.
 *
 * @param folder where it is, as the parent pom says it
 * @param root the package that holds all of its classes
 * @param kind what it may use
 */
record Module(String folder, String root, Kind kind) {
    /** Whether the class was compiled in this module; its package may claim otherwise. */
    boolean owns(JavaClass type) {
        return type.getSource()
                .map(source -> source.getUri().toString().contains("/" + folder + "/target/"))
                .orElse(false);
    }

    JavaClasses classes() {
        return House.CLASSES.that(DescribedPredicate.describe("are of " + folder, this::owns));
    }

    boolean mayUse(JavaClass type) {
        JavaClass element = type.getBaseComponentType();
        if (element.isPrimitive() || owns(element)) {
            return true;
        }
        if (House.isOurs(element)) {
            return House.moduleOf(element)
                    .map(Module::kind)
                    .filter(kind::mayUse)
                    .isPresent();
        }
        return kind.libraries().isEmpty()
                || kind.libraries().stream()
                        .anyMatch(library -> element.getPackageName().equals(library)
                                || element.getPackageName().startsWith(library + "."));
    }

    @Override
    public String toString() {
        return folder;
    }
}
