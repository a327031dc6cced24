package dev.reprise.console.access;

import java.net.URI;
import java.time.Duration;

/**
 * A provider that says who somebody is: a browser is sent to it, and comes back with something that it alone could have given. Thread-safe.
 * Its methods ask the provider where they have to, wait for a few seconds at most, and do not throw for what it answers.
 */
public interface IdentityProvider {
    /** What the page of signing in calls it. */
    String name();

    /** How long somebody stays whom it has named. Then it is asked again, so who was taken out of it is out. */
    Duration longestSession();

    /** Where the browser goes. */
    Direction direct(PendingSignIn begun);

    /**
     * Who has come back.
     *
     * @param begun what this browser was sent there with; its state has come back, as was checked before
     * @param query what the provider has put into the address
     */
    Finding find(PendingSignIn begun, String query);

    /** Where a browser goes. */
    sealed interface Direction {}

    /** Who somebody is. */
    sealed interface Finding {}

    /**
     * To the provider.
     *
     * @param address the address with all that it has to be told
     */
    record To(URI address) implements Direction {}

    /**
     * Somebody who may use the console.
     *
     * @param user who, and what they may do
     * @param subject what the provider calls them in any case, for the log: a name may be one that they have chosen
     */
    record Named(ConsoleUser user, String subject) implements Finding {}

    /**
     * Nobody gets in.
     *
     * @param why what they are told
     * @param detail what the log says besides, in a line; nothing in it is a secret
     */
    record Failed(SignInFailure why, String detail) implements Direction, Finding {}
}
