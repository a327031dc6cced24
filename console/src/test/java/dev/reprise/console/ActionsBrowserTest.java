package dev.reprise.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.console.access.TokenFile;
import dev.reprise.console.audit.AuditView;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.testkit.FaultyStore;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What operators do to operations of one handler, by clicking to its end in a real Chromium; the store tells whether it was done. */
class ActionsBrowserTest extends ConsoleFixture {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private final FaultyStore faulty = new FaultyStore(store);
    private final IdempotencyEngine engine =
            IdempotencyEngine.over(store).node("n").build();
    private volatile Finding finding = new Finding.DidNotHappen();

    @SuppressWarnings("NullAway.Init")
    private WebServer server;

    @BeforeEach
    void serve() throws IOException {
        console.close();
        OperationPolicy policy = OperationPolicy.DEFAULT.withReconciler((record, unknownFor) -> finding);
        server = WebServer.start(port -> {
            console = new Console(
                    ConsoleSettings.at(MOUNT, Set.of("127.0.0.1:" + port))
                            .users(TokenFile.read(users()))
                            .clock(clock)
                            .build(),
                    new StoreOperations(faulty, null, audit, engine.reconciling(id -> Optional.of(policy))));
            return console;
        });
    }

    @AfterEach
    void stop() {
        faulty.heal();
        server.close();
        engine.close();
    }

    private Tab signedIn() {
        return CHROMIUM.open(server).signIn(operatorToken);
    }

    private int left(OperationState.Kind... kinds) {
        return store.list(OperationQuery.of(Set.of(kinds), 1_000)).items().size();
    }

    private AuditView latest() {
        return audit.latest(null, 1).entries().getFirst();
    }

    @Test
    void release_makes_the_key_new() {
        OperationRef ref = unknown("order-1");

        signedIn()
                .follow("order-1")
                .follow("Release …")
                .confirm("It was never charged", "Release")
                .isAt("Done")
                .says("the next request with the key executes");

        assertThat(store.find(ref.id())).isEmpty();
        assertThat(latest().action()).isEqualTo("release");
        assertThat(latest().reason()).isEqualTo("It was never charged");
        assertThat(latest().outcome()).isEqualTo("ended");
    }

    @Test
    void nothing_is_done_to_what_has_changed_since_it_was_seen() {
        OperationRef seen = unknown("order-1");
        Tab tab = signedIn().follow("order-1").follow("Release …").isAt("Release");
        store.release(new Lease(seen.id(), seen.seen(), 1, Duration.ofHours(1)));
        OperationRef now = unknown("order-1");

        tab.confirm("It was never charged", "Release").isAt("Release");

        assertThat(tab.page().locator("[role=alert]")).containsText("Nothing was done. It has changed");
        assertThat(isUnknown(now)).isTrue();
        tab.confirm("It was not charged this time either", "Release").isAt("Done");
        assertThat(store.find(now.id())).isEmpty();
    }

    @Test
    void an_answer_that_is_typed_is_what_retries_get() {
        OperationRef ref = unknown("order-1");
        Tab tab = signedIn().follow("order-1").follow("Resolve …");
        tab.page().getByLabel("Status, 200 to 599").fill("201");
        tab.page().getByLabel("Content. Line breaks").fill("Y2hhcmdlIDE=");
        tab.page().getByLabel("The content is written in Base64").check();
        tab.press("Check it …").says("8 bytes").press("Change it").isAt("Resolve");
        assertThat(tab.page().getByLabel("Status, 200 to 599")).hasValue("201");
        tab.press("Check it …").confirm("The bank shows it", "Resolve").isAt("Done");

        Completed completed = (Completed) store.find(ref.id()).orElseThrow().state();
        assertThat(completed.response().status()).isEqualTo(201);
        assertThat(new String(completed.response().body().bytes(), StandardCharsets.UTF_8))
                .isEqualTo("charge 1");
    }

