package dev.reprise.webhook;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Unknown;
import dev.reprise.client.IdempotencyKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is told of an operation whose outcome is unknown: the same, under the same key, whoever tells it and however often. */
final class UnknownMessage {
    private static final int LONGEST_REASON = 500;

    private UnknownMessage() {}

    /**
     * The name of this very unknown outcome. If the operation is executed again, and its outcome is unknown again, its fencing token
     * is another one. The time at which it was claimed first tells apart what two stores have under the same name.
     */
    static IdempotencyKey key(OperationRecord record) {
        OperationId id = record.id();
        // None of them has a line break in it.
        String text = String.join(
                "\n",
                id.scope().principal(),
                id.scope().route(),
                id.key().value(),
                Long.toString(record.token().value()),
                Long.toString(record.createdAt().toEpochMilli()));
        return new IdempotencyKey(
                "unknown-" + Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(text)));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-256", e);
        }
    }

    /**
     * What there is to say, in JSON. Nothing of requests and answers: only what the record has of the operation itself.
     *
     * @param console where people see the operation; null if that is not known
     */
    static byte[] body(OperationRecord record, Unknown unknown, @Nullable URI console) {
        OperationId id = record.id();
        List<String> members = new ArrayList<>();
        members.add(member("event", "outcome-unknown"));
        members.add(member("route", id.scope().route()));
        members.add(member("key", id.key().value()));
        members.add(member("principal", id.scope().principal()));
        members.add(member("since", unknown.since().toString()));
        members.add(member("created-at", record.createdAt().toString()));
        members.add(member("reason", shortened(unknown.reason())));
        members.add("\"attempt\":" + record.attempt());
        // In quotes: readers of JSON make another number of one that is longer than 53 bits.
        members.add(member("token", Long.toString(record.token().value())));
        if (console != null) {
            members.add(member("console", console.toString()));
        }
        return ("{" + String.join(",", members) + "}\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Texts of exceptions have any length. */
    private static String shortened(String reason) {
        if (reason.length() <= LONGEST_REASON) {
            return reason;
        }
        // No half of a surrogate pair.
        int end = Character.isHighSurrogate(reason.charAt(LONGEST_REASON - 1)) ? LONGEST_REASON - 1 : LONGEST_REASON;
        return reason.substring(0, end) + "…";
    }

    private static String member(String name, String text) {
        StringBuilder member = new StringBuilder().append('"').append(name).append("\":\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> member.append('\\').append(c);
                default -> {
                    if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
                        member.append("\\u%04x".formatted((int) c));
                    } else {
                        member.append(c);
                    }
                }
            }
        }
        return member.append('"').toString();
    }
}
