package dev.reprise.spring.boot;

import dev.reprise.IdempotencyEngine;
import dev.reprise.TransactionalEngine;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Route;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spring.SpringTransactions;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/** The engines that there are. Each is made when the first endpoint needs it, which is after the database was initialised. */
final class Engines {
    private final ListableBeanFactory beans;
    private final HttpNames names;

    private final Map<Class<?>, Supplier<List<String>>> used = new ConcurrentHashMap<>();

    Engines(ListableBeanFactory beans, String keyHeader) {
        this.beans = beans;
        this.names = HttpNames.DEFAULT.withKey(keyHeader);
    }

    /** The guarantee of who wants that one. */
    Guarantee guarantee(Guarantee wanted, Method method) {
        Guarantee chosen = wanted == Guarantee.DEFAULT
                ? has(TransactionalEngine.class) ? Guarantee.TRANSACTIONAL : Guarantee.LEASED
                : wanted;
        if (!has(typeOf(chosen))) {
            throw switch (chosen) {
                case TRANSACTIONAL -> Mistakes.noTransactions(method);
                case RESUMABLE -> Mistakes.noResumable(method);
                case LEASED, DEFAULT -> Mistakes.noStore(method);
            };
        }
        return chosen;
    }

    private static Class<?> typeOf(Guarantee guarantee) {
        return switch (guarantee) {
            case TRANSACTIONAL -> TransactionalEngine.class;
            case RESUMABLE -> ResumableEngine.class;
            case LEASED, DEFAULT -> IdempotencyEngine.class;
        };
    }

    private boolean has(Class<?> type) {
        return beans.getBeanNamesForType(type, true, false).length > 0;
    }

    HttpIdempotency idempotency(Endpoint endpoint) {
        List<Route> routes = List.of(endpoint.route());
        return switch (endpoint.guarantee()) {
            case TRANSACTIONAL -> new HttpIdempotency(transactional(), routes, names, Cors.NONE);
            case RESUMABLE -> new HttpIdempotency(resumable(), routes, names, Cors.NONE);
            case LEASED, DEFAULT -> new HttpIdempotency(leased(), routes, names, Cors.NONE);
        };
    }

    /** What executes a method that no request reaches. */
    @SuppressWarnings("unchecked")
    CallEngine forCalls(Guarantee wanted, Method method) {
        return switch (guarantee(wanted, method)) {
            case TRANSACTIONAL ->
                new CallEngine.InTransaction(
                        (TransactionalEngine<Connection>) transactional(),
                        beans.getBeanProvider(SpringTransactions.class)::getObject);
            case RESUMABLE -> throw Mistakes.resumableCall(method);
            case LEASED, DEFAULT -> new CallEngine.Leased(leased(), transactionsOfCallers());
        };
    }

    /** Applications without a database have no transactions of Spring. */
    private static BooleanSupplier transactionsOfCallers() {
        return ClassUtils.isPresent(
                        "org.springframework.transaction.support.TransactionSynchronizationManager",
                        Engines.class.getClassLoader())
                ? TransactionSynchronizationManager::isActualTransactionActive
                : () -> false;
    }

    private TransactionalEngine<?> transactional() {
        TransactionalEngine<?> engine = beans.getBean(TransactionalEngine.class);
        used.put(TransactionalEngine.class, engine::problems);
        return engine;
    }

    /** The engine with the leased guarantee. */
    IdempotencyEngine leased() {
        IdempotencyEngine engine = beans.getBean(IdempotencyEngine.class);
        used.put(IdempotencyEngine.class, engine::problems);
        return engine;
    }

    /** It is used as soon as it is there, because it goes on with what others have left. */
    ResumableEngine<?> resumable() {
        ResumableEngine<?> engine = beans.getBean(ResumableEngine.class);
        used.put(ResumableEngine.class, engine::problems);
        return engine;
    }

    /** The names of fields. */
    HttpNames names() {
        return names;
    }

    /** Tells what keeps something else from working, which works with the engines, together with theirs. */
    void watch(Class<?> part, Supplier<List<String>> problems) {
        used.put(part, problems);
    }

    /** What keeps the engines that are used from working; empty if all is well. */
    List<String> problems() {
        return used.values().stream()
                .flatMap(problems -> problems.get().stream())
                .toList();
    }
}
