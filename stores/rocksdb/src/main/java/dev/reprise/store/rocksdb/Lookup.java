package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A read on a thread that may read, for a call, which fails if the read does. */
sealed interface Lookup extends Stage.Task {
    /** Who waits for it. */
    Call<?> call();

    @Override
    default void fail(Throwable failure) {
        call().fail(failure);
    }

    /**
     * Reads one record.
     *
     * @param then gets what is there, or null, and answers the call or hands it on
     */
    record One(Call<?> call, OperationId id, Consumer<@Nullable OperationRecord> then) implements Lookup {}

    /**
     * Reads something else.
     *
     * @param work reads, and answers the call
     */
    record Other(Call<?> call, Runnable work) implements Lookup {}

    /** Reads for all of them, what many ask for once, and what nobody waits for any more not at all. */
    static void run(List<Lookup> lookups, Function<OperationId, @Nullable OperationRecord> find) {
        Map<OperationId, List<One>> records = new LinkedHashMap<>();
        for (Lookup lookup : lookups) {
            switch (lookup) {
                case One one ->
                    records.computeIfAbsent(one.id(), id -> new ArrayList<>()).add(one);
                case Other other -> run(other, other.work());
            }
        }
        records.forEach((id, all) -> {
            List<One> waiting =
                    all.stream().filter(one -> !one.call().isAnswered()).toList();
            if (!waiting.isEmpty()) {
                run(waiting, () -> find.apply(id));
            }
        });
    }

    private static void run(List<One> waiting, Supplier<@Nullable OperationRecord> find) {
        OperationRecord record;
        try {
            record = find.get();
        } catch (Throwable e) {
            waiting.forEach(one -> one.fail(e));
            return;
        }
        waiting.forEach(one -> run(one, () -> one.then().accept(record)));
    }

    /** Whatever goes wrong, it is no reason to fail the look-ups of others. */
    private static void run(Lookup lookup, Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            lookup.fail(e);
        }
    }
}
