package dev.reprise.servlet;

import jakarta.servlet.AsyncContext;

/** Hears what becomes of a request that is asynchronous. */
interface AsyncEvents {
    /** The application is done with it. */
    void complete(AsyncContext context);

    /** It was not completed in time, and the application did not deal with that. */
    void timedOut(AsyncContext context);

    /** It failed, and the application did not deal with that. */
    void failed(AsyncContext context, Throwable failure);

    /** The container is done with it. */
    void ended();

    /** Whether what happens to it is still the application's doing. */
    boolean isOfApplication();
}
