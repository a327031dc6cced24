package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyEvent.Executed;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationType;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Response;
import dev.reprise.console.View.Who;
import dev.reprise.console.access.TokenFile;
import dev.reprise.console.charts.Activity;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.testkit.FaultyStore;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every page of the console in a real Chromium: wide and light, small and dark, by the rules of axe, and with the keyboard alone. */
class ViewsBrowserTest extends StepsFixture {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private static final OperationType PAUSED = new OperationType("refund-ride", 1);
    /** Files, and what belongs to somebody else. */
    private static final Set<String> NO_PAGES =
            Set.of("/audit.csv", "/audit.jsonl", "/operation/content", "/sign-in/provider");

    private final FaultyStore faulty = new FaultyStore(store);
    private final IdempotencyEngine engine =
            IdempotencyEngine.over(store).node("n").build();
    private final Activity activity = new Activity(clock);
    private final Set<String> seen = new HashSet<>();
    private final Set<String> linked = new HashSet<>();

    @SuppressWarnings("NullAway.Init")
    private WebServer server;

    @SuppressWarnings("NullAway.Init")
    private WebServer readOnly;

    @SuppressWarnings("NullAway.Init")
    private Console onlyShowing;

    @SuppressWarnings("NullAway.Init")
    private OperationRef parked;

    @SuppressWarnings("NullAway.Init")
    private OperationRef waiting;

    @BeforeEach
    void serve() throws IOException {
        console.close();
        OperationPolicy policy = OperationPolicy.DEFAULT.withReconciler((record, unknownFor) -> new Finding.Happened(
                new Response(201, Headers.EMPTY, Body.of("charge 1".getBytes(StandardCharsets.UTF_8)))));
        StoreOperations operations = new StoreOperations(
                faulty,
                steps,
                audit,
                engine.reconciling(
                        id -> id.scope().route().equals("/charges") ? Optional.of(policy) : Optional.empty()));
        server = WebServer.start(port -> {
            console = new Console(
                    settings(port)
                            .provider(new ProviderFixture.ScriptedProvider())
                            .build(),
                    operations,
                    activity);
            return console;
        });
        readOnly = WebServer.start(port -> {
            onlyShowing = new Console(settings(port).readOnly(true).build(), operations);
            return onlyShowing;
        });
    }

    private ConsoleSettings.Mounting settings(int port) {
        return ConsoleSettings.at(MOUNT, Set.of("127.0.0.1:" + port))
                .users(TokenFile.read(users()))
                .clock(clock);
    }

    @AfterEach
    void stop() {
        faulty.heal();
        onlyShowing.close();
        readOnly.close();
        server.close();
        engine.close();
    }

    @BeforeEach
    void prepare() {
        activity.on(new Executed(id("k"), Duration.ofMillis(12), 201));
        clock.advance(Activity.STEP);
        for (int i = 0; i < 220; i++) {
            unknown(id("order-" + (4711 + i)), i % 3 == 0 ? "No answer within 30000 ms" : "Connection was closed");
        }
        running(id("order-4691"), Duration.ofHours(1));
        running(id("order-4692"), Duration.ofMillis(1));
        parked = left(
                "ride-17",
                new Next.Park("The card network did not answer", "send receipt"),
                CREATED,
                CHARGED,
                new Step("send receipt", Kind.ONCE, null));
        waiting = left("ride-18", new Next.AwaitAnswer("approval"), CREATED, new Step("approval", Kind.AWAIT, null));
        left("ride-19", new Next.Wait(Duration.ofMillis(1), "The card network did not answer"), CREATED);
        left(PAUSED, "refund-3", new Next.Wait(Duration.ofMillis(1), ""), CREATED);
        steps.pause(PAUSED.name(), true);
    }

    /** All pages. Who adds one adds it to one of these lists; one to which a link leads cannot be forgotten. */
    private Stream<View> views() {
        return Stream.of(signingIn(), reading(), operations(), ending(), stepping(), many(), withoutRights())
                .flatMap(List::stream);
    }

    private static List<View> signingIn() {
        View page = View.of("/sign-in", "Sign in").by(Who.STRANGER).leads("Sign in", "Overview");
        return List.of(page, page.at("/sign-in?why=no-role"), page.then("with a wrong token", tab -> {
            tab.page().getByLabel("Token").fill("wrong");
            tab.press("Sign in").says("That lets nobody in");
        }));
    }

