package dev.reprise.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What an application holds while it answers asynchronously: completing it means that the answer can be recorded now.
 *
 * <p>It is the only listener of the container, so that it comes after those of the application and knows whether they
 * have dealt with a timeout or a failure.
 */
final class HeldAsyncContext implements AsyncContext, AsyncListener {
    private static final System.Logger LOG = System.getLogger(HeldAsyncContext.class.getName());

    private final AsyncContext context;
    private final AsyncEvents events;
    private final ServletRequest request;
    private final ServletResponse response;
    private final boolean original;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean resumed;

    private record Listener(
            AsyncListener listener,
            @Nullable ServletRequest request,
            @Nullable ServletResponse response) {}

    private interface Event {
        void tell(AsyncListener listener, AsyncEvent event) throws IOException;
    }

    HeldAsyncContext(
            AsyncContext context,
            AsyncEvents events,
            ServletRequest request,
            ServletResponse response,
            boolean original) {
        this.context = context;
        this.events = events;
        this.request = request;
        this.response = response;
        this.original = original;
    }

    @Override
    public void complete() {
        resumed = true;
        events.complete(context);
    }

    @Override
    public void dispatch() {
        resumed = true;
        context.dispatch();
    }

    @Override
    public void dispatch(String path) {
        resumed = true;
        context.dispatch(path);
    }

    @Override
    public void dispatch(ServletContext target, String path) {
        resumed = true;
        context.dispatch(target, path);
    }

    @Override
    public ServletRequest getRequest() {
        return request;
    }

    @Override
    public ServletResponse getResponse() {
        return response;
    }

    @Override
    public boolean hasOriginalRequestAndResponse() {
        return original;
    }

    @Override
    public void start(Runnable run) {
        context.start(run);
    }

    @Override
    public void addListener(AsyncListener listener) {
        listeners.add(new Listener(listener, null, null));
    }

    @Override
    public void addListener(AsyncListener listener, ServletRequest supplied, ServletResponse suppliedResponse) {
        listeners.add(new Listener(listener, supplied, suppliedResponse));
    }

    @Override
    public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
        return context.createListener(type);
    }

    @Override
    public void setTimeout(long timeout) {
        context.setTimeout(timeout);
    }

    @Override
    public long getTimeout() {
        return context.getTimeout();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        tell(event, AsyncListener::onComplete);
        events.ended();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        tell(event, AsyncListener::onTimeout);
        if (!resumed) {
            events.timedOut(context);
        }
    }

    @Override
    public void onError(AsyncEvent event) {
        tell(event, AsyncListener::onError);
        if (!resumed) {
            events.failed(context, event.getThrowable());
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        if (events.isOfApplication()) {
            tell(event, AsyncListener::onStartAsync);
        }
    }

    private void tell(AsyncEvent event, Event what) {
        for (Listener listener : listeners) {
            try {
                what.tell(
                        listener.listener(),
                        new AsyncEvent(this, listener.request(), listener.response(), event.getThrowable()));
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "A listener of an asynchronous request failed", e);
            }
        }
    }
}
