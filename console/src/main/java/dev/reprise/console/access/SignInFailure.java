package dev.reprise.console.access;

/** Why a provider lets nobody in, in the words of the page that says so: nothing of what came with a request is in it. */
public enum SignInFailure {
    /** What came back belongs to no sign-in of this browser. */
    STALE(403, "That sign-in was begun too long ago, has been used, or belongs to another browser. Begin again."),
    /** The provider has not signed them in. */
    DECLINED(403, "The provider has not signed you in."),
    /** What the provider has said does not hold. */
    UNBELIEVABLE(403, "What came from the provider could not be believed. The log of the process says why."),
    /** They are known, and not under a name that can be used here. */
    NAMELESS(403, "The provider knows you, but gives no name that can be used here. The log of the process says more."),
    /** They are known, and are in no group that may use the console. */
    NO_ROLE(403, "The provider knows you, but you are in no group that may use this console."),
    /** The provider does not answer as it should. */
    UNREACHABLE(503, "The provider does not answer as it should. Try again later; the log of the process says more."),
    /** Others are waiting for the provider. */
    BUSY(503, "Too many sign in at this moment. Try again in a few seconds.");

    private final int status;
    private final String sentence;

    SignInFailure(int status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    /** The status of the page that says so. */
    public int status() {
        return status;
    }

    /** What the page says. */
    public String sentence() {
        return sentence;
    }
}