    private static List<View> reading() {
        View list = View.of("/operations", "Operations").leads("Find", "Operations");
        return List.of(
                View.of("/", "Overview").leads("Pause it", "Pause"),
                View.of("/activity", "Activity").has("As a table"),
                View.of("/nodes", "Nodes"),
                list,
                list.at("/operations?state=unknown&route=/charges&reason=closed")
                        .pictured("console-list", 960, 700),
                list.at("/operations?state=unknown")
                        .then(
                                "behind its first page",
                                tab -> tab.follow("Go on").says("From the beginning")),
                list.at("/operations?older-than=soon"),
                list.at("/operations?key=nowhere"),
                View.of("/done?what=release", "Done").leads("To what is left", "Operations"),
                View.of("/nowhere", "There is no such page").leads("To the overview", "Overview"));
    }

    private List<View> operations() {
        OperationRef done =
                completed(id("order-4690"), Headers.of("Content-Type", "application/json"), "{\"id\": 4690}");
        OperationRef gone = new OperationRef(id("gone"), done.seen());
        return List.of(
                View.of("/operation?op=" + done.text(), "order-4690"),
                View.of("/operation?op=" + unknown("order-4700").text(), "order-4700")
                        .leads("Resolve …", "Resolve"),
                View.of("/operation?op=" + parked.text(), "ride-17")
                        .pictured("console-steps", 960, 840)
                        .leads("Retry from here …", "Retry"),
                View.of("/operation?op=" + waiting.text(), "ride-18").leads("Resume …", "Resume"),
                View.of("/operation?op=" + gone.text(), "It is not there").leads("To the operations", "Operations"));
    }

    private List<View> ending() {
        View release = View.of("/operation/release?op=" + unknown("order-4701").text(), "Release");
        View reconcile = View.of("/operation/reconcile?op=", "Reconcile now").leads("Reconcile now", "It has happened");
        View resolve = View.of("/operation/resolve?op=", "Resolve").leads("Check it …", "Resolve");
        return List.of(
                release.pictured("console-confirm", 960, 560).has("Release"),
                release.then("without a reason", tab -> {
                            tab.page().evaluate("document.querySelector('form.stacked').noValidate = true");
                            tab.press("Release").says("Say why");
                        })
                        .leads("Release", "Done"),
                reconcile.about(unknown("order-4702")),
                reconcile
                        .about(unknown("order-4703"))
                        .then(
                                "and what came of it",
                                tab -> tab.confirm("The bank is back", "Reconcile now")
                                        .isAt("It has happened"))
                        .leads("To the operation", "order-4703"),
                resolve.about(unknown("order-4704")),
                resolve.about(unknown("order-4705"))
                        .then("with mistakes", tab -> {
                            tab.page().getByLabel("Status, 200 to 599").fill("20");
                            tab.page().getByLabel("Fields, one a line").fill("Content-Type: application/json");
                            tab.page().getByLabel("Content. Line breaks").fill("{\"charged\": true}");
                            tab.press("Check it …").says("three digits");
                        })
                        .pictured("console-resolve", 960, 820),
                resolve.about(unknown("order-4706"))
                        .then("to be confirmed", tab -> {
                            tab.page().getByLabel("Status, 200 to 599").fill("201");
                            tab.page().getByLabel("Content. Line breaks").fill("charge 1");
                            tab.press("Check it …").says("What will happen");
                        })
                        .leads("Resolve", "Done"),
                View.of("/purge", "Purge").leads("Purge", "Done"),
                View.of("/audit", "Audit").pictured("console-audit", 960, 510).leads("Operations with steps", "Audit"));
    }

    private List<View> stepping() {
        View retry = View.of("/operation/retry?from=charge+card&op=" + parked.text(), "Retry");
        return List.of(
                View.of("/operation/resume?op=" + waiting.text(), "Resume").leads("Resume", "Done"),
                retry.leads("Retry", "Retry"),
                retry.then(
                                "that would do something again",
                                tab -> tab.confirm("It was the wrong card", "Retry")
                                        .says("would do this again"))
                        .has("Retry"),
                View.of("/type/pause?type=" + TYPE.name(), "Pause").leads("Pause", "Done"),
                View.of("/type/unpause?type=" + PAUSED.name(), "Let it go on").leads("Let it go on", "Done"),
                View.of("/audit?of=steps", "Audit").leads("Operations of one handler", "Audit"));
    }

