package dev.reprise.houserules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The modules there are, and their classes. A module that the parent pom builds and this list lacks fails a test. */
final class House {
    static final List<Module> MODULES = List.of(
            new Module("core", "dev.reprise", Kind.CORE),
            new Module("testkit", "dev.reprise.testkit", Kind.TESTKIT),
            new Module("client", "dev.reprise.client", Kind.CLIENT),
            new Module("outbox", "dev.reprise.outbox", Kind.CLIENT_EXTENSION),
            new Module("herd", "dev.reprise.herd", Kind.CLIENT_EXTENSION),
            new Module("stores/rocksdb", "dev.reprise.store.rocksdb", Kind.EXTENSION),
            new Module("stores/jdbc", "dev.reprise.store.jdbc", Kind.EXTENSION),
            new Module("stores/redis", "dev.reprise.store.redis", Kind.EXTENSION),
            new Module("stores/cassandra", "dev.reprise.store.cassandra", Kind.EXTENSION),
            new Module("adapters/servlet", "dev.reprise.servlet", Kind.EXTENSION),
            new Module("adapters/jackson", "dev.reprise.jackson", Kind.EXTENSION),
            new Module("adapters/spring", "dev.reprise.spring", Kind.EXTENSION),
            new Module("adapters/webflux", "dev.reprise.spring.webflux", Kind.EXTENSION),
            new Module("adapters/micrometer", "dev.reprise.micrometer", Kind.EXTENSION),
            new Module("adapters/webhook", "dev.reprise.webhook", Kind.BRIDGE),
            new Module("adapters/spring-boot", "dev.reprise.spring.boot", Kind.STARTER),
            new Module("conformance", "dev.reprise.conformance", Kind.CONFORMANCE),
            new Module("adapters/client-okhttp", "dev.reprise.client.okhttp", Kind.CLIENT_EXTENSION),
            new Module("adapters/client-apache", "dev.reprise.client.apache", Kind.CLIENT_EXTENSION),
            new Module("adapters/client-spring", "dev.reprise.client.spring", Kind.CLIENT_EXTENSION),
            new Module("adapters/client-grpc", "dev.reprise.client.grpc", Kind.CLIENT_EXTENSION),
            new Module("adapters/grpc", "dev.reprise.grpc", Kind.EXTENSION),
            new Module("console", "dev.reprise.console", Kind.CONSOLE),
            new Module("console-oidc", "dev.reprise.console.oidc", Kind.CONSOLE_EXTENSION),
            new Module("adapters/console-servlet", "dev.reprise.console.servlet", Kind.CONSOLE_EXTENSION),
            new Module("gateway", "dev.reprise.gateway", Kind.GATEWAY),
            new Module("examples/rocket-rides", "dev.reprise.examples.rides", Kind.PROGRAM),
            new Module("examples/payments", "dev.reprise.examples.payments", Kind.PROGRAM),
            new Module("benchmarks", "dev.reprise.benchmarks", Kind.PROGRAM));

    /** The only module whose packages are listed: the roots of the others lie inside of its own. */
    static final List<String> CORE_PACKAGES = List.of(
            "dev.reprise",
            "dev.reprise.http",
            "dev.reprise.memory",
            "dev.reprise.encryption",
            "dev.reprise.resumable",
            "dev.reprise.spi",
            "dev.reprise.spi.support",
            "dev.reprise.internal");

    /** All classes of Reprise on the class path but these tests and what JMH generates. */
    static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(House::isWritten).importPackages("dev.reprise");

    /** Tests run in the folder of their module. */
    static final Path ROOT = Path.of("..");

    private House() {}

    static Module core() {
        return MODULES.getFirst();
    }

    static Optional<Module> moduleOf(JavaClass type) {
        return MODULES.stream().filter(module -> module.owns(type)).findFirst();
    }

    static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals("dev.reprise")
                || type.getPackageName().startsWith("dev.reprise.");
    }

    private static boolean isWritten(Location location) {
        return !location.contains("/houserules/target/") && !location.contains("/jmh_generated/");
    }
}
