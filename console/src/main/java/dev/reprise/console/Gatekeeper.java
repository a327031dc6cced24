package dev.reprise.console;

import dev.reprise.console.access.ConsoleSession;
import dev.reprise.console.access.ConsoleSession.Proof;
import dev.reprise.console.access.ConsoleSession.Way;
import dev.reprise.console.access.ConsoleSessions;
import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.IdentityProvider;
import dev.reprise.console.access.Role;
import dev.reprise.console.access.SignInGuard;
import dev.reprise.console.access.TokenFile;
import dev.reprise.console.access.TrustedHeader;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out who asks, and refuses who cannot show it. Thread-safe. */
final class Gatekeeper {
    static final String COOKIE = "reprise-console";

    private static final System.Logger LOG = System.getLogger(Gatekeeper.class.getName());
    private static final ConsoleUser FOLDER = new ConsoleUser("store-folder", Role.OPERATOR);
    private static final int LONGEST_TOKEN = 1_000;

    private final ConsoleSettings settings;
    private final ConsoleSessions sessions;
    private final SignInGuard guard;

    Gatekeeper(ConsoleSettings settings, SecureRandom random) {
        this.settings = settings;
        this.sessions = new ConsoleSessions(settings.clock(), random, settings.idle(), settings.longest());
        this.guard = new SignInGuard(settings.clock());
    }

    /** Who asks. */
    sealed interface Asker {
        /**
         * Somebody who has signed in.
         *
         * @param session the session
         * @param begun its id, if it has begun with this request; else null
         */
        record Known(ConsoleSession session, @Nullable String begun) implements Asker {}

        /** Nobody that is known. */
        record Stranger() implements Asker {}

        /**
         * Somebody who claims what is not believed.
         *
         * @param why in a sentence
         */
        record Impostor(String why) implements Asker {}
    }

    /** How an attempt to sign in went. */
    sealed interface Attempt {
        /**
         * It worked.
         *
         * @param session the id of the session
         */
        record In(String session) implements Attempt {}

        /** What was shown lets nobody in. */
        record Wrong() implements Attempt {}

        /**
         * It was not even looked at.
         *
         * @param pause when it will be
         */
        record TooEarly(Duration pause) implements Attempt {}
    }

    /** Whether the request calls the console by a name that it has. */
    boolean expectsHost(ConsoleRequest request) {
        return settings.hosts().isEmpty()
                || settings.hosts().contains(request.field("Host").toLowerCase(Locale.ROOT));
    }

    /** Whether a page of the console sends the request, as browsers tell; who does not tell is refused. */
    boolean comesFromHere(ConsoleRequest request) {
        String site = request.field("Sec-Fetch-Site");
        String origin = request.field("Origin");
        // Browsers hide the origin of a form where no page may say where it comes from, and tell the site instead.
        boolean hidden = origin.isEmpty() || origin.equals("null");
        String own = (isTls(request) ? "https://" : "http://") + request.field("Host");
        return (site.isEmpty() ? !hidden : site.equals("same-origin")) && (hidden || origin.equalsIgnoreCase(own));
    }

    Asker identify(ConsoleRequest request) {
        ConsoleUser authenticated = settings.authenticated() ? request.user() : null;
        if (authenticated != null) {
            return visiting(request, authenticated, Way.SERVER);
        }
        TrustedHeader proxy = settings.proxy();
        String named = proxy == null ? "" : request.field(proxy.name());
        if (proxy != null && !named.isEmpty()) {
            return named(request, proxy, named);
        }
        String id = request.cookie(COOKIE);
        return id == null
                ? new Asker.Stranger()
                : sessions.find(id, isActive(request))
                        .filter(session -> stillHolds(session, request))
                        .<Asker>map(session -> new Asker.Known(session, null))
                        .orElseGet(Asker.Stranger::new);
    }

    private Asker named(ConsoleRequest request, TrustedHeader proxy, String named) {
        if (!proxy.believes(request.remote())) {
            LOG.log(
                    Level.WARNING,
                    "{0} names a user of the console in {1}, and is none of the proxies that are believed",
                    request.remote(),
                    proxy.name());
            return new Asker.Impostor("The field " + proxy.name() + " is not believed from this address");
        }
        Optional<ConsoleUser> user = proxy.user(named);
        if (user.isEmpty()) {
            return new Asker.Impostor("The field " + proxy.name() + " does not name a user");
        }
        return visiting(request, user.get(), Way.PROXY);
    }

