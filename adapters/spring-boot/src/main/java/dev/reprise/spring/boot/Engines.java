package dev.reprise.spring.boot;

import dev.reprise.IdempotencyEngine;
import dev.reprise.TransactionalEngine;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;

/** The engines that there are. Each is made when the first endpoint needs it, which is after the database was initialised. */
final class Engines {
    private final ListableBeanFactory beans;
    private final HttpNames names;

    private final Map<Class<?>, Supplier<List<String>>> used = new ConcurrentHashMap<>();

    Engines(ListableBeanFactory beans, String keyHeader) {
        this.beans = beans;
        this.names = new HttpNames(keyHeader, HttpNames.DEFAULT.replayed(), HttpNames.DEFAULT.documentation());
    }

    /** Whether an endpoint that wants this guarantee has the transactional one. */
    boolean isTransactional(Guarantee wanted, Method method) {
        return switch (wanted) {
            case LEASED -> false;
            case DEFAULT -> has(TransactionalEngine.class);
            case TRANSACTIONAL -> {
                if (!has(TransactionalEngine.class)) {
                    throw Mistakes.noTransactions(method);
                }
                yield true;
            }
        };
    }

    private boolean has(Class<?> type) {
        return beans.getBeanNamesForType(type, true, false).length > 0;
    }

    HttpIdempotency idempotency(Endpoint endpoint) {
        if (endpoint.transactional()) {
            TransactionalEngine<?> engine = beans.getBean(TransactionalEngine.class);
            used.put(TransactionalEngine.class, engine::problems);
            return new HttpIdempotency(engine, List.of(endpoint.route()), names, Cors.NONE);
        }
        return new HttpIdempotency(leased(endpoint), List.of(endpoint.route()), names, Cors.NONE);
    }

    /**
     * The engine with the leased guarantee.
     *
     * @throws RuntimeException that fails the start if there is nowhere to keep records
     */
    IdempotencyEngine leased(Endpoint endpoint) {
        if (!has(IdempotencyEngine.class)) {
            throw Mistakes.noStore(endpoint.handler().method());
        }
        IdempotencyEngine engine = beans.getBean(IdempotencyEngine.class);
        used.put(IdempotencyEngine.class, engine::problems);
        return engine;
    }

    /** The names of fields. */
    HttpNames names() {
        return names;
    }

    /** What keeps the engines that are used from working; empty if all is well. */
    List<String> problems() {
        return used.values().stream()
                .flatMap(problems -> problems.get().stream())
                .toList();
    }
}
