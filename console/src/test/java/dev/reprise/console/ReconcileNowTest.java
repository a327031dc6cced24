package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Scope;
import dev.reprise.console.audit.AuditView;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.ReconcileOutcome;
import dev.reprise.spi.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An operator has it found out what happened, and does not wait until that is asked anyway (S33). */
class ReconcileNowTest extends ReconcilingFixture {
    private static final String PATH = "/operation/reconcile";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    private ConsoleResponse ask(OperationRef ref) {
        return operator().submit(PATH, "op", ref.text(), "reason", "the bank is back", "do", "yes");
    }

    private AuditView latest() {
        return audit.latest(null, 1).entries().getFirst();
    }

    @Test
    void says_first_what_it_means_and_asks_nobody_until_there_is_a_reason() {
        OperationRef ref = unknown("k");
        Surfer operator = operator();

        assertThat(page(operator, "/operation?op=" + ref.text())).contains(PATH + "?op=" + ref.text(), "Reconcile now");
        assertThat(page(operator, PATH + "?op=" + ref.text()))
                .contains("Its reconciler is asked now", "Connection was closed", "name=\"csrf\"");
        assertThat(operator.submit(PATH, "op", ref.text(), "reason", " ").status())
                .isEqualTo(422);

        assertThat(asked).isEmpty();
        assertThat(audit.latest(null, 1).entries()).isEmpty();
    }

    @Test
    void that_it_happened_is_recorded_and_shown_with_its_answer() {
        OperationRef ref = unknown("k");

        ConsoleResponse response = ask(ref);

        assertSays(response, 200, "It has happened", "Location: /charges/1", "charge 1", "/console/operation?op=");
        assertThat(store.find(ref.id()).orElseThrow().state()).isInstanceOf(Completed.class);
        assertThat(latest().by()).isEqualTo("olivia");
        assertThat(latest().action()).isEqualTo("reconcile");
        assertThat(latest().reason()).isEqualTo("the bank is back");
        assertThat(latest().before()).startsWith("unknown, attempt 1").contains("Connection was closed");
        assertThat(latest().outcome()).isEqualTo("executed");
    }

    @Test
    void that_it_did_not_happen_leaves_the_key_free() {
        service = record -> new Finding.DidNotHappen();
        OperationRef ref = unknown("k");

        assertSays(ask(ref), 200, "It did not happen", "The key is new");

        assertThat(store.find(ref.id())).isEmpty();
        assertThat(latest().outcome()).isEqualTo("not-executed");
    }

    @Test
    void what_is_not_known_stays_unknown_and_its_reason_is_text() {
        service = record -> new Finding.NotKnown("<script>alert(1)</script>");
        OperationRef ref = unknown("k");

        ConsoleResponse response = ask(ref);

        assertSays(response, 200, "It is still unknown", "&lt;script&gt;alert(1)", "Nothing was changed");
        assertThat(Surfer.text(response)).doesNotContain("<script>alert");
        assertThat(isUnknown(ref)).isTrue();
        assertThat(latest().outcome()).isEqualTo("still-unknown");
    }

    @Test
    void a_reconciler_that_fails_leaves_it_unknown() {
        service = record -> {
            throw new IllegalStateException("no route to host");
        };
        OperationRef ref = unknown("k");

        assertSays(ask(ref), 200, "It is still unknown", "no route to host");
        assertThat(isUnknown(ref)).isTrue();
    }

    @Test
    void in_the_turn_of_somebody_else_nobody_is_asked() {
        OperationRef ref = unknown("k");
        assertThat(store.startReconciling(ref.id(), ref.seen(), Duration.ofMinutes(1)))
                .isTrue();

        assertSays(ask(ref), 409, "Somebody else has the turn", "Nobody else does until", "Nothing was done");

        assertThat(asked).isEmpty();
        assertThat(isUnknown(ref)).isTrue();
        assertThat(latest().outcome()).isEqualTo("others-turn");
    }

    @Test
    void what_somebody_else_ends_meanwhile_is_left_to_them() {
        service = record -> {
            store.release(new Lease(record.id(), record.token(), 1, Duration.ofHours(1)));
            unknown("k");
            return new Finding.DidNotHappen();
        };
        OperationRef ref = unknown("k");

        assertSays(ask(ref), 409, "It was ended meanwhile");

        assertThat(store.find(ref.id())).isPresent();
        assertThat(latest().outcome()).isEqualTo("not-written");
    }

