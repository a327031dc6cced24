package dev.reprise.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page.LocatorOptions;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.console.access.TokenFile;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.spi.Interventions.AuditEntry;
import dev.reprise.spi.ResumableStore.Next;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What operators do to operations with steps, by clicking to its end in a real Chromium; the database tells whether it was done. */
class StepsBrowserTest extends StepsFixture {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    @SuppressWarnings("NullAway.Init")
    private WebServer server;

    @BeforeEach
    void serve() throws IOException {
        console.close();
        server = WebServer.start(port -> {
            console = new Console(
                    ConsoleSettings.at(MOUNT, Set.of("127.0.0.1:" + port))
                            .users(TokenFile.read(users()))
                            .clock(clock)
                            .build(),
                    new StoreOperations(store, steps, audit));
            return console;
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Tab signedIn() {
        return CHROMIUM.open(server).signIn(operatorToken);
    }

    private AuditEntry latest() {
        return steps.interventions().audit(Long.MAX_VALUE, 1).getFirst();
    }

    private List<String> recorded(OperationRef ref) {
        return steps.find(ref.id()).orElseThrow().steps().stream()
                .map(recorded -> recorded.step().name())
                .toList();
    }

    @Test
    void what_is_parked_is_resumed_behind_its_last_step() {
        OperationRef ref = left("ride-17", new Next.Park("The card network did not answer"), CREATED);

        signedIn()
                .follow("ride-17")
                .follow("Resume …")
                .confirm("The card network is back", "Resume")
                .isAt("Done");

        assertThat(store.find(ref.id()).orElseThrow().state()).isInstanceOf(Running.class);
        assertThat(recorded(ref)).containsExactly("create ride");
        assertThat(latest().action()).isEqualTo("resume");
        assertThat(latest().reason()).isEqualTo("The card network is back");
    }

    @Test
    void it_is_retried_from_a_step_only_when_somebody_knows_that_it_does_no_harm() {
        OperationRef ref = left("ride-17", new Next.Park("The card network did not answer"), CREATED, CHARGED);
        Tab tab = signedIn().follow("ride-17");
        tab.page()
                .locator(".timeline li", new LocatorOptions().setHasText("charge card"))
                .getByText("Retry from here …")
                .click();

        tab.confirm("It was the wrong card", "Retry").isAt("Retry");
        assertThat(tab.page().locator("[role=alert]")).containsText("would do this again: charge card");
        assertThat(store.find(ref.id()).orElseThrow().state()).isInstanceOf(Unknown.class);
        assertThat(recorded(ref)).containsExactly("create ride", "charge card");

        tab.page().getByLabel("Also if something is done again").check();
        tab.press("Retry").isAt("Done");

        assertThat(recorded(ref)).containsExactly("create ride");
        assertThat(store.find(ref.id()).orElseThrow().state()).isInstanceOf(Running.class);
        assertThat(latest().action()).isEqualTo("retry from charge card");
    }

    @Test
    void a_type_is_paused_and_goes_on_again() {
        left("ride-17", new Next.Wait(Duration.ofMillis(1), "The card network did not answer"), CREATED);
        Tab tab = signedIn();

        tab.follow("Pause it").confirm("The card network is down", "Pause").isAt("Done");
        assertThat(steps.paused()).containsExactly("book-ride");
        // What an overview has counted holds for some seconds.
        clock.advance(Duration.ofSeconds(4));
        tab.follow("Overview")
                .follow("Let it go on")
                .confirm("It is back", "Let it go on")
                .isAt("Done");

        assertThat(steps.paused()).isEmpty();
        assertThat(latest().reason()).isEqualTo("It is back");
    }

    @Test
    void many_are_released_but_those_whose_steps_would_be_done_again() {
        OperationRef charged = left("ride-17", new Next.Park("no answer"), CREATED, CHARGED);
        OperationRef begun = left("ride-18", new Next.Park("no answer"));
        Tab tab = signedIn().go("/bulk?what=release&state=unknown&type=book-ride");

        tab.confirm("The app was never released", "Release")
                .isAt("Many operations")
                .awaitsEnd("done");

        assertThat(store.find(charged.id())).isPresent();
        assertThat(store.find(begun.id())).isEmpty();
    }
}
