package dev.reprise.gateway;

import static dev.reprise.gateway.Place.ADMIN_FILE;
import static dev.reprise.gateway.Place.ANSWER_PAGE;
import static dev.reprise.gateway.Place.AUDIT;
import static dev.reprise.gateway.Place.CONSOLE;
import static dev.reprise.gateway.Place.FIRST_ANSWER;
import static dev.reprise.gateway.Place.LISTS;
import static dev.reprise.gateway.Place.LOGS;
import static dev.reprise.gateway.Place.MESSAGE;
import static dev.reprise.gateway.Place.OUTBOX;
import static dev.reprise.gateway.Place.PROVIDER;
import static dev.reprise.gateway.Place.RECEIVER;
import static dev.reprise.gateway.Place.REPLAY;
import static dev.reprise.gateway.Place.SERVICE;
import static dev.reprise.gateway.Place.SHOWN;
import static dev.reprise.gateway.Place.STORE;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What callers, services and operators entrust to a gateway, and where each belongs: there, and nowhere else. */
final class Secrets {
    private final List<Planted> all = new ArrayList<>();

    // Of callers: the service has to see it, and nobody else does. Only hashes are kept.
    final Planted body = plant("the body of a request", SERVICE);
    final Planted refusedBody = plant("a body under the key of another one");
    final Planted query = plant("the query of a request", SERVICE);
    final Planted credential = plant("the credential of a caller", SERVICE);
    final Planted cookie = plant("the cookie of a caller", SERVICE);

    // Of services: callers get it, and what is recorded can be looked at by who may see the page of its operation.
    final Planted answer;
    final Planted field;
    final Planted unrecorded = plant("a field that is not recorded", FIRST_ANSWER);
    final Planted setCookie = plant("a cookie that is set", FIRST_ANSWER);
    final Planted failure = plant("the body of a failure", FIRST_ANSWER);
    final Planted gibberish = plant("what is said in place of HTTP");

    /** Whoever is named by a proxy is kept by name, unless a gateway keeps hashes of credentials. */
    final Planted caller;

    // Of operators. What they answer in place of a service is an answer. Why they do it is no secret: it is for the
    // audit, and for the log.
    final Planted typed;
    final Planted reason = plant("the reason of an operator", AUDIT, CONSOLE, LOGS);
    final Planted token = plant("the token of a user");
    final Planted wrongToken = plant("a token that lets nobody in");
    final Planted forgedName = plant("a user that no proxy has named");
    final Planted code = plant("the code of a sign-in", PROVIDER);

    // Of who runs it: only those see it for whom it is.
    final Planted clientSecret = plant("the secret of the console at its provider", PROVIDER);
    final Planted encryptionKey = plant("the key of encryption");
    final Planted issuing = plant("the secret of issued keys");
    final Planted webhookCredential = plant("the credential of the webhook", RECEIVER);
    final Planted webhookPath = plant("the path of the webhook", RECEIVER);
    final Planted webhookQuery = plant("the query of the webhook", RECEIVER);
    final Planted password = plant("a password in the address of a service");

    /** @param encrypted whether what records keep is encrypted; callers are named by a proxy if it is not */
    Secrets(boolean encrypted) {
        Place[] inRecords = encrypted
                ? new Place[] {FIRST_ANSWER, REPLAY, ANSWER_PAGE, SHOWN}
                : new Place[] {FIRST_ANSWER, REPLAY, ANSWER_PAGE, SHOWN, STORE};
        answer = plant("the body of an answer", inRecords);
        field = plant("a field of an answer", inRecords);
        typed = encrypted
                ? plant("an answer that was typed", REPLAY, ANSWER_PAGE, SHOWN)
                : plant("an answer that was typed", REPLAY, ANSWER_PAGE, SHOWN, STORE);
        caller = encrypted
                ? plant("a name that is not believed", SERVICE)
                : plant(
                        "the name of a caller",
                        SERVICE,
                        CONSOLE,
                        ANSWER_PAGE,
                        LISTS,
                        SHOWN,
                        MESSAGE,
                        AUDIT,
                        OUTBOX,
                        STORE);
    }

    private Planted plant(String name, Place... home) {
        Planted planted = Planted.anew(name, home);
        all.add(planted);
        return planted;
    }

    /** The secret that a gateway leaves for commands of its own user, in a file that others cannot read. */
    void leftForCommands(String secret) {
        all.add(new Planted("the secret of commands", secret, Set.of(ADMIN_FILE)));
    }

    /** What a browser has of a session. */
    void given(String session) {
        all.add(new Planted("the id of a session", session, Set.of()));
    }

    List<Planted> all() {
        return List.copyOf(all);
    }
}
