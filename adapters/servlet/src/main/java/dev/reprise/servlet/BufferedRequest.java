package dev.reprise.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body has been read, as the application sees it: as if it had not. Nothing is left for the container to
 * read, so whatever comes of the body comes from here; the parameters of the query are still the container's.
 */
final class BufferedRequest extends HttpServletRequestWrapper {
    private static final String ACCEPT_ENCODING = "Accept-Encoding";
    private static final String CONTENT_TYPE = "Content-Type";

    private final ServletContainer container;
    private final CapturedResponse captured;
    private final HttpServletResponse response;
    private final AsyncEvents events;
    private final BufferedInput input;
    private final BodyFields form;
    private final boolean boundToThread;
    private Opened opened = Opened.NOTHING;
    private @Nullable BufferedReader reader;
    private @Nullable String chosenEncoding;
    private @Nullable MultipartConfigElement multipart;
    private @Nullable Parameters parameters;
    private volatile @Nullable HeldAsyncContext async;

    /** What the application reads the body by. */
    private enum Opened {
        NOTHING,
        STREAM,
        READER
    }

    /**
     * All parameters.
     *
     * @param seenBy the request that knows those of the query; in Tomcat every forward and include puts another one there
     */
    private record Parameters(ServletRequest seenBy, Map<String, String[]> all) {}

    /** @param response the response as the application has it, which holds what it answers */
    BufferedRequest(
            HttpServletRequest request,
            byte[] body,
            CapturedResponse captured,
            HttpServletResponse response,
            AsyncEvents events,
            Executor listeners,
            boolean boundToThread) {
        super(request);
        this.boundToThread = boundToThread;
        this.container = ServletContainer.of(request);
        this.captured = captured;
        this.response = response;
        this.events = events;
        this.input = new BufferedInput(body, container, listeners);
        this.form = new BodyFields(this, input, container);
        if (container.readsParts(request.getHeader(CONTENT_TYPE))) {
            this.multipart = container.multipart(request);
            // From now on there is nothing for the container to parse.
            request.removeAttribute(MultipartForm.JETTY_CONFIG);
        }
    }

    /** Whether this is an include, in which a response takes a body and nothing else. */
    boolean isIncluded() {
        return getDispatcherType() == DispatcherType.INCLUDE;
    }

    @Override
    public ServletInputStream getInputStream() {
        if (opened == Opened.READER) {
            throw new IllegalStateException("The reader of this request is in use");
        }
        opened = Opened.STREAM;
        return input;
    }

    @Override
    public BufferedReader getReader() throws UnsupportedEncodingException {
        if (opened == Opened.STREAM) {
            throw new IllegalStateException("The input stream of this request is in use");
        }
        if (reader == null) {
            String encoding = getCharacterEncoding();
            Charset charset = encoding == null ? StandardCharsets.ISO_8859_1 : Charsets.named(encoding);
            // Tomcat refuses what is not in the charset, Jetty replaces it.
            reader = new BufferedReader(
                    container == ServletContainer.TOMCAT
                            ? new InputStreamReader(input, charset.newDecoder())
                            : new InputStreamReader(input, charset));
            opened = Opened.READER;
        }
        return reader;
    }

    @Override
    public @Nullable String getCharacterEncoding() {
        return chosenEncoding == null ? super.getCharacterEncoding() : chosenEncoding;
    }

    /** Has to be known here: a container takes no encoding for what it takes for read. */
    @Override
    public void setCharacterEncoding(String name) throws UnsupportedEncodingException {
        if (opened == Opened.NOTHING || (opened == Opened.STREAM && container == ServletContainer.TOMCAT)) {
            chosenEncoding = Charsets.named(name).name();
            super.setCharacterEncoding(name);
        }
    }

