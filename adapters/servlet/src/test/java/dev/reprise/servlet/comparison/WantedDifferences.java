package dev.reprise.servlet.comparison;

import static dev.reprise.servlet.Container.JETTY;
import static dev.reprise.servlet.Container.TOMCAT;
import static dev.reprise.servlet.comparison.Aspect.BODY;
import static dev.reprise.servlet.comparison.Aspect.CONNECTION;
import static dev.reprise.servlet.comparison.Aspect.FIELDS;
import static dev.reprise.servlet.comparison.Aspect.INTERIM;
import static dev.reprise.servlet.comparison.Aspect.LENGTH;
import static dev.reprise.servlet.comparison.Aspect.RETRY;
import static dev.reprise.servlet.comparison.Aspect.SEEN;
import static dev.reprise.servlet.comparison.Aspect.STATUS;

import dev.reprise.servlet.Container;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Where the filter is noticed, and why that is better than not being noticed. Each of them is to be seen. */
final class WantedDifferences {
    private static final Set<Container> BOTH = EnumSet.allOf(Container.class);

    private final List<WantedDifference> all = new ArrayList<>();

    private WantedDifferences() {}

    static List<WantedDifference> all() {
        WantedDifferences wanted = new WantedDifferences();
        wanted.requests();
        wanted.forms();
        wanted.answers();
        wanted.errors();
        wanted.asynchronous();
        wanted.outside();
        return wanted.all;
    }

    private void in(Container container, String rows, String reason, Aspect... aspects) {
        all.add(new WantedDifference(Set.of(container), Pattern.compile(rows), Set.of(aspects), reason));
    }

    private void inBoth(String rows, String reason, Aspect... aspects) {
        all.add(new WantedDifference(BOTH, Pattern.compile(rows), Set.of(aspects), reason));
    }

    private void requests() {
        inBoth(
                ".* / unwrapped parameters",
                "Whoever unwraps a request gets the container's own, and that has nothing left of its body",
                SEEN);
        inBoth(
                ".* / change of parameters",
                "Parameters cannot be changed anywhere; containers have different exceptions for it",
                SEEN);
        in(TOMCAT, ".* in chunks / head", "Trailers are there at once, because the body has been read", SEEN);
        inBoth(
                "(text in no known|form in a strange) charset / .*",
                "What is in no known charset is refused each time, and not only when it is asked for first",
                SEEN);
        in(
                TOMCAT,
                "broken query and a form / .*",
                "The form is read although the query was broken and the application went on",
                SEEN);
        in(
                JETTY,
                ".* / half a stream, then parameters",
                "In what is left of a stream Jetty looks for a form, depending on how the body came",
                SEEN);
        inBoth(
                "unread: a body that is expected to continue",
                "The filter reads the body, so it asks for it, and the connection can be used again",
                INTERIM,
                CONNECTION);
    }

    private void forms() {
        in(
                JETTY,
                "(multipart|unread: .*multipart form|spring: a multipart form).*",
                "Jetty gives up a connection with a body that it has not read; the filter has read it",
                CONNECTION);
        in(
                JETTY,
                "multipart (with (a quoted boundary|names of every kind|an attachment|a malformed head|a folded head|bare line "
                        + "feeds|white space after the boundary)|that nests|without (disposition|a name)) / .*",
                "What is not quite a multipart form (RFC 7578) is read or refused as Commons FileUpload and Tomcat do",
                SEEN);
        in(
                JETTY,
                "multipart without a boundary / .*stream|multipart without a boundary / .*reader",
                "A stream is read to its end when a form is looked for in it",
                SEEN);
        in(
                TOMCAT,
                "multipart (with a long file name|with a long head|of sixty|of a thousand and one) / .*",
                "Tomcat's connector has limits on parts (50) and on their heads (512 bytes) that it does not tell a filter",
                SEEN);
        in(
                TOMCAT,
                "multipart nobody expects / .*",
                "In Tomcat parameters fail as well when the parts did that nobody is configured for",
                SEEN);
        in(
                TOMCAT,
                "multipart (too long|too long in chunks|with a (file|field) too long|without a boundary) / .*",
                "Behind a form that is refused there is nothing left of the stream; Tomcat keeps its last failure for it",
                SEEN);
        in(
                JETTY,
                "spring: a multipart form cut short for .*",
                "Jetty answers with 200 and nothing where Spring throws; the filter has 400",
                STATUS,
                FIELDS,
                BODY);
        in(
                TOMCAT,
                "spring: a multipart form cut short for .*|unread: a broken multipart form",
                "The caller is at fault, so it is 400 and not 500",
                STATUS,
                BODY);
        in(JETTY, "unread: a multipart form that is too long", "413 says more than 400", STATUS);
        inBoth(
                "unread: .* form.*|spring: a broken form for (model|params?|record|required|servlet)",
                "The error page hears what is wrong with the form instead of an exception's name or nothing",
                BODY);
    }

