package dev.reprise.console;

import dev.reprise.console.charts.Activity;
import dev.reprise.console.charts.ActivityPoint;
import dev.reprise.console.templates.JteactivityGenerated;
import dev.reprise.console.text.OperationsJson;
import dev.reprise.console.view.ActivityData;
import dev.reprise.console.view.ActivityPage;
import dev.reprise.console.view.ActivityRow;
import dev.reprise.console.view.Frame;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the process has done in the last hour: as a table, and as data from which a script draws charts. */
final class ActivityPages {
    private final Activity activity;

    ActivityPages(Activity activity) {
        this.activity = activity;
    }

    ConsoleResponse page(Visit visit) {
        List<ActivityPoint> points = activity.after(Instant.EPOCH);
        ActivityPage page = new ActivityPage(
                Wording.time(activity.since()),
                points.reversed().stream()
                        .filter(point -> !point.isQuiet())
                        .map(ActivityPages::row)
                        .toList(),
                String.valueOf(points.isEmpty() ? 0 : points.getLast().at().getEpochSecond()));
        Frame frame = visit.frame("Activity");
        return Answers.page(
                200,
                visit.nonce(),
                (output, interceptor) -> JteactivityGenerated.render(output, interceptor, frame, page));
    }

    private static ActivityRow row(ActivityPoint point) {
        return new ActivityRow(
                Wording.time(point.at()),
                Wording.number(point.executed()),
                Wording.number(point.replayed()),
                Wording.number(point.refused()),
                Wording.number(point.released()),
                Wording.number(point.unknown()),
                time(point.median()),
                time(point.slow()));
    }

    private static String time(@Nullable Duration time) {
        Double millis = millis(time);
        return millis == null ? "" : String.format(Locale.ROOT, "%,.1f ms", millis);
    }

    private static @Nullable Double millis(@Nullable Duration time) {
        return time == null ? null : Math.round(time.toNanos() / 1e5) / 10.0;
    }

    /** The steps after the one that begins at {@code since}. */
    ConsoleResponse data(Visit visit) {
        List<ActivityData.Point> points =
                activity.after(since(visit)).stream().map(ActivityPages::point).toList();
        return Answers.json(
                OperationsJson.MAPPER.writeValueAsString(new ActivityData(Activity.STEP.toSeconds(), points)));
    }

    private static Instant since(Visit visit) {
        String since = visit.query().first("since");
        if (!since.matches("[0-9]{0,12}")) {
            throw new IllegalArgumentException("since is a time in seconds since 1970");
        }
        return since.isEmpty() ? Instant.EPOCH : Instant.ofEpochSecond(Long.parseLong(since));
    }

    private static ActivityData.Point point(ActivityPoint point) {
        return new ActivityData.Point(
                point.at().getEpochSecond(),
                point.executed(),
                point.replayed(),
                point.refused(),
                point.released(),
                point.unknown(),
                millis(point.median()),
                millis(point.slow()));
    }
}
