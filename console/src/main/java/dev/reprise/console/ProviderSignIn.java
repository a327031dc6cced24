package dev.reprise.console;

import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.IdentityProvider;
import dev.reprise.console.access.IdentityProvider.Failed;
import dev.reprise.console.access.IdentityProvider.Named;
import dev.reprise.console.access.IdentityProvider.To;
import dev.reprise.console.access.PendingSignIn;
import dev.reprise.console.access.PendingSignIns;
import dev.reprise.console.access.SignInFailure;
import dev.reprise.console.templates.JtenoticeGenerated;
import dev.reprise.console.text.Choice;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.Notice;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Signs people in by a provider.
 *
 * <ol>
 *   <li>{@value #BEGIN} gives the browser a cookie, and sends it to the provider.
 *   <li>The provider sends it to {@value #CALLBACK} with a code in the address, which only counts together with that cookie.
 *   <li>That leads to {@value #GO_ON}, so that the code stays in no address. This page belongs to nobody, and goes on by itself: until the
 *       browser comes from a page of ours it does not send the cookie of the session, which is {@code SameSite=Strict}.
 * </ol>
 *
 * <p>What fails leads to the page of signing in, with the reason and nothing else in the address. Nobody is made to wait after failures: there
 * is nothing to guess, and whoever fails on purpose has the address of everybody else where a proxy is in front. Thread-safe.
 */
final class ProviderSignIn {
    static final String PLACE = "/sign-in/";
    static final String BEGIN = PLACE + "provider";
    static final String CALLBACK = PLACE + "callback";
    static final String GO_ON = PLACE + "go-on";
    static final String COOKIE = "reprise-sign-in";

    private static final System.Logger LOG = System.getLogger(ProviderSignIn.class.getName());
    /** So that a provider that keeps us waiting does not keep all threads. */
    private static final int AT_ONCE = 4;

    private final ConsoleSettings settings;
    private final IdentityProvider provider;
    private final Gatekeeper gatekeeper;
    private final SecureRandom random;
    private final PendingSignIns pending;
    private final Semaphore asking = new Semaphore(AT_ONCE);

    ProviderSignIn(ConsoleSettings settings, IdentityProvider provider, Gatekeeper gatekeeper, SecureRandom random) {
        this.settings = settings;
        this.provider = provider;
        this.gatekeeper = gatekeeper;
        this.random = random;
        this.pending = new PendingSignIns(settings.clock(), random);
    }

    /** Why somebody was sent to the page of signing in; empty if they have just come. */
    static Optional<SignInFailure> failure(ConsoleRequest request) {
        try {
            String why = Parameters.parse(request.query()).first("why");
            return why.isEmpty() ? Optional.empty() : Optional.of(Choice.parse(SignInFailure.class, why));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Answers to a GET below {@value #PLACE}. */
    ConsoleResponse answer(ConsoleRequest request, Supplier<String> nonces) {
        return switch (request.path()) {
            case BEGIN -> begin(request);
            case CALLBACK -> callback(request);
            case GO_ON -> goOn(request, nonces.get());
            default -> Answers.see(settings.mount() + "/sign-in");
        };
    }

    private ConsoleResponse begin(ConsoleRequest request) {
        String site = request.field("Sec-Fetch-Site");
        if (!site.isEmpty() && !site.equals("same-origin")) {
            // A page of somebody else has no sign-in begun: whoever sits there has to want it.
            return Answers.see(settings.mount() + "/sign-in");
        }
        PendingSignIn signIn = PendingSignIn.begin(random, callbackAddress(request));
        return switch (asked(() -> provider.direct(signIn), failed -> failed)) {
            case To(URI address) -> {
                gatekeeper.signOut(request);
                yield Answers.with(
                        Answers.see(address.toASCIIString()),
                        "Set-Cookie",
                        cookie(request, pending.keep(signIn), PendingSignIns.LIFE.toSeconds()));
            }
            case Failed failed -> refused(request, failed);
        };
    }

    private ConsoleResponse callback(ConsoleRequest request) {
        Optional<PendingSignIn> begun = begun(request);
        if (begun.isEmpty()) {
            return refused(request, new Failed(SignInFailure.STALE, "it belongs to no sign-in of that browser"));
        }
        String query = String.valueOf(request.query());
        return switch (asked(() -> provider.find(begun.get(), query), failed -> failed)) {
            case Named(ConsoleUser user, String subject) ->
                Answers.with(
                        Answers.see(settings.mount() + GO_ON),
                        "Set-Cookie",
                        gatekeeper.cookie(
                                request, gatekeeper.admit(request, user, provider.name() + " as " + subject)));
            case Failed failed -> refused(request, failed);
        };
    }

    private Optional<PendingSignIn> begun(ConsoleRequest request) {
        String id = request.cookie(COOKIE);
        List<String> states;
        try {
            states = Parameters.parse(request.query()).all("state");
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return id == null || states.size() != 1 ? Optional.empty() : pending.take(id, states.getFirst());
    }

    /** What the provider says, unless enough others wait for it already. */
    private <T> T asked(Supplier<T> question, Function<Failed, T> failing) {
        if (!asking.tryAcquire()) {
            return failing.apply(new Failed(SignInFailure.BUSY, AT_ONCE + " others wait for it"));
        }
        try {
            return question.get();
        } catch (RuntimeException e) {
            // Its message could have in it what came with the request.
            String where = e.getStackTrace().length == 0 ? "" : " at " + e.getStackTrace()[0];
            return failing.apply(new Failed(
                    SignInFailure.UNBELIEVABLE, "an unexpected " + e.getClass().getName() + where));
        } finally {
            asking.release();
        }
    }

    private ConsoleResponse refused(ConsoleRequest request, Failed failed) {
        LOG.log(
                Level.WARNING,
                "Somebody at {0} could not sign in to the console by {1}: {2}",
                request.remote(),
                provider.name(),
                failed.detail());
        return Answers.see(settings.mount() + "/sign-in?why=" + Choice.written(failed.why()));
    }

    private ConsoleResponse goOn(ConsoleRequest request, String nonce) {
        String overview = settings.mount() + "/";
        Frame frame = Frame.ofStranger(settings.mount(), nonce, "You are signed in");
        Notice notice = new Notice(frame.title(), "The console opens by itself.", overview, "Go on");
        ConsoleResponse page = Answers.page(
                200, nonce, (output, interceptor) -> JtenoticeGenerated.render(output, interceptor, frame, notice));
        return Answers.with(Answers.with(page, "Refresh", "0; url=" + overview), "Set-Cookie", cookie(request, "", 0));
    }

    /** By the name that the browser has used, which is one of the console's. */
    private String callbackAddress(ConsoleRequest request) {
        return (gatekeeper.isTls(request) ? "https://" : "http://")
                + request.field("Host").toLowerCase(Locale.ROOT)
                + settings.mount()
                + CALLBACK;
    }

    /** Lax, because the browser comes back from a page of somebody else. */
    private String cookie(ConsoleRequest request, String id, long seconds) {
        return COOKIE + "=" + id + "; Path=" + settings.mount() + PLACE + "; HttpOnly; SameSite=Lax"
                + (gatekeeper.isTls(request) ? "; Secure" : "") + "; Max-Age=" + seconds;
    }
}
