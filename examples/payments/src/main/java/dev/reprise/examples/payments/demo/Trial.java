package dev.reprise.examples.payments.demo;

/**
 * What somebody wants to see.
 *
 * @param operation what is asked for
 * @param failure what goes wrong, twice
 * @param key whether the client names the operation
 * @param backoff whether the client waits between attempts, longer and longer, with jitter
 */
public record Trial(Operation operation, Failure failure, boolean key, boolean backoff) {
    /** What is asked for. */
    public enum Operation {
        /** Money between two accounts, in one transaction. */
        TRANSFER,
        /** A card, through a provider that no transaction reaches. */
        CHARGE;

        String path(boolean key) {
            return this == TRANSFER ? "/transfers" : key ? "/charges" : "/unprotected/charges";
        }

        String body() {
            return this == TRANSFER
                    ? "{\"from\":\"alice\",\"to\":\"bob\",\"cents\":1000}"
                    : "{\"card\":\"alice\",\"cents\":1000}";
        }
    }

    /** Where the network or the server breaks. */
    public enum Failure {
        /** Nowhere. */
        NONE,
        /** The request never arrives. */
        REQUEST_LOST,
        /** The server dies between two effects. */
        DIES_MIDWAY,
        /** Everything is done, and the answer never arrives. */
        ANSWER_LOST
    }
}
