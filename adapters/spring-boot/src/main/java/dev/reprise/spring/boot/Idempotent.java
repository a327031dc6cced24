package dev.reprise.spring.boot;

import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.http.Profile;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes an endpoint or a method safe to repeat: it is executed once for a key, and whoever repeats it gets what was recorded (S7).
 *
 * <p><b>Without a {@link #key}</b>, on a handler method of a controller, or on the controller for all of its handler methods that change
 * something: the key is that of the request, and the answer is replayed byte for byte. What the method says replaces what the
 * type says, as a whole. GET, HEAD, OPTIONS and TRACE are never protected (S5).
 *
 * <p><b>With a {@link #key}</b>, on a method of any other bean, such as a service or a listener for messages: the result is recorded as
 * JSON and returned again. With the transactional guarantee, the method works in a transaction of its own, or in that of its
 * caller if there is one, and an exception rolls back and frees the key. With the leased guarantee, an exception leaves the outcome
 * unknown, unless it is one of {@link #noEffectFor}. Where the method may not run, its caller gets a {@link RejectedCallException}.
 *
 * <p>A mistake, such as the annotation on a method that nobody can call through Spring, fails the start of the application and says
 * what to do.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {
    /**
     * The key of a method that no request reaches, as an expression of Spring over its parameters: {@code #command.id}, {@code
     * #message.JMSMessageID}. It gives 1 to 255 printable ASCII characters (S3). The scope of the key is {@link #name}; what tells
     * tenants apart belongs into the key.
     */
    String key() default "";

    /**
     * What has to be the same when a method is called again under its key, as an expression over its parameters whose value becomes
     * JSON, such as {@code #command} (S9). Default: nothing is compared. Only with a {@link #key}.
     */
    String payload() default "";

    /**
     * The exceptions by which a method says that it has done nothing, so that its key is free (S15). Counts for the leased guarantee,
     * and with a {@link #key}; a transaction is rolled back by any exception.
     */
    Class<? extends Throwable>[] noEffectFor() default {};

    /** Whether a request without a key is refused (S4). If not, it is executed without protection. Default: it is refused. */
    boolean required() default true;

    /**
     * How long an answer is kept (S23), as in {@code 24h} or {@code PT24H}; placeholders are resolved. Default: the property
     * {@code reprise.retention}.
     */
    String retention() default "";

    /**
     * How long a duplicate waits for the answer of the request that is running, as in {@code 5s}; {@code 0s} refuses it at once with
     * 409 (S8). Placeholders are resolved. Default: the property {@code reprise.max-wait}, and without it what
     * the profile says.
     */
    String maxWait() default "";

    /** Where the record lives. Default: {@link Guarantee#DEFAULT}. */
    Guarantee guarantee() default Guarantee.DEFAULT;

    /**
     * The name of the bean of {@link dev.reprise.Reconciler} that is asked what happened to an operation whose outcome is unknown: by itself,
     * and when an operator wants to know (S33). Placeholders are resolved. What it finds of a method with a {@link #key} has the result as
     * JSON for its body. Only with the leased guarantee. Default: nobody is asked.
     */
    String reconciler() default "";

    /** What a duplicate gets after the end: the recorded answer, or a refusal (S25). Default: the answer. */
    Duplicates duplicates() default Duplicates.REPLAY;

    /** The dialect of fields, statuses and errors. Default: that of the IETF draft. */
    Profile profile() default Profile.IETF;

    /**
     * What keys are scoped by, besides the caller. Endpoints of one name share their keys, and changing the name makes every key new.
     * Default: the first path pattern of the handler method in the order of the alphabet, such as {@code /orders/{id}}, or the type and the
     * name of the method.
     */
    String name() default "";

    /** Where the record of an operation lives, and so what a crash leaves. */
    enum Guarantee {
        /** {@link #TRANSACTIONAL} if there is a transaction manager for the {@code DataSource}, and otherwise {@link #LEASED}. */
        DEFAULT,
        /**
         * In the database of the application, in the transaction in which the handler works: both are there, or neither. The handler
         * answers on the thread of the request.
         */
        TRANSACTIONAL,
        /** In a store of its own, under a lease: executed at most once, and a crash leaves the outcome unknown. */
        LEASED,
        /**
         * In the database of the application, step by step: the handler method takes a {@link dev.reprise.resumable.ResumableExecution}
         * and runs a bean of {@link dev.reprise.resumable.Resumable} by it, which goes on after a crash. Not with a {@link #key}.
         */
        RESUMABLE
    }
}
