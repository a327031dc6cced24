package dev.reprise.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.Servlet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An application for a {@link Container}: servlets behind at most one filter for all paths.
 *
 * @param filter the filter
 * @param dispatches what the filter is mapped for
 * @param asyncSupported whether the servlets support asynchronous processing
 * @param errorPage the path by which errors are shown; null for the container's own pages
 * @param contextPath where the application is; empty for the root
 */
public record Deployment(
        @Nullable Filter filter,
        Set<DispatcherType> dispatches,
        List<Mapped> servlets,
        boolean asyncSupported,
        @Nullable String errorPage,
        String contextPath) {
    /** What the documentation tells to map the filter for. */
    public static final Set<DispatcherType> USUAL_DISPATCHES = Set.of(DispatcherType.REQUEST, DispatcherType.ASYNC);

    /** A servlet, the paths that it is for, and how it reads multipart forms. */
    public record Mapped(
            Servlet servlet, String pattern, @Nullable MultipartConfigElement multipart) {}

    /** An application that is one servlet. */
    public static Deployment of(Servlet servlet) {
        return new Deployment(null, USUAL_DISPATCHES, List.of(), true, null, "").with("/*", servlet, null);
    }

    public Deployment with(String pattern, Servlet servlet, @Nullable MultipartConfigElement multipart) {
        List<Mapped> more = new ArrayList<>(servlets);
        more.add(new Mapped(servlet, pattern, multipart));
        return new Deployment(filter, dispatches, List.copyOf(more), asyncSupported, errorPage, contextPath);
    }

    public Deployment behind(@Nullable Filter chosen, Set<DispatcherType> mappedFor) {
        return new Deployment(chosen, mappedFor, servlets, asyncSupported, errorPage, contextPath);
    }

    public Deployment withAsyncSupported(boolean chosen) {
        return new Deployment(filter, dispatches, servlets, chosen, errorPage, contextPath);
    }

    public Deployment withErrorPage(String path) {
        return new Deployment(filter, dispatches, servlets, asyncSupported, path, contextPath);
    }

    public Deployment withContextPath(String path) {
        return new Deployment(filter, dispatches, servlets, asyncSupported, errorPage, path);
    }
}