    private void answers() {
        inBoth(
                "answer: a length (too large|and no body).*",
                "An answer that is shorter than it says is broken. The caller is told so, instead of waiting for the rest",
                STATUS,
                FIELDS,
                BODY,
                CONNECTION);
        in(
                JETTY,
                "answer: a length (too small for a (stream|writer)|after a longer body)",
                "An answer that is longer than it says is broken, and is told as that",
                FIELDS,
                BODY);
        inBoth(
                "answer: status (600|999)",
                "There are no such statuses (RFC 9110, section 15), so it cannot be told what happened",
                STATUS,
                FIELDS,
                BODY,
                CONNECTION);
        in(JETTY, "answer: fields of nothing", "A field without a name is none", FIELDS);
        in(
                JETTY,
                "answer: a writer for .*|answer: a type taken back behind a writer",
                "The type still says what a writer is encoded in, whatever is set behind it",
                SEEN,
                FIELDS);
        in(JETTY, "answer: a locale behind a writer", "Jetty spells a charset in small letters that is set", SEEN);
        in(
                JETTY,
                "answer: a redirect to .*",
                "A relative location goes out as it is, which says the same (RFC 9110, section 10.2.2)",
                FIELDS);
        in(
                JETTY,
                "answer: changes behind an error",
                "Nothing changes an answer behind sendError; in Jetty some fields still do",
                SEEN,
                FIELDS);
        in(JETTY, "answer: trailers of nothing", "Jetty breaks the answer off", BODY, CONNECTION);
        in(TOMCAT, "answer: a locale", "The language is a field before it is sent", SEEN);
        in(
                TOMCAT,
                "answer: writes behind the end of a (stream|writer)",
                "Flushing what is closed does no harm, and writers say what they did not write",
                SEEN);
        in(TOMCAT, "answer: a forward", "Behind a forward the writer is still the writer", SEEN);
    }

    private void errors() {
        in(JETTY, "error: sent as (204|304)", "A page is asked although its body is not sent", FIELDS, LENGTH);
        inBoth(
                "error: sent, then thrown",
                "A handler that has thrown has not answered; what it sent before is not known to be meant",
                STATUS,
                BODY);
        inBoth(
                "thrown: .* behind a commit",
                "Nothing was sent yet, so the caller gets a whole error instead of half an answer",
                STATUS,
                FIELDS,
                BODY,
                CONNECTION);
    }

    private void asynchronous() {
        inBoth(
                "async: (a timeout that nobody deals with|a timeout whose listener throws|thrown behind its start)|spring: answer deferred/unanswered",
                "The caller hears that the outcome is unknown, and not only that there is an error",
                FIELDS,
                BODY);
        in(JETTY, "async: thrown behind its end", "A handler that has thrown has not answered", STATUS, FIELDS, BODY);
        in(JETTY, "async: thrown behind a dispatch", "In Jetty the dispatch comes all the same, and answers", RETRY);
        in(TOMCAT, "async: completed twice", "Completing once more changes nothing", SEEN);
        in(
                TOMCAT,
                "async: thrown behind its start and answered",
                "What a listener answers goes out, and is recorded; Tomcat shows its own page all the same",
                SEEN,
                STATUS,
                FIELDS,
                BODY,
                CONNECTION);
        in(
                TOMCAT,
                "async: a write listener that fails",
                "The listener's answer goes out where Tomcat would close the connection",
                STATUS,
                FIELDS,
                BODY,
                CONNECTION);
    }

    private void outside() {
        inBoth(
                "outside, stream: .*|outside, parameters: (multipart|empty form in chunks) / .*",
                "What somebody outside has read cannot tell one request from another, so it is refused",
                SEEN,
                STATUS,
                FIELDS,
                BODY,
                CONNECTION,
                RETRY);
        inBoth(
                "outside, (stream|parameters|form content): .* / reader",
                "Somebody outside has opened the stream, which the filter does in any case",
                SEEN);
        inBoth(
                "compressed: what the application is told",
                "Records hold bodies as they are (S18), so the application is asked for that",
                SEEN);
        in(JETTY, "compressed: an error", "An error page comes without a length where Jetty may compress it", LENGTH);
    }
}
