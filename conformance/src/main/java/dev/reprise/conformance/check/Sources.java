package dev.reprise.conformance.check;

import dev.reprise.conformance.Source;
import java.net.URI;

/** Where expectations come from. */
final class Sources {
    private static final String STRIPE_URI = "https://docs.stripe.com/api/idempotent_requests";
    private static final String OASIS_URI =
            "https://docs.oasis-open.org/odata/repeatable-requests/v1.0/repeatable-requests-v1.0.html";

    static final Source STRIPE = of("Stripe API reference, Idempotent requests", STRIPE_URI);
    static final Source STRIPE_ERRORS =
            of("Stripe, Advanced error handling", "https://docs.stripe.com/error-low-level#idempotency");
    static final Source OASIS = of("OASIS Repeatable Requests 1.0", OASIS_URI);
    static final Source ACP = of(
            "Agentic Commerce Protocol, RFC on agentic checkout, section 6",
            "https://github.com/agentic-commerce-protocol/agentic-commerce-protocol/blob/main/rfcs/rfc.agentic_checkout.md");
    static final Source ADCP = of(
            "Ad Context Protocol 3, Security, Idempotency",
            "https://github.com/adcontextprotocol/adcp/tree/main/docs/building/by-layer/L1");
    static final Source PROBLEMS = of("RFC 9457, section 3.1", "https://www.rfc-editor.org/rfc/rfc9457#section-3.1");
    static final Source STRUCTURED_FIELDS =
            of("RFC 9651, section 3.3.3", "https://www.rfc-editor.org/rfc/rfc9651#section-3.3.3");
    static final Source PARAMETERS = of("RFC 9651, section 3.3", "https://www.rfc-editor.org/rfc/rfc9651#section-3.3");
    static final Source PARSING = of("RFC 9651, section 4.2", "https://www.rfc-editor.org/rfc/rfc9651#section-4.2");
    static final Source INCOMPLETE = of("RFC 9112, section 8", "https://www.rfc-editor.org/rfc/rfc9112#section-8");
    static final Source CORS = of("Fetch, HTTP-CORS protocol", "https://fetch.spec.whatwg.org/#http-cors-protocol");

    private Sources() {}

    static Source draft(String section) {
        return Source.draft(section);
    }

    static Source http(String section) {
        return Source.http(section);
    }

    /** The rule itself, where no standard says it. */
    static Source ours(String rule) {
        return Source.ours(rule);
    }

    private static Source of(String name, String uri) {
        return new Source(name, URI.create(uri));
    }
}
