package dev.reprise.testkit.broken;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.Claim;
import dev.reprise.spi.OperationStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/** Stores that take back what is not the claimant's, or nothing, and that erase too much or too little. */
final class WithdrawalFlaws {
    private WithdrawalFlaws() {}

    static List<Flaw> all() {
        return List.of(
                flaw(
                        "withdraws the claim of somebody else",
                        "of_a_claim_that_is_not_there_finds_nothing_and_changes_nothing",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean withdraw(Claim claim) {
                                now();
                                return records.remove(claim.id()) != null;
                            }
                        }),
                flaw(
                        "deletes by a withdrawal what the claim took over",
                        "makes_what_the_claim_took_over_abandoned_again_S15",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean withdraw(Claim claim) {
                                OperationRecord present = find(claim.id()).orElse(null);
                                if (present != null
                                        && present.state() instanceof Running running
                                        && running.owner().equals(claim.owner())) {
                                    records.remove(claim.id());
                                    return true;
                                }
                                return super.withdraw(claim);
                            }
                        }),
                flaw(
                        "forgets who owned what is unknown",
                        "deletes_a_first_claim_that_somebody_has_made_unknown_S15",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
                                boolean parked = super.parkAbandoned(id, token, reason);
                                records.computeIfPresent(
                                        id,
                                        (key, present) -> present.state() instanceof Unknown unknown
                                                ? present.with(new Unknown(unknown.reason(), unknown.since(), null))
                                                : present);
                                return parked;
                            }
                        }),
                flaw(
                        "withdraws what is unknown, whosever it is",
                        "of_an_operation_that_has_ended_leaves_it_alone",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean withdraw(Claim claim) {
                                boolean unknown = find(claim.id())
                                        .filter(present -> present.state() instanceof Unknown)
                                        .isPresent();
                                return unknown ? records.remove(claim.id()) != null : super.withdraw(claim);
                            }
                        }),
                flaw(
                        "deletes by a withdrawal an unknown operation that the claim took over",
                        "leaves_what_the_claim_took_over_unknown_if_somebody_has_made_it_so_S15",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean withdraw(Claim claim) {
                                boolean own = find(claim.id())
                                        .filter(present -> present.state() instanceof Unknown unknown
                                                && claim.owner().equals(unknown.owner()))
                                        .isPresent();
                                return own ? records.remove(claim.id()) != null : super.withdraw(claim);
                            }
                        }),
                flaw(
                        "erases the body alone",
                        "leaves_the_status_alone_and_the_operation_finished_for_as_long_as_before_S36",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean eraseAnswer(OperationId id, FencingToken token) {
                                OperationRecord before = records.get(id);
                                boolean erased = super.eraseAnswer(id, token);
                                if (erased && before != null && before.state() instanceof Completed done) {
                                    records.put(
                                            id,
                                            before.with(new Completed(
                                                    done.response().withBody(Body.OMITTED),
                                                    done.completedAt(),
                                                    done.expiresAt())));
                                }
                                return erased;
                            }
                        }),
                flaw(
                        "deletes the record whose answer is to be erased",
                        "leaves_the_status_alone_and_the_operation_finished_for_as_long_as_before_S36",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean eraseAnswer(OperationId id, FencingToken token) {
                                return super.eraseAnswer(id, token) && records.remove(id) != null;
                            }
                        }),
                flaw(
                        "erases whatever has the key",
                        "changes_nothing_that_is_not_finished_under_this_token",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean eraseAnswer(OperationId id, FencingToken token) {
                                return find(id).filter(present -> super.eraseAnswer(id, present.token()))
                                        .isPresent();
                            }
                        }),
                flaw(
                        "keeps an erased record for another day",
                        "does_not_lengthen_the_retention_S23",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean eraseAnswer(OperationId id, FencingToken token) {
                                boolean erased = super.eraseAnswer(id, token);
                                records.computeIfPresent(
                                        id,
                                        (key, present) -> present.state() instanceof Completed done
                                                ? present.with(new Completed(
                                                        done.response(),
                                                        done.completedAt(),
                                                        done.expiresAt().plus(Duration.ofDays(1))))
                                                : present);
                                return erased;
                            }
                        }),
                flaw("withdraws nothing", "deletes_the_record_of_a_first_claim", clock -> new FlawedStore(clock) {
                    @Override
                    public boolean withdraw(Claim claim) {
                        return find(claim.id()).isPresent();
                    }
                }),
                flaw(
                        "looks for a claim for ever whose operation has ended",
                        "of_an_operation_that_has_ended_leaves_it_alone",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean withdraw(Claim claim) {
                                return find(claim.id())
                                                .filter(present -> !(present.state() instanceof Completed))
                                                .isPresent()
                                        && super.withdraw(claim);
                            }
                        }));
    }

    private static Flaw flaw(String what, String caughtBy, Function<InstantSource, OperationStore> store) {
        return new Flaw(what, caughtBy, store);
    }
}
