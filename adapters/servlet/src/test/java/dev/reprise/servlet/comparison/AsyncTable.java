package dev.reprise.servlet.comparison;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Rows about asynchronous applications, and the words in which they are written. */
abstract class AsyncTable {
    static final Request REQUEST = Request.post("/plain/x?q=1").body("text/plain", "body");

    final List<Row> rows = new ArrayList<>();

    final void add(String name, Handler handler) {
        rows.add(Row.of("async: " + name, REQUEST, handler));
    }

    final void addUnknown(String name, Handler handler) {
        rows.add(Row.of("async: " + name, REQUEST, handler).then(Row.Retry.UNKNOWN));
    }

    /** Something that an asynchronous application does. */
    interface Work {
        void run(AsyncContext async, HttpServletResponse response) throws Exception;
    }

    /** Runs it on a thread that no container knows. */
    static void elsewhere(AsyncContext async, Seen seen, Work work) {
        seen.began();
        Thread.ofVirtual().start(() -> {
            try {
                work.run(async, (HttpServletResponse) async.getResponse());
            } catch (Exception e) {
                seen.note("failed with " + e);
            } finally {
                seen.ended();
            }
        });
    }

    /** Notes each event. */
    static class Noting implements AsyncListener {
        private final Seen seen;

        Noting(Seen seen) {
            this.seen = seen;
        }

        @Override
        public void onComplete(AsyncEvent event) throws IOException {
            seen.note("on complete");
        }

        @Override
        public void onTimeout(AsyncEvent event) throws IOException {
            seen.note("on timeout");
        }

        @Override
        public void onError(AsyncEvent event) throws IOException {
            seen.note("on error " + event.getThrowable().getClass().getSimpleName());
        }

        @Override
        public void onStartAsync(AsyncEvent event) throws IOException {
            seen.note("on start");
        }
    }
}