    @Test
    void of_what_has_changed_since_does_nothing_and_says_so() {
        OperationRef seen = unknown("k");
        store.release(new Lease(seen.id(), seen.seen(), 1, Duration.ofHours(1)));
        OperationRef now = unknown("k");

        assertSays(ask(seen), 409, "Nothing was done. It has changed", now.text());

        assertThat(asked).isEmpty();
        assertThat(audit.latest(null, 1).entries()).isEmpty();
    }

    @Test
    void is_neither_offered_nor_done_where_there_is_nobody_to_ask_or_nothing_to_find_out() {
        OperationRef strange =
                unknown(new OperationId(new Scope("alice", "/refunds"), new IdempotencyKey("k")), "lost");
        OperationRef done = completed(id("done"), Headers.EMPTY, "");
        OperationRef running = new OperationRef(
                id("running"), running(id("running"), Duration.ofHours(1)).token());

        for (OperationRef ref : List.of(strange, done, running)) {
            assertThat(page(operator(), "/operation?op=" + ref.text())).doesNotContain(PATH);
        }
        assertSays(ask(strange), 409, "There is nobody to ask", "no reconciler for operations of /refunds");
        assertSays(ask(done), 409, "There is nothing to find out", "is completed");
        assertSays(ask(running), 409, "There is nothing to find out", "is running");
        assertThat(ask(new OperationRef(id("gone"), done.seen())).status()).isEqualTo(404);
        assertThat(asked).isEmpty();
        assertThat(audit.latest(null, 1).entries()).isEmpty();
    }

    @Test
    void is_for_operators_alone_and_for_forms_of_their_own() {
        OperationRef ref = unknown("k");
        Surfer viewer = viewer();
        Surfer operator = operator();

        assertThat(page(viewer, "/operation?op=" + ref.text())).doesNotContain(PATH);
        assertThat(viewer.get(PATH + "?op=" + ref.text()).status()).isEqualTo(403);
        assertThat(viewer.submit(PATH, "op", ref.text(), "reason", "r", "do", "yes")
                        .status())
                .isEqualTo(403);
        assertThat(operator.post(PATH, "op", ref.text(), "reason", "r", "do", "yes", "csrf", viewer.csrf())
                        .status())
                .isEqualTo(403);
        assertThat(operator.with("Sec-Fetch-Site", "cross-site")
                        .post(PATH, "op", ref.text(), "reason", "r", "do", "yes", "csrf", operator.csrf())
                        .status())
                .isEqualTo(403);
        assertThat(asked).isEmpty();
        assertThat(isUnknown(ref)).isTrue();
    }

    @Test
    void that_cannot_be_written_down_is_not_asked() throws Exception {
        OperationRef ref = unknown("k");
        java.nio.file.Files.createDirectory(folder.resolve("audit.jsonl"));

        assertThat(ask(ref).status()).isEqualTo(503);
        assertThat(asked).isEmpty();
    }

    private ReconcileOutcome byCommand(OperationRef ref) {
        return operations.reconcile(ref.id(), ref.seen(), new Initiator("a command", ""));
    }

    @Test
    void four_are_asked_about_at_once_so_that_the_server_has_threads_left() throws Exception {
        CountDownLatch waiting = new CountDownLatch(4);
        CountDownLatch answer = new CountDownLatch(1);
        service = record -> {
            if (record.id().equals(id("k5"))) {
                return HAPPENED;
            }
            waiting.countDown();
            try {
                assertThat(answer.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return HAPPENED;
        };
        List<Future<ConsoleResponse>> first = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            OperationRef ref = unknown("k" + i);
            first.add(threads.submit(() -> ask(ref)));
        }
        OperationRef fourth = unknown("k4");
        Future<ReconcileOutcome> byCommand = threads.submit(() -> byCommand(fourth));
        assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
        OperationRef fifth = unknown("k5");

        assertSays(ask(fifth), 409, "4 others are being asked about", "Nothing was done");
        assertThat(byCommand(fifth).text()).contains("4 others are being asked about", "Nothing was done");
        assertThat(audit.latest(null, 10).entries()).as("nothing to write down").hasSize(4);
        answer.countDown();
        assertThat(byCommand.get(60, TimeUnit.SECONDS).answered()).isTrue();
        for (Future<ConsoleResponse> each : first) {
            assertThat(each.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
        assertSays(ask(fifth), 200, "It has happened");
    }
}
