package dev.reprise.console.oidc;

import dev.reprise.console.access.IdentityProvider.Failed;
import dev.reprise.console.access.SignInFailure;
import java.io.IOException;
import java.io.Serial;

/** A sign-in goes no further. Never leaves the module, and neither does what caused it, which may quote a token. */
final class Setback extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int LONGEST = 300;

    private final SignInFailure why;

    Setback(SignInFailure why, String detail) {
        super(detail, null, false, false);
        this.why = why;
    }

    /** The provider was asked for something, and did not give it. */
    static Setback unreachable(String what, IOException failure) {
        String why = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return new Setback(SignInFailure.UNREACHABLE, "asked for " + what + ", " + why);
    }

    /** It in a line of the log. */
    Failed failed() {
        String detail = String.valueOf(getMessage()).replaceAll("\\p{Cntrl}", " ");
        return new Failed(why, detail.length() <= LONGEST ? detail : detail.substring(0, LONGEST) + "…");
    }
}
