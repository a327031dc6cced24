package dev.reprise.spring.boot;

import java.lang.reflect.Method;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/** What keeps an application from starting: what is wrong, and what to do. */
final class Mistakes {
    private Mistakes() {}

    static FailureAnalyzedException safeMethod(Method method) {
        return new FailureAnalyzedException(
                name(method)
                        + " has @Idempotent and answers only requests that change nothing, such as GET: these are safe to "
                        + "repeat without it.",
                "Remove the annotation from the method, or map the method for POST, PUT, PATCH or DELETE.");
    }

    static FailureAnalyzedException notMapped(Method method) {
        return new FailureAnalyzedException(
                name(method)
                        + " has @Idempotent, and no request reaches it: it is private, is no handler method of a controller, or has "
                        + "no mapping such as @PostMapping.",
                "Move the annotation to the handler method that the request reaches. A method of a service needs a key of its own, as in @Idempotent(key = \"#command.id\").");
    }

    static FailureAnalyzedException keyOnHandler(Method method) {
        return new FailureAnalyzedException(
                name(method) + " has @Idempotent with a key, and is a handler method: its key is that of the request.",
                "Remove key and payload from the annotation, or move it to the method of a service that the handler calls.");
    }

    static FailureAnalyzedException onType(Class<?> type) {
        return new FailureAnalyzedException(
                type.getName()
                        + " has @Idempotent, and is no controller, or the annotation has a key: for all methods of a type there is "
                        + "only the key of the request.",
                "Put @Idempotent(key = \"...\") on each method that is to be executed once.");
    }

    static FailureAnalyzedException resumableWithoutExecution(Method method) {
        return new FailureAnalyzedException(
                name(method)
                        + " is to be carried through step by step, and has no parameter of the type ResumableExecution by which it runs "
                        + "an operation: whatever it does itself is not recorded, and done again with each retry.",
                "Add the parameter and call its run, or choose another guarantee.");
    }

    static FailureAnalyzedException notCalledThroughSpring(Method method) {
        return new FailureAnalyzedException(
                name(method)
                        + " has @Idempotent, and is private, static or final, so that no call of it can be caught.",
                "Make it a method of a bean that others can override, and call it from another bean: calls within one bean are not "
                        + "caught either.");
    }

    static FailureAnalyzedException asynchronousCall(Method method) {
        return new FailureAnalyzedException(
                name(method)
                        + " has @Idempotent and returns before its work is done, so that its result cannot be recorded.",
                "Return the result itself, and call the method from the thread that may wait for it.");
    }

    static FailureAnalyzedException sharedCallName(String name, Method one, Method other) {
        return new FailureAnalyzedException(
                one + " and " + other + " share the keys of " + name + ", and would get each other's results.",
                "Give one of them a name of its own, as in @Idempotent(name = \"...\").");
    }

    static FailureAnalyzedException asynchronous(Method method) {
        return new FailureAnalyzedException(
                name(method) + " answers by " + method.getGenericReturnType().getTypeName()
                        + " from another thread, and its endpoint has the transactional guarantee: a transaction of Spring belongs to "
                        + "the thread of the request, so the work would not be in it.",
                "Write @Idempotent(guarantee = Idempotent.Guarantee.LEASED) on it, or answer on the thread of the request.");
    }

    static FailureAnalyzedException reactive(Method method) {
        return new FailureAnalyzedException(
                name(method)
                        + " is to have the transactional guarantee in a reactive application. A reactive transaction is committed "
                        + "although a part of it has failed, and one of JDBC belongs to a thread, so neither can be relied on.",
                "Remove guarantee = TRANSACTIONAL: the leased guarantee is the default there. Or serve the endpoint by Spring MVC.");
    }

    static FailureAnalyzedException reconcilerWithoutLease(Method method) {
        return new FailureAnalyzedException(
                name(method)
                        + " names a reconciler, and has another guarantee than the leased one: nobody would ever ask it what happened.",
                "Remove reconciler from its @Idempotent, or write guarantee = Idempotent.Guarantee.LEASED.");
    }

    static FailureAnalyzedException sharedName(String name, Method one, Method other) {
        return new FailureAnalyzedException(
                name(one) + " and " + name(other) + " share the keys of " + name
                        + ", and have two different guarantees.",
                "Give one of them a name of its own, as in @Idempotent(name = \"...\"), or both the same guarantee.");
    }

