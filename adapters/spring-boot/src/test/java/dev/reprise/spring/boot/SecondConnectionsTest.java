package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What escapes the transaction of a request by a second connection is named in the log. */
@ExtendWith(OutputCaptureExtension.class)
class SecondConnectionsTest {
    private static final String WARNING = "A second connection was opened";

    @RestController
    static class Work {
        private final JdbcTemplate jdbc;
        private final DataSource source;
        private final TransactionTemplate apart;

        Work(JdbcTemplate jdbc, DataSource source, PlatformTransactionManager manager) {
            this.jdbc = jdbc;
            this.source = source;
            this.apart = new TransactionTemplate(manager);
            apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        }

        @Idempotent
        @PostMapping("/inside")
        String inside() {
            jdbc.queryForObject("SELECT 1", Integer.class);
            return "done";
        }

        @Idempotent
        @PostMapping("/apart")
        String apart() {
            apart.executeWithoutResult(status -> jdbc.queryForObject("SELECT 1", Integer.class));
            return "done";
        }

        @Idempotent
        @PostMapping("/by-hand")
        String byHand() throws SQLException {
            try (Connection connection = source.getConnection()) {
                return "valid " + connection.isValid(1);
            }
        }

        @PostMapping("/unprotected")
        String unprotected() {
            return apart();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Work.class)
    static class Application {}

    @Test
    void each_place_is_named_once(CapturedOutput output) throws Exception {
        try (Booted application = Booted.start(Application.class)) {
            application.post("/inside", "a", "");
            application.post("/unprotected", "b", "");
            assertThat(output).doesNotContain(WARNING);

            application.post("/apart", "c", "");
            application.post("/apart", "d", "");
            application.post("/by-hand", "e", "");

            assertThat(output.getOut().split(WARNING, -1)).hasSize(3);
            assertThat(output).contains("Work.apart(").contains("Work.byHand(");
            assertThat(application.bean(HikariDataSource.class).getMaximumPoolSize())
                    .isEqualTo(4);
        }
    }

    @Test
    void it_can_be_meant(CapturedOutput output) throws Exception {
        try (Booted application = Booted.start(Application.class, "--reprise.warn-of-second-connections=false")) {
            assertThat(application.post("/by-hand", "k", "").body()).isEqualTo("valid true");
            assertThat(output).doesNotContain(WARNING);
        }
    }
}
