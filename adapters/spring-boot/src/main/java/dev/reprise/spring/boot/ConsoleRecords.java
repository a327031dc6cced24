package dev.reprise.spring.boot;

import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/** The records that a console of the application shows. Their stores are opened when they are asked for. Thread-safe. */
final class ConsoleRecords {
    private final ListableBeanFactory beans;
    private final AuditLog audit;
    private final KnownReconcilers reconcilers;
    private final List<String> stores;

    /** @throws RuntimeException that fails the start if there is no store */
    ConsoleRecords(ListableBeanFactory beans, AuditLog audit, KnownReconcilers reconcilers) {
        this.beans = beans;
        this.audit = audit;
        this.reconcilers = reconcilers;
        this.stores = List.of(beans.getBeanNamesForType(OperationStore.class, true, false));
        if (stores.isEmpty()) {
            throw Mistakes.consoleWithoutStore();
        }
    }

    /** As the engines see them: encrypted records are shown as what they are. */
    StoreOperations operations() {
        OperationStore store = beans.getBeanProvider(OperationStore.class).getIfUnique();
        if (store == null) {
            throw Mistakes.noChoice("OperationStore", stores);
        }
        RecordEncryption encryption = beans.getBean(RecordEncryption.class);
        ResumableStore<?> steps = beans.getBeanProvider(ResumableStore.class).getIfUnique();
        return new StoreOperations(
                encryption.over(store), steps == null ? null : encryption.over(steps), audit, reconcilers);
    }

    /** What keeps them, without opening it; null if that is not known. */
    @Nullable
    String kind() {
        Class<?> type = stores.size() == 1 ? beans.getType(stores.getFirst(), false) : null;
        return type == null ? null : type.getSimpleName();
    }

    /** A bean that works with them is closed before their stores are. */
    void closeFirst(String bean) {
        if (beans instanceof ConfigurableBeanFactory factory) {
            Stream.concat(stores.stream(), Stream.of(beans.getBeanNamesForType(ResumableStore.class, true, false)))
                    .forEach(store -> factory.registerDependentBean(store, bean));
        }
    }
}
