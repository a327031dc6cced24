package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Rejection;
import dev.reprise.testkit.Parallel;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Methods that are executed once for a key, in an application without a web server. */
class IdempotentCallTest {
    record Command(String id, BigDecimal amount) {}

    interface Opaque {
        String getText();
    }

    record Receipt(UUID id, BigDecimal amount, List<String> lines) {}

    @Service
    static class Payments {
        private final JdbcTemplate jdbc;
        private final Semaphore places = new Semaphore(0);

        Payments(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Idempotent(key = "#command.id", payload = "#command", name = "payments")
        @Transactional
        public Receipt pay(Command command) {
            jdbc.update("INSERT INTO payment VALUES (?)", command.id());
            if (command.amount().signum() < 0) {
                throw new IllegalArgumentException("A negative amount");
            }
            return new Receipt(UUID.randomUUID(), command.amount(), List.of("paid " + command.amount()));
        }

        @Idempotent(key = "#id")
        public void note(@Nullable String id) {
            jdbc.update("INSERT INTO payment VALUES (?)", id);
        }

        @Idempotent(key = "#id")
        public List<Receipt> all(String id) {
            jdbc.update("INSERT INTO payment VALUES (?)", id);
            return List.of(new Receipt(UUID.randomUUID(), BigDecimal.TEN, List.of()));
        }

        @Idempotent(
                key = "#id",
                guarantee = Idempotent.Guarantee.LEASED,
                noEffectFor = IllegalArgumentException.class,
                maxWait = "${waiting:10s}")
        public String call(String id, @Nullable RuntimeException thrown) {
            jdbc.update("INSERT INTO payment VALUES (?)", id);
            if (thrown != null) {
                throw thrown;
            }
            return "called";
        }

        @Idempotent(key = "#id")
        public Opaque opaque(String id) {
            jdbc.update("INSERT INTO payment VALUES (?)", id);
            return () -> id;
        }

        void goOn() {
            places.release();
        }

        @Idempotent(key = "#id", maxWait = "10s")
        public String slowly(String id) throws InterruptedException {
            jdbc.update("INSERT INTO payment VALUES (?)", id);
            places.acquire();
            return "done " + id;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Payments.class)
    static class Application {}

    private ConfigurableApplicationContext context;
    private Payments payments;
    private JdbcTemplate jdbc;

    @BeforeEach
    void start() {
        context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.main.banner-mode=off",
                        "--logging.level.root=warn",
                        "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
                        "--spring.autoconfigure.exclude="
                                + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
                                + Booted.SECURITY);
        payments = context.getBean(Payments.class);
        jdbc = context.getBean(JdbcTemplate.class);
        jdbc.execute("CREATE TABLE payment (id VARCHAR(40))");
    }

    @AfterEach
    void stop() {
        context.close();
    }

    private int rows() {
        return jdbc.queryForList("SELECT id FROM payment").size();
    }

    private static Command command(String amount) {
        return new Command("c-1", new BigDecimal(amount));
    }

    @Test
    void a_repeated_call_returns_the_first_result_S7() {
        Receipt first = payments.pay(command("10.00"));
        Receipt again = payments.pay(command("10.00"));

        assertThat(again).isEqualTo(first);
        assertThat(again.amount()).isEqualTo(new BigDecimal("10.00"));
        assertThat(rows()).isOne();
        assertThat(payments.all("a")).isEqualTo(payments.all("a"));
        payments.note("n");
        payments.note("n");
        assertThat(rows()).isEqualTo(3);
    }

    @Test
    void another_payload_under_the_key_is_refused_S9() {
        payments.pay(command("10.00"));

        assertThatThrownBy(() -> payments.pay(command("11.00")))
                .isInstanceOfSatisfying(
                        RejectedCallException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Rejection.PAYLOAD_MISMATCH));
        assertThat(rows()).isOne();
    }

    @Test
    void an_exception_rolls_back_and_frees_the_key_S15() {
        assertThatThrownBy(() -> payments.pay(command("-1"))).hasMessage("A negative amount");

        assertThat(rows()).isZero();
        payments.pay(command("1"));
        assertThat(rows()).isOne();
    }

    @Test
    void a_call_works_in_the_transaction_of_its_caller() {
        TransactionTemplate outer = context.getBean(TransactionTemplate.class);
        Receipt undone = outer.execute(status -> {
            status.setRollbackOnly();
            return payments.pay(command("1"));
        });
        assertThat(rows()).isZero();

        Receipt done = outer.execute(status -> payments.pay(command("1")));
        assertThat(done).isNotEqualTo(undone);
        assertThat(outer.<Receipt>execute(status -> payments.pay(command("1")))).isEqualTo(done);
        assertThat(payments.pay(command("1"))).isEqualTo(done);
        assertThat(rows()).isOne();
    }

    @Test
    void under_a_lease_an_exception_leaves_the_outcome_unknown_unless_it_says_more_S15() {
        assertThatThrownBy(() -> payments.call("a", new IllegalArgumentException("not valid")))
                .hasMessage("not valid");
        assertThat(payments.call("a", null)).isEqualTo("called");
        assertThatThrownBy(() -> payments.call("b", new IllegalStateException("lost")))
                .hasMessage("lost");

        assertThatThrownBy(() -> payments.call("b", null))
                .isInstanceOfSatisfying(
                        RejectedCallException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Rejection.OUTCOME_UNKNOWN));
        assertThat(rows()).isEqualTo(3);
    }

    @Test
    void under_a_lease_nothing_is_executed_in_a_transaction_that_could_still_be_rolled_back_S19() {
        TransactionTemplate outer = context.getBean(TransactionTemplate.class);

        assertThatThrownBy(() -> outer.execute(status -> payments.call("a", null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("within a transaction");

        assertThat(rows()).isZero();
        assertThat(payments.call("a", null)).isEqualTo("called");
        assertThat(rows()).isOne();
    }

    @Test
    void a_result_that_nobody_could_read_back_is_rolled_back_before_it_is_recorded() {
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> payments.opaque("o"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cannot be read back");
        }
        assertThat(rows()).isZero();
    }

    @Test
    void fifty_calls_at_once_are_one_and_all_get_its_result_S8() throws Exception {
        payments.goOn();

        List<String> results = Parallel.run(50, () -> payments.slowly("s"));

        assertThat(results).hasSize(50).containsOnly("done s");
        assertThat(rows()).isOne();
    }

    @Test
    void a_key_that_is_none_is_refused_before_anything_happens_S3() {
        assertThatThrownBy(() -> payments.note(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("#id")
                .hasMessageContaining("null");
        assertThatThrownBy(() -> payments.note("a\nb")).hasMessageContaining("printable ASCII");
        assertThat(rows()).isZero();
    }
}
