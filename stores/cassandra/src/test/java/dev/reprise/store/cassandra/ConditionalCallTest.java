package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.FencingToken;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.spi.Claim;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a call says that was given up, and what it does then. */
@ExtendWith(SharedCassandra.class)
class ConditionalCallTest {
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final CqlRecords records;
    private Runnable beforeSending = () -> {};
    private final Claim claim = new Claim(
            Transfers.id("conditional-call"),
            new RequestFingerprint(1, new byte[] {1}),
            new Owner("conditional-call", 1),
            Duration.ofSeconds(30),
            FencingToken.NONE);

    ConditionalCallTest(CqlSession session) {
        CqlSession watched = WatchedSession.of(session, statement -> {
            sent.add(statement);
            beforeSending.run();
        });
        records = CassandraSessions.records(watched, Duration.ofSeconds(20));
    }

    private static StoreException late() {
        return new StoreException("late", null);
    }

    private ConditionalCall<String> call() {
        return new ConditionalCall<>(claim.id(), records, seen -> Step.done("seen"));
    }

    private Step.Attempt<String> attempt(Runnable missed) {
        return new Step.Attempt<>(
                records.statements().claimNew(claim, new FencingToken(1)),
                "written",
                CompletableFuture.completedFuture(true),
                missed);
    }

    /** Its caller was told that nothing was done: a claim that lands then has nobody behind it. */
    @Test
    void sends_no_write_after_it_has_said_that_nothing_was_done() {
        ConditionalCall<String> call = call();
        AtomicBoolean missed = new AtomicBoolean();

        call.proceed(new Step.Write<>(() -> {
            call.fail(late());
            return attempt(() -> missed.set(true));
        }));

        assertThatThrownBy(call::await)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.isNothingDone()).isTrue());
        assertThat(sent).isEmpty();
        assertThat(missed).isTrue();
    }

    @Test
    void does_not_say_that_nothing_was_done_when_a_write_is_about_to_be_sent() {
        ConditionalCall<String> call = call();
        beforeSending = () -> call.fail(late());

        call.proceed(new Step.Write<>(() -> attempt(() -> {})));

        assertThatThrownBy(call::await)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.isNothingDone()).isFalse());
        assertThat(sent).hasSize(1);
    }

    /** The write got no answer, and the look after it has found that it was made; then the time was over. */
    @Test
    void does_not_say_that_nothing_was_done_when_it_has_found_what_it_has_written() {
        ConditionalCall<String> call = call();
        CompletableFuture<String> own = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(BiConsumer<? super String, ? super Throwable> action) {
                call.fail(late());
                return super.whenComplete(action);
            }
        };
        own.complete("own");
        beforeSending = () -> call.proceed(new Step.Done<>(own));

        call.proceed(new Step.Write<>(() -> attempt(() -> {})));

        assertThatThrownBy(call::await)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.isNothingDone()).isFalse());
    }

    /** Those behind it in the process begin then. */
    @Test
    void has_ended_when_it_has_said_that_nothing_was_done() {
        ConditionalCall<String> call = call();

        call.fail(late());

        assertThat(call.ended().toCompletableFuture()).isCompletedWithValue(false);
    }

    @Test
    void that_has_found_a_record_and_not_the_rest_of_it_in_time_says_that_there_is_one() {
        ConditionalCall<String> call = call();

        call.proceed(new Step.Done<>(new CompletableFuture<>()));
        call.fail(late());

        assertThatThrownBy(call::await)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.isUnreadable()).isTrue());
    }
}
