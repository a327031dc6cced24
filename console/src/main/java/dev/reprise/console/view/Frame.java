package dev.reprise.console.view;

import org.jspecify.annotations.Nullable;

/**
 * What is around each page.
 *
 * @param mount where the console is
 * @param nonce what lets scripts of this response run
 * @param title what the page is about
 * @param user who has signed in; null if nobody has
 * @param role what they may do, in words
 * @param csrf what each form carries
 * @param mayAct whether they may change something
 * @param readOnly whether nobody may
 * @param proxied whether a proxy or the server names them, so that there is no signing out
 * @param charts whether there are figures to draw
 */
public record Frame(
        String mount,
        String nonce,
        String title,
        @Nullable String user,
        String role,
        String csrf,
        boolean mayAct,
        boolean readOnly,
        boolean proxied,
        boolean charts) {
    /** Around a page for somebody who is not known, or not yet. */
    public static Frame ofStranger(String mount, String nonce, String title) {
        return new Frame(mount, nonce, title, null, "", "", false, false, false, false);
    }
}
