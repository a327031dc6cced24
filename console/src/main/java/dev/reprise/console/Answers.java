package dev.reprise.console;

import dev.reprise.Body;
import dev.reprise.Headers;
import gg.jte.TemplateOutput;
import gg.jte.html.HtmlInterceptor;
import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Makes responses that browsers treat with care. */
final class Answers {
    private Answers() {}

    /** Writes a page. */
    interface Template {
        void write(HtmlTemplateOutput output, HtmlInterceptor interceptor);
    }

    /** The templates want one, and there is nothing to add. */
    private static final class NothingAdded implements HtmlInterceptor {
        @Override
        public void onHtmlTagOpened(String name, Map<String, Object> attributes, TemplateOutput output) {}

        @Override
        public void onHtmlTagClosed(String name, TemplateOutput output) {}
    }

    /** A page whose scripts carry the nonce. */
    static ConsoleResponse page(int status, String nonce, Template template) {
        StringOutput text = new StringOutput();
        template.write(new OwaspHtmlTemplateOutput(text), new NothingAdded());
        return of(status, "text/html; charset=utf-8", bytes(text.toString()), nonce);
    }

    /** A plain sentence, for what is no page. */
    static ConsoleResponse text(int status, String sentence) {
        return of(status, "text/plain; charset=utf-8", bytes(sentence + "\n"), "");
    }

    /** Figures for a script of ours. */
    static ConsoleResponse json(String content) {
        return of(200, "application/json", bytes(content), "");
    }

    /** Something to be kept as a file, and never shown by the browser. */
    static ConsoleResponse file(String name, String type, byte[] content) {
        return with(of(200, type, content, ""), "Content-Disposition", "attachment; filename=\"" + name + "\"");
    }

    /** A part of the pages that is the same for everybody. */
    static ConsoleResponse asset(String type, byte[] content) {
        return with(of(200, type, content, ""), "Cache-Control", "private, max-age=3600");
    }

    /** Somewhere else, asked for anew. */
    static ConsoleResponse see(String place) {
        return with(of(303, "text/plain; charset=utf-8", new byte[0], ""), "Location", place);
    }

    static ConsoleResponse with(ConsoleResponse response, String name, String value) {
        return new ConsoleResponse(response.status(), response.headers().with(name, value), response.body());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ConsoleResponse of(int status, String type, byte[] content, String nonce) {
        return new ConsoleResponse(
                status,
                Headers.of(
                        "Content-Type",
                        type,
                        "Content-Security-Policy",
                        policy(nonce),
                        "X-Content-Type-Options",
                        "nosniff",
                        "X-Frame-Options",
                        "DENY",
                        "Referrer-Policy",
                        "no-referrer",
                        "Cross-Origin-Opener-Policy",
                        "same-origin",
                        "Cross-Origin-Resource-Policy",
                        "same-origin",
                        "Permissions-Policy",
                        "camera=(), geolocation=(), microphone=()",
                        "Cache-Control",
                        "no-store"),
                Body.of(content));
    }

    private static String policy(String nonce) {
        return "default-src 'none'; " + (nonce.isEmpty() ? "" : "script-src 'nonce-" + nonce + "'; ")
                + "style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
                + "frame-ancestors 'none'; base-uri 'none'";
    }
}
