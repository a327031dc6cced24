package dev.reprise.testkit.broken;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.OperationStore;
import java.text.Normalizer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stores that give operations to the wrong owner, or to nobody, or mistake one operation for another. */
final class OwnershipFlaws {
    private OwnershipFlaws() {}

    static List<Flaw> all() {
        return List.of(
                torn(
                        "reads and writes a claim in two steps",
                        "fifty_identical_claims_give_one_owner_and_everybody_sees_its_response_S16",
                        FlawedStore.Change.ACQUIRE),
                named("folds the case of keys", id -> with(id, text -> text.toLowerCase(Locale.ROOT))),
                named("trims what it keeps operations under", id -> with(id, String::strip)),
                named(
                        "normalises what it keeps operations under",
                        id -> with(id, text -> Normalizer.normalize(text, Normalizer.Form.NFC))),
                named("joins the parts of an id without a bound", OwnershipFlaws::joined),
                new Flaw(
                        "starts the tokens of a record anew",
                        "tokens_grow_with_every_owner_across_release_expiry_and_take_over",
                        clock -> new FlawedStore(clock) {
                            @Override
                            FencingToken nextToken(@Nullable OperationRecord present) {
                                return new FencingToken(
                                        present == null ? 1 : present.token().value() + 1);
                            }
                        }),
                claiming(
                        "does not recognise an owner that asks again",
                        "made_again_by_the_same_owner_returns_the_same_lease_so_that_a_lost_acknowledgement_is_harmless",
                        (store, claim) -> {
                            OperationRecord present = store.records.get(claim.id());
                            return present != null
                                            && present.state() instanceof Running
                                            && claim.takeOverFrom().equals(FencingToken.NONE)
                                    ? new Acquisition.Existing(present, store.now())
                                    : null;
                        }),
                claiming(
                        "does not recognise an owner whose lease is over",
                        "made_again_by_the_same_owner_returns_the_same_lease_even_after_its_end",
                        (store, claim) -> {
                            OperationRecord present = store.records.get(claim.id());
                            return present != null
                                            && present.abandonedAt(store.now())
                                            && claim.takeOverFrom().equals(FencingToken.NONE)
                                    ? new Acquisition.Existing(present, store.now())
                                    : null;
                        }),
                sameOwner(
                        "compares owners by their number alone",
                        claim -> running ->
                                running.owner().claim() == claim.owner().claim()),
                sameOwner(
                        "compares owners by their node alone",
                        claim -> running ->
                                running.owner().node().equals(claim.owner().node())),
                claiming(
                        "lets any claim take over what is abandoned",
                        "of_an_abandoned_operation_does_not_take_it_over_by_itself",
                        (store, claim) -> {
                            OperationRecord present = store.records.get(claim.id());
                            return present != null
                                            && present.abandonedAt(store.now())
                                            && claim.takeOverFrom().equals(FencingToken.NONE)
                                    ? store.acquire(claim.takingOverFrom(present.token()))
                                    : null;
                        }),
                claiming(
                        "takes over from an owner that is alive",
                        "of_an_operation_whose_lease_lasts_is_refused",
                        (store, claim) -> {
                            OperationRecord present = store.records.get(claim.id());
                            if (present != null
                                    && present.state() instanceof Running running
                                    && present.token().equals(claim.takeOverFrom())) {
                                store.records.put(claim.id(), present.with(new Running(running.owner(), store.now())));
                            }
                            return null;
                        }),
                claiming(
                        "takes over whatever token the claim names",
                        "with_the_token_of_an_earlier_owner_is_refused",
                        (store, claim) -> {
                            OperationRecord present = store.records.get(claim.id());
                            return present != null
                                            && present.abandonedAt(store.now())
                                            && !claim.takeOverFrom().equals(FencingToken.NONE)
                                            && !claim.takeOverFrom().equals(present.token())
                                    ? store.acquire(claim.takingOverFrom(present.token()))
                                    : null;
                        }),
                claiming(
                        "blocks a key with a record that has expired",
                        "complete_keeps_the_response_for_the_retention_S23",
                        (store, claim) -> {
                            OperationRecord present = store.records.get(claim.id());
                            return present != null && present.state() instanceof Completed
                                    ? new Acquisition.Existing(present, store.now())
                                    : null;
                        }),
                claiming(
                        "reads the application's clock for those who find a record",
                        "of_a_running_operation_says_what_is_there_and_changes_nothing",
                        (store, claim) -> {
                            OperationRecord present = store.records.get(claim.id());
                            return present != null
                                            && present.state() instanceof Running running
                                            && !running.owner().equals(claim.owner())
                                    ? new Acquisition.Existing(present, Instant.MAX)
                                    : null;
                        }),
                new Flaw(
                        "forgets how many owners there have been",
                        "of_an_abandoned_operation_gives_a_greater_token_and_the_next_attempt",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public Acquisition acquire(Claim claim) {
                                return super.acquire(claim) instanceof Acquisition.Acquired(Lease lease)
                                        ? new Acquisition.Acquired(
                                                new Lease(lease.id(), lease.token(), 1, lease.length()))
                                        : super.acquire(claim);
                            }
                        }),
                writing(
                        "creates an operation anew when it is taken over",
                        "of_an_abandoned_operation_gives_a_greater_token_and_the_next_attempt",
                        (before, after) -> before != null && after.attempt() > before.attempt()
                                ? new OperationRecord(
                                        after.id(),
                                        after.fingerprint(),
                                        after.token(),
                                        after.attempt(),
                                        after.createdAt().plusSeconds(1),
                                        after.state())
                                : after),
                writing(
                        "keeps the first fingerprint when another request takes over",
                        "of_an_abandoned_operation_gives_a_greater_token_and_the_next_attempt",
                        (before, after) -> before != null && after.attempt() > before.attempt()
                                ? new OperationRecord(
                                        after.id(),
                                        before.fingerprint(),
                                        after.token(),
                                        after.attempt(),
                                        after.createdAt(),
                                        after.state())
                                : after));
    }

    private static Flaw torn(String what, String caughtBy, FlawedStore.Change change) {
        return new Flaw(what, caughtBy, clock -> tornStore(clock, change));
    }

    static OperationStore tornStore(InstantSource clock, FlawedStore.Change torn) {
        return new FlawedStore(clock) {
            @Override
            boolean isTorn(Change change) {
                return change == torn;
            }
        };
    }

    private static Flaw named(String what, UnaryOperator<OperationId> name) {
        return new Flaw(
                what,
                "of_operations_that_differ_in_one_part_of_the_id_are_independent_S12",
                clock -> new FlawedStore(clock) {
                    @Override
                    OperationId name(OperationId id) {
                        return name.apply(id);
                    }
                });
    }

    private static OperationId with(OperationId id, UnaryOperator<String> change) {
        return new OperationId(
                new Scope(
                        change.apply(id.scope().principal()),
                        change.apply(id.scope().route())),
                new IdempotencyKey(change.apply(id.key().value())));
    }

    private static OperationId joined(OperationId id) {
        return new OperationId(new Scope("", id.scope().principal() + id.scope().route()), id.key());
    }

    /** What a store answers to a claim at once; null to go on as is right. */
    @FunctionalInterface
    private interface Answer {
        @Nullable
        Acquisition to(FlawedStore store, Claim claim);
    }

    private static Flaw claiming(String what, String caughtBy, Answer answer) {
        return new Flaw(what, caughtBy, clock -> new FlawedStore(clock) {
            @Override
            public Acquisition acquire(Claim claim) {
                now();
                Acquisition wrong = answer.to(this, claim);
                return wrong == null ? super.acquire(claim) : wrong;
            }
        });
    }

    private static Flaw sameOwner(String what, Function<Claim, Predicate<Running>> same) {
        return claiming(what, "by_another_owner_whose_node_or_number_is_the_same_is_another_claim", (store, claim) -> {
            OperationRecord present = store.records.get(claim.id());
            return present != null
                            && present.state() instanceof Running running
                            && same.apply(claim).test(running)
                    ? new Acquisition.Acquired(new Lease(claim.id(), present.token(), present.attempt(), claim.lease()))
                    : null;
        });
    }

    /** What is written in place of what should be. */
    @FunctionalInterface
    interface Writing {
        @Nullable
        OperationRecord instead(@Nullable OperationRecord before, OperationRecord after);
    }

    static Flaw writing(String what, String caughtBy, Writing writing) {
        return new Flaw(what, caughtBy, clock -> new FlawedStore(clock) {
            @Override
            @Nullable
            OperationRecord written(Change change, @Nullable OperationRecord before, @Nullable OperationRecord after) {
                return writing.instead(before, Objects.requireNonNull(after));
            }
        });
    }
}
