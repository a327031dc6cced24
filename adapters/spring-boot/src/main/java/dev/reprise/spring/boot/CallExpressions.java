package dev.reprise.spring.boot;

import dev.reprise.IdempotencyKey;
import dev.reprise.RequestFingerprint;
import java.lang.reflect.Method;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import tools.jackson.databind.json.JsonMapper;

/** The expressions of an annotated method over its parameters. Immutable and thread-safe. */
final class CallExpressions {
    private static final int VERSION = 1;

    private final DefaultParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();
    private final Method method;
    private final Expression key;
    private final @Nullable Expression payload;
    private final JsonMapper mapper;

    /** @throws IllegalArgumentException if one of them cannot be read; the message says which */
    CallExpressions(Method method, Idempotent annotation, JsonMapper mapper) {
        this.method = method;
        this.key = parsed("key", annotation.key());
        this.payload = annotation.payload().isEmpty() ? null : parsed("payload", annotation.payload());
        this.mapper = mapper;
    }

    private static Expression parsed(String what, String text) {
        try {
            return new SpelExpressionParser().parseExpression(text);
        } catch (ParseException e) {
            throw new IllegalArgumentException(
                    "The " + what + " " + text + " is no expression: " + e.getSimpleMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if the expression gives no key */
    IdempotencyKey key(MethodInvocation invocation) {
        Object value = value(key, invocation);
        if (value == null) {
            throw new IllegalArgumentException("The key " + key.getExpressionString() + " of " + method
                    + " is null, so nothing was executed. If its parameters have values, compile with -parameters, or write #a0 "
                    + "for the first one");
        }
        try {
            return new IdempotencyKey(value.toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The key " + key.getExpressionString() + " of " + method + " gives none: " + e.getMessage(), e);
        }
    }

    /** The fingerprint of the payload; the same for all calls if there is none. */
    RequestFingerprint.Source fingerprint(MethodInvocation invocation) {
        byte[] bytes = payload == null ? new byte[0] : mapper.writeValueAsBytes(value(payload, invocation));
        return RequestFingerprint.Source.of(new RequestFingerprint(VERSION, sha256(bytes)));
    }

    private @Nullable Object value(Expression expression, MethodInvocation invocation) {
        return expression.getValue(new MethodBasedEvaluationContext(
                Objects.requireNonNull(invocation.getThis()), method, invocation.getArguments(), names));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every platform has SHA-256", e);
        }
    }
}