    /** Somebody who is named in each request: goes on with a session of their own, or begins one. */
    private Asker visiting(ConsoleRequest request, ConsoleUser user, Way way) {
        String id = request.cookie(COOKIE);
        Optional<ConsoleSession> present = id == null
                ? Optional.empty()
                : sessions.find(id, isActive(request))
                        .filter(session ->
                                session.proof().way() == way && session.user().equals(user));
        if (present.isPresent()) {
            return new Asker.Known(present.get(), null);
        }
        String begun = sessions.begin(user, new Proof(way, ""));
        return sessions.find(begun, true)
                .<Asker>map(session -> new Asker.Known(session, begun))
                .orElseGet(Asker.Stranger::new);
    }

    /** What let them in has to let them in now. */
    private boolean stillHolds(ConsoleSession session, ConsoleRequest request) {
        return switch (session.proof().way()) {
            case TOKEN -> {
                TokenFile users = settings.users();
                yield users != null
                        && users.holds(session.user(), session.proof().hash());
            }
            case SECRET -> isLocal(request.remote());
            // The proxy, or the server, says who it is in each request, and has not in this one.
            case PROXY, SERVER -> false;
            case PROVIDER -> {
                IdentityProvider provider = settings.provider();
                yield provider != null
                        && settings.clock().instant().isBefore(session.since().plus(provider.longestSession()));
            }
        };
    }

    /** Lets somebody in who shows a token, under a new id, whatever id they had. */
    Attempt signIn(ConsoleRequest request, String shown) {
        Duration pause = guard.pause(request.remote());
        if (!pause.isZero()) {
            return new Attempt.TooEarly(pause);
        }
        ConsoleToken token = new ConsoleToken(
                shown.substring(0, Math.min(shown.length(), LONGEST_TOKEN)).strip());
        TokenFile users = settings.users();
        Optional<ConsoleUser> user = users == null ? Optional.empty() : users.owner(token);
        Proof proof = new Proof(Way.TOKEN, token.fingerprint());
        if (user.isEmpty()
                && settings.secret() != null
                && isLocal(request.remote())
                && settings.secret().test(token.text())) {
            user = Optional.of(FOLDER);
            proof = new Proof(Way.SECRET, "");
        }
        if (user.isEmpty()) {
            guard.failed(request.remote());
            LOG.log(Level.WARNING, "Somebody at {0} could not sign in to the console", request.remote());
            return new Attempt.Wrong();
        }
        guard.succeeded(request.remote());
        signOut(request);
        LOG.log(
                Level.INFO,
                "{0} has signed in to the console from {1}",
                user.get().name(),
                request.remote());
        return new Attempt.In(sessions.begin(user.get(), proof));
    }

    /** Lets somebody in whom a provider knows, under a new id, whatever id they had. */
    String admit(ConsoleRequest request, ConsoleUser user, String by) {
        signOut(request);
        LOG.log(Level.INFO, "{0} has signed in to the console from {1}, by {2}", user.name(), request.remote(), by);
        return sessions.begin(user, new Proof(Way.PROVIDER, ""));
    }

    /** Ends the session of the request, if there is one. */
    void signOut(ConsoleRequest request) {
        String id = request.cookie(COOKIE);
        if (id != null) {
            sessions.end(id);
        }
    }

    /** The cookie of a session, or the end of it where there is none. */
    String cookie(ConsoleRequest request, @Nullable String session) {
        return COOKIE + "=" + (session == null ? "" : session) + "; Path=" + settings.mount()
                + "/; HttpOnly; SameSite=Strict" + (isTls(request) ? "; Secure" : "")
                + (session == null ? "; Max-Age=0" : "");
    }

    /** Whether the browser speaks TLS, with this server or with a proxy in front. */
    boolean isTls(ConsoleRequest request) {
        return settings.tls() || request.tls();
    }

    /** What is looked at by the page itself, and not by who sits before it. */
    private static boolean isActive(ConsoleRequest request) {
        return !Set.of("/live", "/job/live", "/activity/data").contains(request.path());
    }

    private static boolean isLocal(String remote) {
        return remote.startsWith("127.") || remote.equals("::1") || remote.equals("0:0:0:0:0:0:0:1");
    }
}