    @Test
    void reconcile_now_records_what_its_service_says() {
        OperationRef ref = unknown("order-1");
        Tab tab = signedIn().follow("order-1").follow("Reconcile now …");
        finding = new Finding.NotKnown("The service answered 503");
        tab.confirm("The bank is back", "Reconcile now").isAt("It is still unknown");
        assertThat(isUnknown(ref)).isTrue();

        OperationRef other = unknown("order-2");
        finding = new Finding.Happened(
                new Response(201, Headers.EMPTY, Body.of("charge 2".getBytes(StandardCharsets.UTF_8))));
        tab.go("/operation?op=" + other.text())
                .follow("Reconcile now …")
                .confirm("The bank is back", "Reconcile now")
                .isAt("It has happened")
                .says("charge 2");

        assertThat(store.find(other.id()).orElseThrow().state()).isInstanceOf(Completed.class);
        tab.follow("To the operation").isAt("order-2").says("completed");
    }

    @Test
    void purge_deletes_what_has_expired() {
        Lease lease = running(id("old"), Duration.ofHours(1));
        assertThat(store.complete(lease, new Response(201, Headers.EMPTY, Body.EMPTY), Duration.ofMillis(1)))
                .isEqualTo(LeaseStatus.HELD);
        while (store.find(id("old")).isPresent()) {
            Thread.onSpinWait();
        }
        completed(id("new"), Headers.EMPTY, "");

        signedIn()
                .follow("Purge")
                .confirm("Room is short", "Purge")
                .isAt("Done")
                .says("Expired records were deleted");

        assertThat(latest().outcome()).isEqualTo("1 deleted");
        assertThat(store.purgeExpired(10)).isZero();
        assertThat(store.find(id("new"))).isPresent();
    }

    @Test
    void those_that_are_chosen_are_released_and_no_others() {
        for (int i = 1; i <= 3; i++) {
            unknown("order-" + i);
        }
        Tab tab = signedIn().follow("Operations");
        tab.page().getByLabel("Choose order-1").check();
        tab.page().getByLabel("Choose order-3").check();

        tab.choose("release")
                .press("With the chosen ones …")
                .isAt("Release: the chosen ones")
                .confirm("Deploy 81 did nothing", "Release")
                .isAt("Many operations")
                .awaitsEnd("done");

        assertThat(store.find(id("order-1"))).isEmpty();
        assertThat(store.find(id("order-2"))).isPresent();
        assertThat(store.find(id("order-3"))).isEmpty();
    }

    @Test
    void all_that_match_are_counted_first_and_then_released() {
        for (int i = 0; i < 120; i++) {
            unknown("order-" + i);
        }
        OperationId elsewhere = new OperationId(new Scope("alice", "/refunds"), new IdempotencyKey("refund-1"));
        unknown(elsewhere, "Connection was closed");
        Tab tab = signedIn().follow("Operations");
        tab.page().getByLabel("Route").fill("/charges");
        tab.press("Find").choose("release").press("With all that match …").press("Only count them");
        tab.awaitsEnd("done");
        assertThat(tab.page().locator("#live")).containsText("120");
        assertThat(left(OperationState.Kind.UNKNOWN)).isEqualTo(121);

        tab.follow("Release …").confirm("Deploy 81 did nothing", "Release");
        tab.isAt("Many operations").awaitsEnd("done");

        assertThat(left(OperationState.Kind.UNKNOWN)).isOne();
        assertThat(store.find(elsewhere)).isPresent();
    }

    /** The store waits within the first batch, so that it is known when the button is pressed. */
    @Test
    void what_is_done_to_many_is_stopped_behind_its_batch() {
        for (int i = 0; i < 150; i++) {
            unknown("order-" + i);
        }
        Tab tab = signedIn().go("/bulk?what=release&state=unknown");
        faulty.inject(Fault.STALL, Call.RELEASE);
        tab.confirm("Deploy 81 did nothing", "Release")
                .isAt("Many operations")
                .says("goes on")
                .press("Stop it")
                .says("goes on");

        faulty.heal();

        tab.awaitsEnd("stopped by olivia");
        assertThat(left(OperationState.Kind.UNKNOWN)).isEqualTo(125);
        assertThat(audit.latest(null, 200).entries())
                .filteredOn(entry -> entry.action().equals("release many"))
                .extracting(AuditView::outcome)
                .containsExactly("25 released, 0 left, stopped by olivia");
    }
}
