package dev.reprise.testkit.broken;

import static dev.reprise.testkit.broken.OwnershipFlaws.tornStore;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Response;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.broken.FlawedStore.Change;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stores that let the wrong owner end an operation, or keep the right one from it. */
final class EndingFlaws {
    private static final String LATE = "a_late_owner_changes_nothing_after_a_take_over";

    private EndingFlaws() {}

    static List<Flaw> all() {
        return List.of(
                torn("completes in two steps", "of_a_completion_with_a_take_over_have_one_winner", Change.COMPLETE),
                torn("releases in two steps", "of_a_release_with_a_take_over_leave_one_record_at_most", Change.RELEASE),
                torn("renews in two steps", "of_a_heartbeat_with_a_take_over_have_one_winner", Change.RENEW),
                torn(
                        "parks in two steps what is abandoned",
                        "of_a_heartbeat_with_the_parking_of_the_abandoned_have_one_winner",
                        Change.PARK_ABANDONED),
                torn(
                        "gives the turn in two steps",
                        "gives_one_caller_the_turn_until_its_time_is_over",
                        Change.START_RECONCILING),
                flaw("completes by the key alone", LATE, clock -> new FlawedStore(clock) {
                    @Override
                    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
                        return super.complete(latest(this, lease), response, retention);
                    }
                }),
                flaw("releases by the key alone", LATE, clock -> new FlawedStore(clock) {
                    @Override
                    public LeaseStatus release(Lease lease) {
                        return super.release(latest(this, lease));
                    }
                }),
                flaw("renews by the key alone", LATE, clock -> new FlawedStore(clock) {
                    @Override
                    public LeaseStatus renew(Lease lease) {
                        return super.renew(latest(this, lease));
                    }
                }),
                flaw("parks by the key alone", LATE, clock -> new FlawedStore(clock) {
                    @Override
                    public LeaseStatus park(Lease lease, String reason) {
                        return super.park(latest(this, lease), reason);
                    }
                }),
                flaw(
                        "refuses to renew a lease that is over",
                        "of_a_lease_that_ran_out_unnoticed_succeeds_while_nobody_took_over",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus renew(Lease lease) {
                                return isOver(this, lease) ? LeaseStatus.LOST : super.renew(lease);
                            }
                        }),
                flaw(
                        "refuses to complete when the lease is over",
                        "an_owner_whose_lease_ran_out_unnoticed_may_still_finish",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus complete(Lease lease, Response response, Duration retention) {
                                return isOver(this, lease)
                                        ? LeaseStatus.LOST
                                        : super.complete(lease, response, retention);
                            }
                        }),
                flaw(
                        "adds a renewal to what is left of the lease",
                        "counts_from_now_and_not_from_the_old_end",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus renew(Lease lease) {
                                OperationRecord present = records.get(lease.id());
                                Duration left = present != null
                                                && present.state() instanceof Running running
                                                && running.leaseEnd().isAfter(now())
                                        ? Duration.between(now(), running.leaseEnd())
                                        : Duration.ZERO;
                                return super.renew(new Lease(
                                        lease.id(),
                                        lease.token(),
                                        lease.attempt(),
                                        lease.length().plus(left)));
                            }
                        }),
                flaw(
                        "renews by a length of its own",
                        "by_nothing_makes_the_operation_abandoned_at_once",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus renew(Lease lease) {
                                return super.renew(
                                        new Lease(lease.id(), lease.token(), lease.attempt(), Duration.ofSeconds(30)));
                            }
                        }),
                flaw(
                        "brings back by a heartbeat what has ended",
                        "does_not_bring_back_what_has_ended",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus renew(Lease lease) {
                                return records.containsKey(lease.id()) && super.renew(lease) == LeaseStatus.LOST
                                        ? LeaseStatus.HELD
                                        : super.renew(lease);
                            }
                        }),
                flaw(
                        "lets a second completion overwrite the first",
                        "complete_made_again_changes_nothing_and_counts_as_held",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus complete(Lease lease, Response response, Duration retention) {
                                records.computeIfPresent(
                                        lease.id(),
                                        (id, present) -> present.state() instanceof Completed
                                                        && present.token().equals(lease.token())
                                                ? present.with(new Completed(response, now(), now().plus(retention)))
                                                : present);
                                return super.complete(lease, response, retention);
                            }
                        }),
                flaw(
                        "calls a completion lost that is made again",
                        "complete_made_again_changes_nothing_and_counts_as_held",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus complete(Lease lease, Response response, Duration retention) {
                                return isIn(this, lease, Completed.class)
                                        ? LeaseStatus.LOST
                                        : super.complete(lease, response, retention);
                            }
                        }),
                flaw(
                        "calls a release lost that is made again",
                        "release_makes_the_key_new",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus release(Lease lease) {
                                return records.containsKey(lease.id()) ? super.release(lease) : LeaseStatus.LOST;
                            }
                        }),
                flaw(
                        "releases what is finished",
                        "release_does_not_delete_what_is_finished",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus release(Lease lease) {
                                return records.remove(lease.id()) == null ? super.release(lease) : LeaseStatus.HELD;
                            }
                        }),
                flaw(
                        "calls a parking lost that is made again",
                        "park_keeps_the_record_with_its_reason_and_never_expires_S23",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus park(Lease lease, String reason) {
                                return isIn(this, lease, Unknown.class) ? LeaseStatus.LOST : super.park(lease, reason);
                            }
                        }),
                flaw(
                        "parks what is finished",
                        "park_does_not_change_what_is_finished",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus park(Lease lease, String reason) {
                                records.computeIfPresent(
                                        lease.id(), (id, present) -> present.with(new Unknown(reason, now(), null)));
                                return super.park(lease, reason);
                            }
                        }),
                flaw(
                        "takes no completion of an unknown operation",
                        "does_not_fence_an_owner_that_was_only_slow_S32",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus complete(Lease lease, Response response, Duration retention) {
                                return isIn(this, lease, Unknown.class)
                                        ? LeaseStatus.LOST
                                        : super.complete(lease, response, retention);
                            }
                        }),
                flaw(
                        "takes no release of an unknown operation",
                        "complete_and_release_of_an_unknown_operation_are_the_owners_own_knowledge_S32",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus release(Lease lease) {
                                return isIn(this, lease, Unknown.class) ? LeaseStatus.LOST : super.release(lease);
                            }
                        }),
                flaw(
                        "parks as abandoned without a look at the lease",
                        "leaves_an_operation_alone_whose_lease_lasts",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
                                return super.park(new Lease(id, token, 1, Duration.ZERO), reason) == LeaseStatus.HELD;
                            }
                        }),
                flaw(
                        "parks as abandoned without a look at the token",
                        "with_another_token_changes_nothing",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
                                OperationRecord present = records.get(id);
                                return present != null && super.parkAbandoned(id, present.token(), reason);
                            }
                        }),
                flaw(
                        "gives the turn to whoever asks",
                        "gives_one_caller_the_turn_until_its_time_is_over",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
                                boolean given = super.startReconciling(id, token, turn);
                                OperationRecord present = records.get(id);
                                return given
                                        || (present != null
                                                && present.token().equals(token)
                                                && present.state() instanceof Unknown);
                            }
                        }),
                flaw("gives the turn for any token", "is_refused_to_everybody_else", clock -> new FlawedStore(clock) {
                    @Override
                    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
                        OperationRecord present = records.get(id);
                        return present != null && super.startReconciling(id, present.token(), turn);
                    }
                }),
                flaw(
                        "takes durations that no clock can count",
                        "retentions_that_no_clock_can_count_are_refused_and_disturb_nobody",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus complete(Lease lease, Response response, Duration retention) {
                                boolean odd = retention.isNegative() || retention.isZero() || retention.toDays() > 3650;
                                return super.complete(lease, response, odd ? Duration.ofDays(3650) : retention);
                            }
                        }),
                flaw(
                        "purges what is unknown",
                        "park_keeps_the_record_with_its_reason_and_never_expires_S23",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public int purgeExpired(int limit) {
                                records.values().removeIf(present -> present.state() instanceof Unknown);
                                return super.purgeExpired(limit);
                            }
                        }),
                flaw("purges what is running", "deletes_nothing_that_lasts", clock -> new FlawedStore(clock) {
                    @Override
                    public int purgeExpired(int limit) {
                        records.values().removeIf(present -> present.state() instanceof Running);
                        return super.purgeExpired(limit);
                    }
                }),
                flaw(
                        "purges all at once",
                        "deletes_expired_records_in_batches_and_nothing_else",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public int purgeExpired(int limit) {
                                return super.purgeExpired(Integer.MAX_VALUE);
                            }
                        }),
                flaw(
                        "finds what has expired",
                        "complete_keeps_the_response_for_the_retention_S23",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public java.util.Optional<OperationRecord> find(OperationId id) {
                                now();
                                return java.util.Optional.ofNullable(records.get(id));
                            }
                        }),
                flaw("parks after it was closed", "makes_later_calls_fail_clearly", clock -> new FlawedStore(clock) {
                    @Override
                    public LeaseStatus park(Lease lease, String reason) {
                        return closed ? LeaseStatus.HELD : super.park(lease, reason);
                    }
                }),
                flaw(
                        "finds nothing after it was closed",
                        "makes_later_calls_fail_clearly",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public java.util.Optional<OperationRecord> find(OperationId id) {
                                return closed ? java.util.Optional.empty() : super.find(id);
                            }
                        }),
                flaw("can be closed once", "can_be_asked_for_twice", clock -> new FlawedStore(clock) {
                    @Override
                    public void close() {
                        now();
                        super.close();
                    }
                }));
    }

    private static Flaw flaw(String what, String caughtBy, Function<InstantSource, OperationStore> store) {
        return new Flaw(what, caughtBy, store);
    }

    private static Flaw torn(String what, String caughtBy, Change change) {
        return new Flaw(what, caughtBy, clock -> tornStore(clock, change));
    }

    /** The lease of whoever owns the operation by now. */
    private static Lease latest(FlawedStore store, Lease lease) {
        OperationRecord present = store.records.get(lease.id());
        return present == null ? lease : new Lease(lease.id(), present.token(), present.attempt(), lease.length());
    }

    private static boolean isOver(FlawedStore store, Lease lease) {
        @Nullable OperationRecord present = store.records.get(lease.id());
        return present != null && present.abandonedAt(store.now());
    }

    private static boolean isIn(FlawedStore store, Lease lease, Class<? extends OperationState> state) {
        @Nullable OperationRecord present = store.records.get(lease.id());
        return present != null && state.isInstance(present.state());
    }
}