    static FailureAnalyzedException wrongSetting(Method method, IllegalArgumentException e) {
        return new FailureAnalyzedException(
                "A setting of @Idempotent on " + name(method) + ", or of the properties reprise.*, cannot be right: "
                        + e.getMessage(),
                "Correct it. Times are written as in 24h, 5s or PT24H.",
                e);
    }

    static FailureAnalyzedException wrongTable(IllegalArgumentException e) {
        return new FailureAnalyzedException(
                "The property reprise.table cannot be right: " + e.getMessage(),
                "Write it as table or schema.table, or remove it: the default is reprise_operation.",
                e);
    }

    static FailureAnalyzedException wrongKeys(IllegalArgumentException e) {
        return new FailureAnalyzedException(
                "A property reprise.encryption.* cannot be right. " + e.getMessage(),
                "Write one key on a line, as in 2026-12:<32 random bytes in Base64>; the last one encrypts.",
                e);
    }

    static FailureAnalyzedException noKeys() {
        return new FailureAnalyzedException(
                "reprise.encryption.refuse-plain is true, and there are no keys to encrypt with.",
                "Set reprise.encryption.key-file or reprise.encryption.keys, declare a bean of Keyring, or remove the property.");
    }

    static FailureAnalyzedException noTransactions(Method method) {
        return new FailureAnalyzedException(
                name(method)
                        + " is to have the transactional guarantee, and there is no DataSource with a PlatformTransactionManager.",
                "Add spring-boot-starter-jdbc (or -data-jpa) and a DataSource, declare a bean of TransactionalEngine, or use the leased "
                        + "guarantee.");
    }

    static FailureAnalyzedException noResumable(Method method) {
        return new FailureAnalyzedException(
                name(method)
                        + " is to be carried through step by step, and there is no bean of Resumable, or no DataSource with a "
                        + "PlatformTransactionManager.",
                "Declare the operation as a bean of Resumable, and add spring-boot-starter-jdbc and a DataSource, or declare a bean of "
                        + "ResumableEngine.");
    }

    static FailureAnalyzedException resumableWithoutKey(Method method) {
        return new FailureAnalyzedException(
                name(method) + " is carried through step by step, and a request without a key would not be.",
                "Remove required = false from its @Idempotent.");
    }

    static FailureAnalyzedException resumableCall(Method method) {
        return new FailureAnalyzedException(
                name(method) + " has @Idempotent with a key, and cannot be cut into steps.",
                "Call ResumableEngine.run with an operation id of your own, or choose another guarantee.");
    }

    static FailureAnalyzedException noStore(Method method) {
        return new FailureAnalyzedException(
                name(method)
                        + " has @Idempotent, and there is nowhere to keep records: no DataSource and no OperationStore.",
                "Add spring-boot-starter-jdbc and a DataSource, or declare a bean of OperationStore, such as a RocksDbStore.");
    }

    static FailureAnalyzedException noChoice(String what, Iterable<String> names) {
        return new FailureAnalyzedException(
                "There is more than one " + what + " (" + String.join(", ", names)
                        + "), and nothing says which one the protected endpoints use.",
                "Mark one with @Primary, or declare a bean of TransactionalEngine or OperationStore over the one that you choose.");
    }

    static FailureAnalyzedException otherDatabase(IllegalStateException e) {
        return new FailureAnalyzedException(
                "The transaction manager does not open transactions on the DataSource that has the records.",
                "Mark the manager and the DataSource that belong together with @Primary, declare a bean of TransactionalEngine, or set "
                        + "guarantee = LEASED where no transaction is needed.",
                e);
    }

    static FailureAnalyzedException storeRefused(RuntimeException e) {
        return new FailureAnalyzedException(
                "The records of idempotent endpoints cannot be kept. " + e.getMessage(),
                "If the table is missing, add it to the migrations of your application. The scripts are in reprise-store-jdbc, in "
                        + "dev/reprise/store/jdbc/<database>/V1__reprise.sql and V2__reprise.sql: copy them to db/migration with the next "
                        + "free numbers for Flyway, name them in a sqlFile for Liquibase, or run what SqlDialect.script returns. The table "
                        + "is looked for after all of these. Otherwise docs/jdbc.md lists what the database has to allow.",
                e);
    }