    private List<View> many() {
        View job = View.of("/job", "Many operations");
        View all = View.of("/bulk?what=release&state=unknown&route=/charges", "Release: all that match");
        return List.of(
                job,
                View.of("/operations/chosen", "None is chosen").leads("To the overview", "Overview"),
                View.of("/operations?key=order-4711", "Operations")
                        .then("of which one is chosen", tab -> {
                            tab.page().getByLabel("Choose order-4711").check();
                            tab.choose("release")
                                    .press("With the chosen ones …")
                                    .isAt("Release: the chosen ones");
                        })
                        .has("Release"),
                all.leads("Only count them", "Many operations"),
                job.then("that was only counted", tab -> tab.awaitsEnd("done"))
                        .leads("Release …", "Release: all that match"),
                all.then("and is released", tab -> {
                            stallWithinTheSecondBatch();
                            tab.confirm("Deploy 81 failed before it did anything", "Release")
                                    .isAt("Many operations")
                                    .awaits("Released25");
                        })
                        .pictured("console-job", 960, 510)
                        .leads("Stop it", "Many operations"),
                all.then(
                                "while that goes on",
                                tab -> tab.confirm("Again", "Release")
                                        .says("something is being done to many operations already"))
                        .has("Release"),
                job.then("that was stopped", tab -> {
                    faulty.heal();
                    tab.awaitsEnd("stopped by olivia");
                }));
    }

    private void stallWithinTheSecondBatch() {
        AtomicInteger left = new AtomicInteger(25);
        faulty.before(Call.RELEASE, new Runnable() {
            @Override
            public void run() {
                if (left.getAndDecrement() == 0) {
                    faulty.inject(Fault.STALL, Call.RELEASE);
                } else {
                    faulty.before(Call.RELEASE, this);
                }
            }
        });
    }

    private List<View> withoutRights() {
        return Stream.of(Who.VIEWER, Who.READER)
                .flatMap(who -> Stream.of(
                        View.of("/", "Overview").by(who).leads(TYPE.name(), "Operations"),
                        View.of("/operation?op=" + parked.text(), "ride-17")
                                .by(who)
                                .then("who may change nothing", Tab::offersNothing),
                        View.of("/operation/release?op=" + parked.text(), "That is not yours to do")
                                .by(who)
                                .leads("To the overview", "Overview")))
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> every_page_can_be_seen_and_used() {
        List<View> views = views().toList();
        Tab operator = CHROMIUM.open(server).signIn(operatorToken);
        Tab viewer = CHROMIUM.open(server).signIn(viewerToken);
        Tab reader = CHROMIUM.open(readOnly).signIn(operatorToken);
        return Stream.concat(
                views.stream().map(view -> {
                    Supplier<Tab> tab = switch (view.who()) {
                        case STRANGER -> () -> CHROMIUM.open(server);
                        case OPERATOR -> () -> operator;
                        case VIEWER -> () -> viewer;
                        case READER -> () -> reader;
                    };
                    return dynamicTest(view.toString(), () -> look(view, tab.get()));
                }),
                Stream.of(
                        dynamicTest(
                                "and no other is linked to",
                                () -> assertThat(linked)
                                        .filteredOn(path -> !NO_PAGES.contains(path))
                                        .isSubsetOf(seen)),
                        dynamicTest(
                                "and nothing is changed anywhere else",
                                () -> assertThat(seen)
                                        .containsAll(Pages.ACTIONS.stream()
                                                .filter(path -> !path.equals("/job/stop"))
                                                .toList()))));
    }

    private void look(View view, Tab tab) {
        view.open(tab.wide());
        seen.add(tab.path());
        linked.addAll(tab.links());
        tab.isAccessible().small().fits().isLegible();
        view.use(tab, name -> switch (name) {
            case "token" -> operatorToken.text();
            case "status" -> "200";
            default -> "The bank has never heard of it";
        });
    }
}
