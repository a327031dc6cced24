package dev.reprise.console;

import dev.reprise.OperationType;
import dev.reprise.console.access.IdentityProvider;
import dev.reprise.console.access.TokenFile;
import dev.reprise.console.access.TrustedHeader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a console is mounted, and who may use it.
 *
 * @param mount the path at which it is mounted, without a slash at the end; empty at the root
 * @param hosts the values of {@code Host} that it answers to, in whatever case; others are refused, so that no name of somebody else
 *     leads here. If there are none, it answers to all, as {@link #inApplication} says
 * @param tls whether browsers reach it by TLS, so that they may send the cookie by nothing else
 * @param readOnly whether nobody may change anything
 * @param users the file of users; null if nobody signs in by a token of it
 * @param proxy the field in which a proxy names the user; null if none does
 * @param authenticated whether the server itself authenticates users, and says with each request who it is
 * @param provider who says who somebody is; null if nobody is asked
 * @param secret tells whether a text is the secret of the store folder; null if nobody signs in by it
 * @param idle how long somebody may do nothing before they have to sign in again
 * @param longest how long they may use it at most before they have to
 * @param health what is wrong with the process, in words; does not block
 * @param types the types of operations with steps that this process runs; does not block
 * @param store what keeps the records, in words and without a credential; null if nobody said it
 * @param clock the time
 */
public record ConsoleSettings(
        String mount,
        Set<String> hosts,
        boolean tls,
        boolean readOnly,
        @Nullable TokenFile users,
        @Nullable TrustedHeader proxy,
        boolean authenticated,
        @Nullable IdentityProvider provider,
        @Nullable Predicate<String> secret,
        Duration idle,
        Duration longest,
        Supplier<List<String>> health,
        Supplier<Set<OperationType>> types,
        @Nullable String store,
        InstantSource clock) {
    /** @throws IllegalArgumentException if the place is none, or nobody could sign in */
    public ConsoleSettings {
        if (!mount.isEmpty() && !mount.matches("(/[A-Za-z0-9._~-]+)+")) {
            throw new IllegalArgumentException('"' + mount + "\" is no place for a console; write it as in /console");
        }
        if (users == null && proxy == null && !authenticated && provider == null && secret == null) {
            throw new IllegalArgumentException("A console needs a way to sign in");
        }
        if (provider != null && hosts.isEmpty()) {
            throw new IllegalArgumentException(
                    "A provider sends people back to a name of the console; say which it has");
        }
        hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Mounted there and reached under these names, without a way to sign in yet.
     *
     * @throws IllegalArgumentException if there is no name
     */
    public static Mounting at(String mount, Set<String> hosts) {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("A console needs the names under which it is reached");
        }
        return new Mounting(mount, hosts);
    }

    /**
     * Within an application, reached under whatever name the application is, and mounted where its server says. Who is let in shows it by a
     * cookie or a credential that browsers send to the name that it is from, so a page that has another name lead here is nobody. Where
     * people are let in for their address alone, say the names by {@link #at}.
     */
    public static Mounting inApplication() {
        return new Mounting("", Set.of());
    }

    /** What of a path follows the place of the console, both undecoded; null if the path is somewhere else, or begins with another spelling of it. */
    public @Nullable String below(String path) {
        String rest = path.startsWith(mount) ? path.substring(mount.length()) : null;
        return rest == null || rest.isEmpty() || rest.charAt(0) == '/' ? rest : null;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Mounting {
        private String mount;
        private final Set<String> hosts;
        private boolean tls;
        private boolean readOnly;
        private @Nullable TokenFile users;
        private @Nullable TrustedHeader proxy;
        private boolean authenticated;
        private @Nullable IdentityProvider provider;
        private @Nullable Predicate<String> secret;
        private Supplier<List<String>> health = List::of;
        private Supplier<Set<OperationType>> types = Set::of;
        private @Nullable String store;
        private InstantSource clock = InstantSource.system();

        private Mounting(String mount, Set<String> hosts) {
            this.mount = mount;
            this.hosts = hosts;
        }

        /** Where it is mounted, for servers that know it late. */
        public Mounting mount(String path) {
            mount = path;
            return this;
        }

        /** Browsers reach it by TLS, also where the server does not see it. Default: what the server sees. */
        public Mounting tls(boolean spoken) {
            tls = spoken;
            return this;
        }

        /** Nobody may change anything. Default: operators may. */
        public Mounting readOnly(boolean only) {
            readOnly = only;
            return this;
        }

        /** Who has a token signs in. Default: nobody does. */
        public Mounting users(@Nullable TokenFile file) {
            users = file;
            return this;
        }

        /** A proxy names the user. Default: none does. */
        public Mounting proxy(@Nullable TrustedHeader header) {
            proxy = header;
            return this;
        }

        /** The server itself authenticates users, and says who it is. Default: what it says is not believed. */
        public Mounting authenticated(boolean said) {
            authenticated = said;
            return this;
        }

        /** A provider is asked who somebody is, of a console that has names. It stays the caller's to close. Default: none is. */
        public Mounting provider(@Nullable IdentityProvider asked) {
            provider = asked;
            return this;
        }

        /** Who knows a secret signs in as an operator from this machine. Default: nobody does. */
        public Mounting secret(@Nullable Predicate<String> admits) {
            secret = admits;
            return this;
        }

        /** What is wrong with the process. Default: nothing is known to be. */
        public Mounting health(Supplier<List<String>> problems) {
            health = problems;
            return this;
        }

        /** The types of operations with steps that this process runs, as its engine has them. Default: none is known. */
        public Mounting types(Supplier<Set<OperationType>> run) {
            types = run;
            return this;
        }

        /** What keeps the records, as operators call it; no credential may be in it. Default: it is not shown. */
        public Mounting store(@Nullable String named) {
            store = named;
            return this;
        }

        /** The time. Default: the system's. */
        public Mounting clock(InstantSource time) {
            clock = time;
            return this;
        }

        /**
         * The settings.
         *
         * @throws IllegalArgumentException if nobody could sign in
         */
        public ConsoleSettings build() {
            return new ConsoleSettings(
                    mount,
                    hosts,
                    tls,
                    readOnly,
                    users,
                    proxy,
                    authenticated,
                    provider,
                    secret,
                    Duration.ofMinutes(30),
                    Duration.ofHours(12),
                    health,
                    types,
                    store,
                    clock);
        }
    }
}