    static FailureAnalyzedException beforeSecurity(int order, int security) {
        return new FailureAnalyzedException(
                "The filter of idempotent endpoints has the order " + order + " and comes before Spring Security with "
                        + security + ": nobody is authenticated there, so callers would get each other's answers.",
                "Set reprise.filter-order to a number above " + security + ", or remove it: the default is -90.");
    }

    static FailureAnalyzedException noHosts() {
        return new FailureAnalyzedException(
                "reprise.client.enabled is true, and nothing says which services know idempotency keys. Any other would execute twice "
                        + "what is sent twice.",
                "Name their hosts in reprise.client.hosts, as in payments.example.com, or write * for all.");
    }

    static FailureAnalyzedException wrongRetries(IllegalArgumentException e) {
        return new FailureAnalyzedException(
                "A property reprise.client.* cannot be right: " + e.getMessage(),
                "Correct it. Times are written as in 24h, 5s or PT24H.",
                e);
    }

    static FailureAnalyzedException wrongOutbox(IllegalArgumentException e) {
        return new FailureAnalyzedException(
                "A property reprise.outbox.* cannot be right: " + e.getMessage(),
                "Correct it. Times are written as in 24h, 5s or PT24H.",
                e);
    }

    static FailureAnalyzedException outboxRefused(RuntimeException e) {
        return new FailureAnalyzedException(
                "The outbox cannot be opened. " + e.getMessage(),
                "If its tables are missing, add them to the migrations of your application.",
                e);
    }

    static FailureAnalyzedException consoleForNobody() {
        return new FailureAnalyzedException(
                "reprise.console.enabled is true, and nobody could sign in.",
                "Name the authority of operators in reprise.console.operator-authority, as in ROLE_OPERATOR, or a file of users in "
                        + "reprise.console.users.");
    }

    static FailureAnalyzedException consoleWithoutStore() {
        return new FailureAnalyzedException(
                "reprise.console.enabled is true, and there are no records to show: no DataSource and no OperationStore.",
                "Add spring-boot-starter-jdbc and a DataSource, declare a bean of OperationStore, or remove the property.");
    }

    static FailureAnalyzedException reactiveConsole() {
        return new FailureAnalyzedException(
                "reprise.console.enabled is true, and the console is a servlet, which a reactive application has no place for.",
                "Remove the property. Actuator has the endpoint reprise, also there.");
    }

    static FailureAnalyzedException wrongConsole(RuntimeException e) {
        return new FailureAnalyzedException(
                "A property reprise.console.* cannot be right: " + e.getMessage(),
                "Correct it; docs/console.md says how.",
                e);
    }

    static FailureAnalyzedException wrongWebhook(String property, RuntimeException e) {
        return new FailureAnalyzedException(
                "The property reprise.webhook." + property + " cannot be right: " + e.getMessage(),
                "Correct it, or remove it; docs/monitoring/README.md says how somebody is told of unknown outcomes.",
                e);
    }

    static FailureAnalyzedException webhookWithoutStore() {
        return new FailureAnalyzedException(
                "reprise.webhook.unknown is set, and there are no records to look at: no DataSource and no OperationStore.",
                "Add spring-boot-starter-jdbc and a DataSource, declare a bean of OperationStore, or remove the property.");
    }

    static FailureAnalyzedException webhookWithoutOutbox(String store) {
        return new FailureAnalyzedException(
                "reprise.webhook.unknown is set, and its messages cannot wait in a " + store + ".",
                "Name a file for them in reprise.webhook.outbox, as in /var/lib/shop/webhook.db.");
    }

    static FailureAnalyzedException webhookRefused(RuntimeException e, String place) {
        return new FailureAnalyzedException(
                "The outbox of the webhook cannot be opened. " + e.getMessage(),
                "If its tables are missing, add them to the migrations of your application: what the command \"reprise outbox list "
                        + place + "\" prints.",
                e);
    }

    static FailureAnalyzedException missingModule(String property, String module) {
        return new FailureAnalyzedException(
                property + " is set, and " + module + " is not on the class path.",
                "Add " + module + " to the dependencies, or remove the property.");
    }

    private static String name(Method method) {
        return method.getDeclaringClass().getName() + "." + method.getName();
    }
}
