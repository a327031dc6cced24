package dev.reprise.conformance.wire;

/** How messages of a protocol are written, where that is not what the cases work with. Thread-safe. */
public interface WireForm {
    /** Messages as they are. */
    WireForm PLAIN = new WireForm() {
        @Override
        public WireRequest written(WireRequest request) {
            return request;
        }

        @Override
        public WireResponse read(WireResponse response) {
            return response;
        }
    };

    /** The request as it is sent. */
    WireRequest written(WireRequest request);

    /** The response as it is judged. */
    WireResponse read(WireResponse response);
}
