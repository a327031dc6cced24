package dev.reprise.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Stages as callers get them. */
public final class Stages {
    private Stages() {}

    /**
     * A stage that ends as the work does, and whose caller may do with it what it likes: a time limit on it, or cancelling it, keeps
     * nothing of the work from being done.
     *
     * @param unclaimed gets a result that the caller has given up to wait for
     */
    public static <T> CompletionStage<T> handedOut(CompletionStage<T> work, Consumer<T> unclaimed) {
        CompletableFuture<T> told = new CompletableFuture<>();
        CompletionStage<T> unused = work.whenComplete((result, failure) -> {
            if (failure != null) {
                told.completeExceptionally(failure);
            } else if (!told.complete(result)) {
                unclaimed.accept(result);
            }
        });
        return told;
    }

    /** The same for a result that does not matter to anybody else. */
    public static <T> CompletionStage<T> handedOut(CompletionStage<T> work) {
        return handedOut(work, result -> {});
    }
}
