package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.OperationRecord;
import dev.reprise.Reconciler;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Service;

/** Mistakes with methods that have a key fail the start, and say what to do. */
class CallStartFailureTest {
    @Service
    static class Hidden {
        @Idempotent(key = "#id")
        private String work(String id) {
            return id;
        }

        String call(String id) {
            return work(id);
        }
    }

    @Service
    static class Later {
        @Idempotent(key = "#id")
        public CompletableFuture<String> work(String id) {
            return CompletableFuture.completedFuture(id);
        }
    }

    @Service
    static class Broken {
        @Idempotent(key = "#id +")
        public String work(String id) {
            return id;
        }
    }

    @Service
    static class Twice {
        @Idempotent(key = "#id", name = "same")
        public String one(String id) {
            return id;
        }

        @Idempotent(key = "#id", name = "same")
        public Integer other(String id) {
            return id.length();
        }
    }

    @Service
    static class InSteps {
        @Idempotent(key = "#id", guarantee = Idempotent.Guarantee.RESUMABLE)
        public String work(String id) {
            return id;
        }
    }

    @Service
    static class WithoutKey {
        @Idempotent
        public String work(String id) {
            return id;
        }
    }

    @Service
    @Idempotent(key = "#id")
    static class WholeType {
        public String work(String id) {
            return id;
        }
    }

    @Service
    @Idempotent
    static class WholeService {
        public String work(String id) {
            return id;
        }
    }

    @Service
    static class AskingInVain implements Reconciler {
        @Idempotent(key = "#id", reconciler = "callStartFailureTest.AskingInVain")
        public String work(String id) {
            return id;
        }

        @Override
        public Finding reconcile(OperationRecord operation, Duration unknownFor) {
            return new Finding.DidNotHappen();
        }
    }

    enum Mistake {
        HIDDEN(Hidden.class, "Hidden.work has @Idempotent, and is private"),
        LATER(Later.class, "returns before its work is done"),
        BROKEN(Broken.class, "The key #id + is no expression"),
        TWICE(Twice.class, "share the keys of same"),
        WHOLE_TYPE(WholeType.class, "WholeType has @Idempotent, and is no controller"),
        WHOLE_SERVICE(WholeService.class, "WholeService has @Idempotent, and is no controller"),
        ASKING_IN_VAIN(AskingInVain.class, "AskingInVain.work names a reconciler"),
        IN_STEPS(InSteps.class, "no bean of Resumable"),
        WITHOUT_KEY(WithoutKey.class, "WithoutKey.work has @Idempotent, and no request reaches it");

        private final Class<?> service;
        private final String text;

        Mistake(Class<?> service, String text) {
            this.service = service;
            this.text = text;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @ParameterizedTest
    @EnumSource
    void the_start_fails(Mistake mistake) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Application.class, mistake.service)
                        .web(WebApplicationType.NONE)
                        .run(
                                "--spring.main.banner-mode=off",
                                "--logging.level.root=off",
                                "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
                                "--spring.artemis.mode=native",
                                "--spring.autoconfigure.exclude="
                                        + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
                                        + Booted.SECURITY)
                        .close())
                .satisfies(failure -> assertThat(failure).hasMessageContaining(mistake.text));
    }
}
