package dev.reprise.console;

import dev.reprise.Response;
import dev.reprise.console.operations.RecordedResponse;
import dev.reprise.console.operations.RecordedResponse.Encoding;
import dev.reprise.console.templates.JteresolveGenerated;
import dev.reprise.console.view.AnswerView;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.HiddenField;
import dev.reprise.console.view.ResolvePage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer that somebody has typed, and what is wrong with each part of it; empty if nothing is.
 *
 * @param status the status
 * @param headers the fields, one a line
 * @param body the content
 * @param base64 whether the content is written in Base64
 * @param statusProblem what is wrong with the status
 * @param headersProblem the same of the fields
 * @param bodyProblem the same of the content
 */
record TypedAnswer(
        String status,
        String headers,
        String body,
        boolean base64,
        String statusProblem,
        String headersProblem,
        String bodyProblem) {
    /** Before anything is typed. */
    static final TypedAnswer NOTHING = new TypedAnswer("", "", "", false, "", "", "");

    /**
     * The page on which an answer is typed.
     *
     * @param about what it is the answer to, in sentences
     * @param action where the form goes
     * @param hidden what it carries beside the answer
     * @param countable whether those that get it can be counted first
     * @param back where to go instead
     */
    record Editor(String about, String action, List<HiddenField> hidden, boolean countable, String back) {}

    static TypedAnswer of(Parameters form) {
        String status = form.first("status").strip();
        String headers = form.first("headers").replace("\r\n", "\n");
        String body = form.first("body").replace("\r\n", "\n");
        boolean base64 = form.has("base64");
        return new TypedAnswer(
                status,
                headers,
                body,
                base64,
                problem(() -> response(number(status), List.of(), "", false)),
                problem(() -> response(200, lines(headers), "", false)),
                problem(() -> response(200, List.of(), body, base64)));
    }

    private static int number(String status) {
        if (!status.matches("[0-9]{3}")) {
            throw new IllegalArgumentException("A status is a number of three digits, as in 201");
        }
        return Integer.parseInt(status);
    }

    private static List<String> lines(String headers) {
        return headers.lines().filter(line -> !line.isBlank()).toList();
    }

    private static Response response(int status, List<String> headers, String body, boolean base64) {
        String content = base64 ? body.replaceAll("\\s", "") : body;
        return new RecordedResponse(status, headers, content, base64 ? Encoding.BASE64 : Encoding.TEXT).toResponse();
    }

    private static String problem(Runnable check) {
        try {
            check.run();
            return "";
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    boolean right() {
        return statusProblem.isEmpty() && headersProblem.isEmpty() && bodyProblem.isEmpty();
    }

    /** What is recorded, if all of it is right. */
    Response response() {
        return response(number(status), lines(headers), body, base64);
    }

    /** The same as a page shows it. */
    AnswerView view() {
        return OperationPages.answer(RecordedResponse.of(response()), null);
    }

    /** What carries it along in a form. */
    List<HiddenField> hidden() {
        List<HiddenField> hidden = new ArrayList<>(List.of(
                new HiddenField("status", status), new HiddenField("headers", headers), new HiddenField("body", body)));
        if (base64) {
            hidden.add(new HiddenField("base64", "yes"));
        }
        return hidden;
    }

    /** The page on which it goes on being typed. */
    ConsoleResponse edit(Visit visit, Editor editor) {
        ResolvePage page = new ResolvePage(
                editor.about(),
                editor.action(),
                editor.hidden(),
                status,
                headers,
                body,
                base64,
                orNull(statusProblem),
                orNull(headersProblem),
                orNull(bodyProblem),
                editor.countable(),
                editor.back());
        Frame frame = visit.frame("Resolve");
        return Answers.page(
                right() ? 200 : 422,
                visit.nonce(),
                (output, interceptor) -> JteresolveGenerated.render(output, interceptor, frame, page));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
