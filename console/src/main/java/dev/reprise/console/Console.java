package dev.reprise.console;

import dev.reprise.IdempotencyException;
import dev.reprise.console.Gatekeeper.Asker;
import dev.reprise.console.Gatekeeper.Attempt;
import dev.reprise.console.access.ConsoleSession;
import dev.reprise.console.access.IdentityProvider;
import dev.reprise.console.charts.Activity;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.console.templates.JtesigninGenerated;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.SignInPage;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The operator's console: what there is, what nobody goes on with, and what can be done about it. It is mounted in any web server by an
 * adapter that turns its requests into {@link ConsoleRequest} and sends what comes back as it is.
 *
 * <p>Thread-safe. Calls block while the store works, so an event loop hands them over. Closing it stops what it does in the background.
 */
public final class Console implements AutoCloseable {
    /** How long the body of a request may be, in bytes. */
    public static final int LONGEST_FORM = 2 << 20;

    private static final System.Logger LOG = System.getLogger(Console.class.getName());
    private static final String ASSETS = "/assets/";

    private final SecureRandom random = new SecureRandom();
    private final ConsoleSettings settings;
    private final Gatekeeper gatekeeper;
    private final @Nullable ProviderSignIn elsewhere;
    private final Site site;
    private final Pages pages;

    /** A console without charts. */
    public Console(ConsoleSettings settings, StoreOperations operations) {
        this(settings, operations, null);
    }

    /**
     * A console.
     *
     * @param operations what is seen and changed; stays the caller's to close
     * @param activity what the process has done, as a listener of its engine counts; null if there are no charts
     */
    public Console(ConsoleSettings settings, StoreOperations operations, @Nullable Activity activity) {
        this.settings = settings;
        this.gatekeeper = new Gatekeeper(settings, random);
        IdentityProvider provider = settings.provider();
        this.elsewhere = provider == null ? null : new ProviderSignIn(settings, provider, gatekeeper, random);
        this.site = new Site(settings, operations, new BulkJobs(operations.audit(), settings.clock()), activity);
        this.pages = new Pages(site);
    }

    /** Answers a request. Throws nothing but errors of the virtual machine. */
    public ConsoleResponse handle(ConsoleRequest request) {
        if (!gatekeeper.expectsHost(request)) {
            return Answers.text(
                    421, "This console has another name; the setting console.hosts says which it answers to");
        }
        if (request.path().isEmpty()) {
            return Answers.see(site.at("/"));
        }
        boolean get = request.method().equals("GET");
        if (!get && !request.method().equals("POST")) {
            return Answers.with(Answers.text(405, "There is GET and POST"), "Allow", "GET, POST");
        }
        if (get && request.path().startsWith(ASSETS)) {
            return Assets.find(request.path().substring(ASSETS.length()))
                    .orElseGet(() -> Answers.text(404, "There is no such file"));
        }
        if (!get && !gatekeeper.comesFromHere(request)) {
            return Answers.text(403, "This was not sent by a page of this console, and nothing was done");
        }
        if (request.form().length() > LONGEST_FORM) {
            return Answers.text(413, "That is too long, and nothing was done");
        }
        try {
            return recognised(request, get);
        } catch (IdempotencyException e) {
            LOG.log(Level.ERROR, "Nobody gets into the console: {0}", e.getMessage());
            return Answers.text(503, "It cannot be told at the moment who may use this console; the log says why");
        }
    }

    private ConsoleResponse recognised(ConsoleRequest request, boolean get) {
        if (!get && request.path().equals("/sign-in")) {
            return outside(request, false);
        }
        if (get && elsewhere != null && request.path().startsWith(ProviderSignIn.PLACE)) {
            return elsewhere.answer(request, this::nonce);
        }
        return switch (gatekeeper.identify(request)) {
            case Asker.Impostor(String why) -> Answers.text(403, why);
            case Asker.Stranger stranger -> outside(request, get);
            case Asker.Known known -> inside(request, known.session(), known.begun());
        };
    }

