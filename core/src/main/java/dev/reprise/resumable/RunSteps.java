package dev.reprise.resumable;

import dev.reprise.Body;
import dev.reprise.internal.Failures;
import dev.reprise.internal.Pauses;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Step;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The steps of one {@link Run}, with options. */
final class RunSteps<T> implements Steps<T> {
    private final Run<T> run;
    private final StepOptions options;

    RunSteps(Run<T> run, StepOptions options) {
        this.run = run;
        this.options = options;
    }

    @Override
    public Steps<T> with(StepOptions changed) {
        return new RunSteps<>(run, changed);
    }

    private <R> Codec<R> codec(Class<R> type) {
        return run.parts().codecs().of(type);
    }

    @Override
    public <R> R local(String name, Codec<R> codec, Work<T, R> work) {
        return run.exclusively(() -> {
            Step found = run.ask(name, Kind.LOCAL);
            if (found != null) {
                return run.decode(found, codec);
            }
            // Encoded inside, so that what cannot be recorded is not done.
            Body[] encoded = new Body[1];
            R result = run.inTransaction(name, transaction -> {
                R made = work.in(transaction);
                encoded[0] = run.encode(name, made, codec);
                return made;
            });
            run.finished(run.step(name, Kind.LOCAL, encoded[0]));
            return result;
        });
    }

    @Override
    public <R> R local(String name, Class<R> type, Work<T, R> work) {
        return local(name, codec(type), work);
    }

    @Override
    public void local(String name, Effect<T> effect) {
        local(name, byte[].class, transaction -> {
            effect.in(transaction);
            return new byte[0];
        });
    }

    @Override
    public <R> R remote(String name, Codec<R> codec, Call<R> call) {
        Optional<Step> found = run.exclusively(() -> {
            Step there = run.ask(name, Kind.REMOTE);
            if (there == null) {
                run.goOutside();
            }
            return Optional.ofNullable(there);
        });
        if (found.isPresent()) {
            return run.exclusively(() -> run.decode(found.get(), codec));
        }
        return run.outside(name, () -> {
            R result = insist(call, run.childKey(name));
            return run.exclusively(() -> {
                run.finished(run.step(name, Kind.REMOTE, run.encode(name, result, codec)));
                return result;
            });
        });
    }

    @Override
    public <R> R remote(String name, Class<R> type, Call<R> call) {
        return remote(name, codec(type), call);
    }

    private <R> R call(Call<R> call, String childKey) throws Exception {
        return run.limits().within(options.timeLimit(), run.parts().runtime().nanoTime(), () -> call.under(childKey));
    }

    /** Makes a call that may be made again as often as the options say. */
    private <R> R insist(Call<R> call, String childKey) throws Exception {
        Pauses pauses = new Pauses(run.parts().runtime(), options.firstPause(), options.longestPause());
        for (int attempt = 1; ; attempt++) {
            try {
                return call(call, childKey);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                if (attempt >= options.attempts() || run.ending() != null) {
                    throw e;
                }
                pauses.sleep(pauses.after(attempt - 1));
            }
        }
    }

    @Override
    public <R> R once(String name, Class<R> type, Call<R> call) {
        return once(
                name, type, call, key -> new Finding.NotKnown<>("the step cannot be asked about; see what happened"));
    }

    @Override
    public <R> R once(String name, Class<R> type, Call<R> call, Inquiry<R> inquiry) {
        Codec<R> codec = codec(type);
        Optional<Step> found = run.exclusively(() -> {
            Step there = run.ask(name, Kind.ONCE);
            if (there == null) {
                run.writeNow(run.step(name, Kind.ONCE, null));
            }
            if (there == null || there.result() == null) {
                run.goOutside();
            }
            return Optional.ofNullable(there);
        });
        if (found.isPresent() && found.get().result() != null) {
            return run.exclusively(() -> run.decode(found.get(), codec));
        }
        return run.outside(name, () -> {
            String childKey = run.childKey(name);
            R result = found.isEmpty() ? first(name, call, inquiry, childKey) : again(name, call, inquiry, childKey);
            return run.exclusively(() -> {
                run.writeNow(run.step(name, Kind.ONCE, run.encode(name, result, codec)));
                return result;
            });
        });
    }

    /** Makes the call; one that fails may have happened. */
    private <R> R first(String name, Call<R> call, Inquiry<R> inquiry, String childKey) throws Exception {
        try {
            return call(call, childKey);
        } catch (Exception e) {
            boolean interrupted = e instanceof InterruptedException || Thread.interrupted();
            try {
                return switch (inquire(name, inquiry, childKey)) {
                    case Finding.Happened<R>(R result) -> result;
                    case Finding.DidNotHappen<R> ignored -> throw e;
                    case Finding.NotKnown<R>(String reason) -> throw unknown(name, reason, e);
                };
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** The call was begun by an owner that vanished, or failed and did not happen. */
    private <R> R again(String name, Call<R> call, Inquiry<R> inquiry, String childKey) throws Exception {
        return switch (inquire(name, inquiry, childKey)) {
            case Finding.Happened<R>(R result) -> result;
            case Finding.DidNotHappen<R> ignored -> first(name, call, inquiry, childKey);
            case Finding.NotKnown<R>(String reason) -> throw unknown(name, reason, null);
        };
    }

    private static <R> Finding<R> inquire(String name, Inquiry<R> inquiry, String childKey) throws Exception {
        return Objects.requireNonNull(inquiry.about(childKey), () -> "What was found out about step '" + name + "'");
    }

    private static StopException unknown(String name, String reason, @Nullable Exception cause) {
        return new StopException(new Ending.Stuck("Nobody can tell whether step '" + name + "' happened: " + reason
                + (cause == null ? "" : "; the call failed: " + Failures.text(cause))));
    }

    @Override
    public void sleep(String name, Duration pause) {
        run.exclusively(() -> {
            if (run.ask(name, Kind.SLEEP) == null) {
                throw run.suspend(new Step(name, Kind.SLEEP, Body.EMPTY), new Next.Wait(pause, ""));
            }
            return true;
        });
    }

    @Override
    public <R> R await(String name, Class<R> type) {
        return run.exclusively(() -> {
            Step found = run.ask(name, Kind.AWAIT);
            if (found == null || found.result() == null) {
                throw run.suspend(found == null ? new Step(name, Kind.AWAIT, null) : null, new Next.AwaitAnswer(name));
            }
            return run.decode(found, codec(type));
        });
    }
}
