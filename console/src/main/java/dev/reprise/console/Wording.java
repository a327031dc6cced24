package dev.reprise.console;

import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.text.Choice;
import dev.reprise.console.view.OperationRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the pages say things. */
final class Wording {
    /** Said of an operation on which something else is done than on what a page has shown. */
    static final String CHANGED = "It has changed since you looked at it. This is about how it stands now.";

    private Wording() {}

    /** A time that people read; nothing if there is none. */
    static String time(@Nullable Instant instant) {
        return OperationView.seconds(instant).replace('T', ' ').replace("Z", " UTC");
    }

    /** How long that is, in one unit. */
    static String age(Duration age) {
        if (age.isNegative()) {
            return "0 s";
        }
        if (age.toDays() > 1) {
            return age.toDays() + " d";
        }
        if (age.toHours() > 1) {
            return age.toHours() + " h";
        }
        return age.toMinutes() > 1 ? age.toMinutes() + " min" : age.toSeconds() + " s";
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String bytes(long number) {
        return number == 1 ? "1 byte" : number(number) + " bytes";
    }

    /** An operation in a table. */
    static OperationRow row(OperationView view, Instant now, String mount) {
        String ref = new OperationRef(view.id(), view.seen()).text();
        return new OperationRow(
                ref,
                mount + "/operation?op=" + ref,
                Choice.written(view.state()),
                view.key(),
                view.route(),
                view.principal(),
                OperationView.seconds(view.createdAt()),
                age(Duration.between(view.createdAt(), now)),
                String.valueOf(view.attempt()),
                view.detail(),
                view.stuck() || view.state() == ListedState.WAITING);
    }
}