    /** What somebody gets who has not signed in. */
    private ConsoleResponse outside(ConsoleRequest request, boolean get) {
        if (!isTyped() && elsewhere == null) {
            return Answers.text(
                    403,
                    settings.proxy() == null
                            ? "Sign in to the application, as somebody who may use its console"
                            : "Come by way of the proxy that knows who you are");
        }
        if (request.path().equals("/sign-in")) {
            return get ? arrival(request) : signIn(request);
        }
        if (request.isPartial()) {
            return Answers.with(Answers.text(401, "Sign in"), "HX-Redirect", site.at("/sign-in"));
        }
        return get ? Answers.see(site.at("/sign-in")) : signInPage(403, "Sign in first; nothing was done");
    }

    private ConsoleResponse signIn(ConsoleRequest request) {
        if (!isTyped()) {
            return signInPage(403, "Tokens let nobody in here");
        }
        String shown;
        try {
            shown = Parameters.parse(request.form()).first("token");
        } catch (IllegalArgumentException e) {
            return signInPage(400, "That could not be read");
        }
        return switch (gatekeeper.signIn(request, shown)) {
            case Attempt.In(String session) ->
                Answers.with(Answers.see(site.at("/")), "Set-Cookie", gatekeeper.cookie(request, session));
            case Attempt.Wrong wrong -> signInPage(403, "That lets nobody in");
            case Attempt.TooEarly early -> {
                long seconds = early.pause().toSeconds() + 1;
                yield Answers.with(
                        signInPage(429, "There were too many attempts; try again in " + seconds + " s"),
                        "Retry-After",
                        String.valueOf(seconds));
            }
        };
    }

    private ConsoleResponse arrival(ConsoleRequest request) {
        return ProviderSignIn.failure(request)
                .map(failure -> signInPage(failure.status(), failure.sentence()))
                .orElseGet(() -> signInPage(200, null));
    }

    private boolean isTyped() {
        return settings.users() != null || settings.secret() != null;
    }

    private ConsoleResponse signInPage(int status, @Nullable String error) {
        String nonce = nonce();
        Frame frame = Frame.ofStranger(site.mount(), nonce, "Sign in");
        IdentityProvider provider = settings.provider();
        SignInPage page =
                new SignInPage(error, provider == null ? null : provider.name(), isTyped(), settings.users() == null);
        return Answers.page(
                status, nonce, (output, interceptor) -> JtesigninGenerated.render(output, interceptor, frame, page));
    }

    private ConsoleResponse inside(ConsoleRequest request, ConsoleSession session, @Nullable String begun) {
        ConsoleResponse response = respond(request, session);
        return begun == null ? response : Answers.with(response, "Set-Cookie", gatekeeper.cookie(request, begun));
    }

    private ConsoleResponse respond(ConsoleRequest request, ConsoleSession session) {
        String nonce = nonce();
        Parameters none = Parameters.parse(null);
        Visit blank = new Visit(request, session, none, none, site, nonce);
        try {
            Parameters form = Parameters.parse(request.form());
            if (request.method().equals("POST")) {
                if (!session.admits(form.first("csrf"))) {
                    return site.notice(
                            blank,
                            403,
                            "Not from this session",
                            "The page is from an earlier session, and nothing was done.");
                }
                if (request.path().equals("/sign-out")) {
                    gatekeeper.signOut(request);
                    return Answers.with(
                            Answers.see(site.at("/sign-in")), "Set-Cookie", gatekeeper.cookie(request, null));
                }
            }
            Visit visit = new Visit(request, session, Parameters.parse(request.query()), form, site, nonce);
            Optional<ConsoleResponse> answer = pages.answer(visit);
            return answer.orElseGet(
                    () -> site.notice(visit, 404, "There is no such page", "The address leads nowhere."));
        } catch (IllegalArgumentException e) {
            return site.notice(blank, 400, "That cannot be read", String.valueOf(e.getMessage()));
        } catch (IdempotencyException e) {
            return site.notice(blank, 503, "The store did not do its work", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A page of the console failed: " + request, e);
            return site.notice(blank, 500, "Something went wrong", "The log of the process says what.");
        }
    }

    private String nonce() {
        byte[] bytes = new byte[18];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public void close() {
        site.jobs().close();
    }
}
