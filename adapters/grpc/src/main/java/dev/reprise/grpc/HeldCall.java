package dev.reprise.grpc;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Execution;
import dev.reprise.Headers;
import dev.reprise.Outcome;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine.CommitRefusedException;
import dev.reprise.grpc.ProtectedMethod.Meaning;
import dev.reprise.http.HttpNames;
import dev.reprise.http.ProblemType;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A call as its handler sees it: what it answers is held until the engine has recorded it (S19). Ends once, when the handler
 * closes it, throws, or has to have answered.
 *
 * <p>Its caller is always there, and always ready: who has begun gets to its end (S19).
 */
final class HeldCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private static final System.Logger LOG = System.getLogger(HeldCall.class.getName());
    private static final Metadata.Key<String> EFFECT = MetadataFields.text(HttpNames.EFFECT);

    /** What a record of it would say; its caller gets what the server answers, or a refusal. */
    private static final Response FAILURE = new Response(500, Headers.EMPTY, Body.EMPTY);

    private final ProtectedMethod method;
    private final Execution execution;
    private final CallerSide<A> caller;
    private final @Nullable Thread bound;
    private final Runnable answered;
    private final AtomicBoolean ended = new AtomicBoolean();
    private Metadata headers = new Metadata();
    private @Nullable A message;
    private Body body = Body.EMPTY;
    private int messages;

    /**
     * @param caller what gets the answer
     * @param bound the thread on which the handler has to answer before it returns; any, at any time, if null
     * @param answered runs when the answer has been passed on
     */
    HeldCall(
            ServerCall<Q, A> call,
            ProtectedMethod method,
            Execution execution,
            CallerSide<A> caller,
            @Nullable Thread bound,
            Runnable answered) {
        super(call);
        this.method = method;
        this.execution = execution;
        this.caller = caller;
        this.bound = bound;
        this.answered = answered;
    }

    /** Runs the handler; it may answer later, unless it is bound to its thread. */
    void handle(Runnable handler) {
        try {
            handler.run();
        } catch (Throwable e) {
            if (ended.compareAndSet(false, true)) {
                threw(e);
                return;
            }
            throw e;
        }
        if (bound != null && ended.compareAndSet(false, true)) {
            execution.finish(new Outcome.NotExecuted(FAILURE));
            caller.refuse(Refusal.forGood(
                    Status.Code.INTERNAL,
                    ProblemType.NOT_FINISHED,
                    "The handler of " + method.name()
                            + " returned without an answer, and what it did in its transaction was "
                            + "rolled back. A handler that answers later needs the leased guarantee."));
            answered.run();
        }
    }

    boolean isEnded() {
        return ended.get();
    }

    /** What was thrown goes on to the server, which answers UNKNOWN, unless it was found out what happened (S33). */
    private void threw(Throwable thrown) {
        Answer answer = execution.finish(new Outcome.Uncertain(FAILURE, "The handler threw " + words(thrown)));
        try {
            if (answer instanceof Answer.Fresh) {
                HeldCall.<RuntimeException>rethrow(thrown);
            }
            LOG.log(Level.WARNING, "The handler of " + method.name() + " threw, and its record answers", thrown);
            caller.answer(answer);
        } finally {
            answered.run();
        }
    }

    /** What was thrown may throw when it is asked, and the operation has to end all the same. */
    private static String words(Throwable thrown) {
        try {
            return thrown.toString();
        } catch (Throwable e) {
            return thrown.getClass().getName();
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void rethrow(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /** The message is there already. */
    @Override
    public void request(int numMessages) {}

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void sendHeaders(Metadata sent) {
        requireOpen();
        headers = sent;
    }

    @Override
    public void sendMessage(A sent) {
        requireOpen();
        messages++;
        byte[] bytes = MessageBytes.of(getMethodDescriptor().streamResponse(sent));
        body = bytes.length > method.maxMessage() ? Body.OMITTED : Body.of(bytes);
        message = sent instanceof InputStream
                ? getMethodDescriptor().parseResponse(new ByteArrayInputStream(bytes))
                : sent;
    }

    private void requireOpen() {
        if (ended.get()) {
            throw new IllegalStateException("The call of " + method.name() + " is closed");
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (bound != null && !Thread.currentThread().equals(bound)) {
            throw new IllegalStateException("The handler of " + method.name()
                    + " answers on another thread than the one that its transaction is bound to, so it is rolled back");
        }
        if (!ended.compareAndSet(false, true)) {
            throw new IllegalStateException("The call of " + method.name() + " is closed");
        }
        if (EventLoop.isCurrent()) {
            // Of another connection, such as the one by which the handler was answered itself.
            Thread.ofVirtual().name("reprise-grpc-answer").start(() -> finish(status, trailers));
        } else {
            finish(status, trailers);
        }
    }

    private void finish(Status status, Metadata trailers) {
        if (status.isOk() && messages != 1) {
            finish(
                    Status.INTERNAL.withDescription("The handler answered with " + messages + " messages"),
                    new Metadata(),
                    Meaning.UNCERTAIN);
        } else {
            finish(status, trailers, meaning(status, trailers));
        }
    }

    private void finish(Status status, Metadata trailers, Meaning meaning) {
        trailers.discardAll(EFFECT);
        HandlerAnswer<A> answer = new HandlerAnswer<>(status, headers, status.isOk() ? message : null, trailers);
        try {
            caller.answer(execution.finish(outcome(status, trailers, meaning)), answer);
        } catch (CommitRefusedException e) {
            // There is nobody further out who could tell the caller what it means.
            LOG.log(Level.ERROR, e.getMessage(), e);
            caller.refuse(Refusal.forGood(
                    Status.Code.INTERNAL,
                    ProblemType.NOT_FINISHED,
                    "The database refused the work at its commit, so all of it was rolled back. The key is free: the same "
                            + "call executes again, and fails again unless the data it is about has changed."));
        } finally {
            answered.run();
        }
    }

    /** S21: an answer that cannot be written down does not leave its operation running. */
    private Outcome outcome(Status status, Metadata trailers, Meaning meaning) {
        Response response;
        try {
            response = new RecordedAnswer(status, headers, status.isOk() ? body : Body.EMPTY, trailers).response();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "An answer of " + method.name() + " cannot be recorded", e);
            return new Outcome.Uncertain(FAILURE, "The handler's answer cannot be recorded");
        }
        return switch (meaning) {
            case FINAL -> new Outcome.Answered(response, response);
            case NOTHING_DONE -> new Outcome.NotExecuted(response);
            case UNCERTAIN -> new Outcome.Uncertain(response, "The handler answered " + status.getCode());
        };
    }

    /** By what the answer says about itself, and otherwise by its code (S15). */
    private Meaning meaning(Status status, Metadata trailers) {
        String effect = trailers.get(EFFECT);
        if (effect != null && effect.strip().equals("none")) {
            return Meaning.NOTHING_DONE;
        }
        String pushback = trailers.get(Refusal.PUSHBACK);
        boolean saysWhenToComeAgain = pushback != null && pushback.matches("\\d+");
        return status.getCode() == Status.Code.UNAVAILABLE && saysWhenToComeAgain
                ? Meaning.NOTHING_DONE
                : method.meaningOf(status.getCode());
    }
}
