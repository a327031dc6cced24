package dev.reprise.grpc;

/**
 * Says whether this thread is an event loop of Netty, on which all calls of its connections would wait while an engine does.
 *
 * <p>Netty is not on our class path, and may have another name when it is shaded, so its classes are known by their names.
 */
final class EventLoop {
    private static final String THREAD = "io.netty.util.concurrent.FastThreadLocalThread";
    private static final String LOOP = "io.netty.util.concurrent.SingleThreadEventExecutor";

    private EventLoop() {}

    static boolean isCurrent() {
        return isOfNetty(Thread.currentThread())
                && StackWalker.getInstance()
                        .walk(frames ->
                                frames.anyMatch(frame -> frame.getClassName().contains(LOOP)));
    }

    private static boolean isOfNetty(Thread thread) {
        for (Class<?> type = thread.getClass(); type != Thread.class; type = type.getSuperclass()) {
            if (type.getName().endsWith(THREAD)) {
                return true;
            }
        }
        return false;
    }
}