    @Override
    public void setCharacterEncoding(Charset charset) {
        try {
            setCharacterEncoding(charset.name());
        } catch (UnsupportedEncodingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Records hold bodies as they are, for callers that accept no encoding (S18). */
    @Override
    public @Nullable String getHeader(String name) {
        return ACCEPT_ENCODING.equalsIgnoreCase(name) ? "identity" : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return ACCEPT_ENCODING.equalsIgnoreCase(name)
                ? Collections.enumeration(List.of("identity"))
                : super.getHeaders(name);
    }

    @Override
    public @Nullable String getParameter(String name) {
        String[] values = parameters().get(name);
        return values == null ? null : values[0];
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        String[] values = parameters().get(name);
        return values == null ? null : values.clone();
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(parameters().keySet());
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        return Collections.unmodifiableMap(parameters());
    }

    private Map<String, String[]> parameters() {
        if (parameters == null || !parameters.seenBy().equals(getRequest())) {
            parameters = new Parameters(getRequest(), merged());
        }
        return parameters.all();
    }

    /** Those of the query, and behind them those of the body; in Tomcat those come first whose parts were read first. */
    private Map<String, String[]> merged() {
        boolean bodyFirst = container == ServletContainer.TOMCAT && form.partsFirst();
        Map<String, String[]> query = super.getParameterMap();
        Map<String, String[]> body = bodyParameters();
        if (body.isEmpty()) {
            return query;
        }
        Map<String, String[]> all = new LinkedHashMap<>(bodyFirst ? body : query);
        (bodyFirst ? query : body).forEach((name, values) -> all.merge(name, values, BodyFields::joined));
        return all;
    }

    private Map<String, String[]> bodyParameters() {
        if (container == ServletContainer.TOMCAT && opened != Opened.NOTHING) {
            // Tomcat gives up on a body that is read as a stream.
            return form.known();
        }
        if (multipart != null && MultipartForm.isType(getHeader(CONTENT_TYPE))) {
            openForParts();
        }
        return form.parameters(multipart);
    }

    @Override
    public Collection<Part> getParts() throws IOException, ServletException {
        MultipartConfigElement config = multipart;
        if (config == null || !container.readsParts(getHeader(CONTENT_TYPE))) {
            // A container refuses what it is not configured for, each in its own way.
            return super.getParts();
        }
        openForParts();
        try {
            return List.copyOf(form.parts(config));
        } catch (UnreadableForm e) {
            return refused(e);
        }
    }

    /** Tomcat reads parts from the stream as an application would. */
    private void openForParts() {
        if (container == ServletContainer.TOMCAT) {
            getInputStream();
        }
    }

    private Collection<Part> refused(UnreadableForm form) throws IOException, ServletException {
        if (container == ServletContainer.JETTY) {
            throw new ServletException(form.getMessage(), form);
        }
        if (form.isTooLong()) {
            throw form;
        }
        throw new IOException(form.getMessage(), form);
    }

    @Override
    public @Nullable Part getPart(String name) throws IOException, ServletException {
        return getParts().stream()
                .filter(part -> part.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return name.equals(MultipartForm.JETTY_CONFIG) ? multipart : super.getAttribute(name);
    }

    /** Applications turn on multipart forms in Jetty by an attribute. */
    @Override
    public void setAttribute(String name, @Nullable Object value) {
        if (name.equals(MultipartForm.JETTY_CONFIG)) {
            multipart = (MultipartConfigElement) value;
        } else {
            super.setAttribute(name, value);
        }
    }

    @Override
    public @Nullable RequestDispatcher getRequestDispatcher(String path) {
        RequestDispatcher dispatcher = super.getRequestDispatcher(path);
        return dispatcher == null ? null : new CapturedDispatcher(dispatcher, captured);
    }

    /** Not where the transaction of the handler ends on its thread. */
    @Override
    public boolean isAsyncSupported() {
        return !boundToThread && super.isAsyncSupported();
    }

    private void requireAsync() {
        if (boundToThread) {
            throw new IllegalStateException(
                    "This request is answered in a transaction that ends on its thread, so it cannot be "
                            + "answered asynchronously. Answer it on its thread, or protect its route with the leased guarantee");
        }
    }

    @Override
    public AsyncContext startAsync() {
        requireAsync();
        return held(super.startAsync(this, response), this, response, true);
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse answer) {
        requireAsync();
        return held(super.startAsync(request, answer), request, answer, false);
    }

    private AsyncContext held(AsyncContext context, ServletRequest request, ServletResponse answer, boolean original) {
        HeldAsyncContext held = new HeldAsyncContext(context, events, request, answer, original);
        context.addListener(held);
        async = held;
        return held;
    }

    /** What the application got for the container's context. */
    @Override
    public AsyncContext getAsyncContext() {
        HeldAsyncContext started = async;
        AsyncContext context = super.getAsyncContext();
        return started == null ? context : started;
    }

    /** What the application holds; null if it never started anything asynchronous. */
    @Nullable
    HeldAsyncContext held() {
        return async;
    }
}
