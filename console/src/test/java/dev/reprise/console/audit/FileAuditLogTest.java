package dev.reprise.console.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.IdempotencyException;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Scope;
import dev.reprise.testkit.SettableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that says who did what, whatever happens to the process that writes it. */
class FileAuditLogTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/charges"), new IdempotencyKey("k"));

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private final List<FileAuditLog> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(FileAuditLog::close);
    }

    private Path file() {
        return folder.resolve("audit.jsonl");
    }

    private FileAuditLog open() {
        FileAuditLog log = new FileAuditLog(file(), clock);
        opened.add(log);
        return log;
    }

    private static AuditIntent intent(String reason) {
        return new AuditIntent("olivia", "release", ID, reason, "unknown, attempt 1, token 7");
    }

    private static long write(FileAuditLog log, String reason, @Nullable String outcome) {
        List<Long> numbers = log.begin(List.of(intent(reason)));
        if (outcome != null) {
            log.end(numbers, List.of(outcome));
        }
        return numbers.getFirst();
    }

    @Test
    void says_who_did_what_when_why_and_what_came_of_it_the_latest_first() {
        FileAuditLog log = open();
        write(log, "first", "ended");
        write(log, "second\nline \"quoted\"", "changed");

        List<AuditView> entries = log.latest(null, 10).entries();

        assertThat(entries).extracting(AuditView::reason).containsExactly("second\nline \"quoted\"", "first");
        assertThat(entries.getLast())
                .isEqualTo(new AuditView(
                        1,
                        clock.instant(),
                        "olivia",
                        "release",
                        "alice",
                        "/charges",
                        "k",
                        "first",
                        "unknown, attempt 1, token 7",
                        "ended"));
    }

    @Test
    void has_the_entry_before_the_action_is_done() throws Exception {
        FileAuditLog log = open();
        log.begin(List.of(intent("why")));

        assertThat(Files.readString(file())).contains("\"reason\":\"why\"").endsWith("\n");
        assertThat(log.latest(null, 1).entries().getFirst().outcome()).isNull();
    }

    @Test
    void can_be_read_by_its_owner_alone() throws Exception {
        write(open(), "why", "ended");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void is_read_page_by_page_without_leaving_anything_out() {
        FileAuditLog log = open();
        List<Long> waiting = log.begin(List.of(intent("slow")));
        for (int i = 0; i < 50; i++) {
            List<AuditIntent> batch = new ArrayList<>();
            for (int j = 0; j < 50; j++) {
                batch.add(intent("reason " + "x".repeat(i * j % 300)));
            }
            log.end(log.begin(batch), Collections.nCopies(50, "ended"));
        }
        log.end(waiting, List.of("failed"));

        List<AuditView> all = new ArrayList<>();
        String before = null;
        do {
            AuditPage page = log.latest(before, 70);
            all.addAll(page.entries());
            before = page.next();
        } while (before != null);

        assertThat(all).hasSize(2_501);
        assertThat(all).extracting(AuditView::number).isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(all.subList(0, 2_500)).extracting(AuditView::outcome).containsOnly("ended");
    }

    @Test
    void goes_on_behind_what_a_crash_has_cut_off() throws Exception {
        write(open(), "first", "ended");
        close();
        Files.writeString(file(), "{\"number\":2,\"at\":\"2026", StandardOpenOption.APPEND);

        FileAuditLog again = open();
        long number = write(again, "second", "ended");

        assertThat(number).isGreaterThan(1);
        assertThat(again.latest(null, 10).entries())
                .extracting(AuditView::reason)
                .containsExactly("second", "first");
    }

    @Test
    void is_written_by_one_at_a_time() {
        write(open(), "first", "ended");

        assertThatThrownBy(() -> write(open(), "second", "ended"))
                .isInstanceOf(IdempotencyException.class)
                .hasMessageContaining("nothing was done")
                .hasMessageContaining("another process");
    }

    @Test
    void that_cannot_be_written_lets_nothing_be_done() throws Exception {
        Files.createDirectory(file());

        assertThatThrownBy(() -> write(open(), "why", "ended"))
                .isInstanceOf(IdempotencyException.class)
                .hasMessageContaining("nothing was done");
    }

    @Test
    void that_is_not_there_is_empty_and_is_not_made_by_reading() {
        assertThat(open().latest(null, 10)).isEqualTo(AuditPage.EMPTY);
        assertThat(file()).doesNotExist();
        assertThatThrownBy(() -> open().latest("-1", 10)).isInstanceOf(IllegalArgumentException.class);
    }
}
