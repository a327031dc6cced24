package dev.reprise.gateway;

import java.util.Map;

/** What callers do to fill the memory. */
enum Abuse {
    /** Send whole bodies to a service that takes its time. */
    CONCURRENT_BODIES {
        @Override
        void begin(Abusers abusers, int port) throws Exception {
            abusers.sockets(
                    port,
                    "POST /slow HTTP/1.1\nHost: x\nIdempotency-Key: K\nContent-Length: " + Abusers.LARGE + "\n\n",
                    Abusers.LARGE);
        }
    },
    /** Send half of a body, with its length said before, and then nothing. */
    HALF_SENT_BODIES {
        @Override
        void begin(Abusers abusers, int port) throws Exception {
            abusers.sockets(
                    port, "POST /a HTTP/1.1\nHost: x\nIdempotency-Key: K\nContent-Length: 1000000\n\n", Abusers.LARGE);
        }
    },
    /** The same in chunks. */
    HALF_SENT_CHUNKS {
        @Override
        void begin(Abusers abusers, int port) throws Exception {
            abusers.sockets(
                    port,
                    "POST /a HTTP/1.1\nHost: x\nIdempotency-Key: K\nTransfer-Encoding: chunked\n\nf0000\n",
                    Abusers.LARGE);
        }
    },
    /** Ask for a recorded answer on every stream there is, and take nothing of it. */
    REPLAYS_WITH_A_WINDOW_OF_0 {
        @Override
        void prepare(Abusers abusers, int port) throws Exception {
            abusers.record(port, "replayed");
        }

        @Override
        void begin(Abusers abusers, int port) throws Exception {
            for (int i = 0; i < Abusers.MANY / 10; i++) {
                RawHttp2 connection = new RawHttp2(port, 0);
                abusers.add(connection);
                for (int stream = 0; stream < 100; stream++) {
                    connection.request(
                            "POST", "/large", Map.of("idempotency-key", "replayed", "content-length", "0"), true);
                }
            }
        }
    },
    /** The same for many records, of which each is loaded for everybody who asks. */
    REPLAYS_OF_MANY {
        @Override
        void prepare(Abusers abusers, int port) throws Exception {
            for (int i = 0; i < Abusers.RECORDS; i++) {
                abusers.record(port, "replayed-" + i);
            }
        }

        @Override
        void begin(Abusers abusers, int port) throws Exception {
            for (int i = 0; i < Abusers.MANY / 10; i++) {
                RawHttp2 connection = new RawHttp2(port, 0);
                abusers.add(connection);
                for (int stream = 0; stream < 100; stream++) {
                    connection.request(
                            "POST",
                            "/large",
                            Map.of(
                                    "idempotency-key",
                                    "replayed-" + (i * 100 + stream) % Abusers.RECORDS,
                                    "content-length",
                                    "0"),
                            true);
                }
            }
        }
    },
    /** Have an answer recorded each, and do not read it. */
    UNREAD_ANSWERS {
        @Override
        void begin(Abusers abusers, int port) throws Exception {
            abusers.sockets(port, "POST /large HTTP/1.1\nHost: x\nIdempotency-Key: K\nContent-Length: 0\n\n", 0);
        }
    },
    /** Ask for the same recorded answer, and do not read it. */
    UNREAD_REPLAYS {
        @Override
        void prepare(Abusers abusers, int port) throws Exception {
            abusers.record(port, "replayed");
        }

        @Override
        void begin(Abusers abusers, int port) throws Exception {
            abusers.sockets(port, "POST /large HTTP/1.1\nHost: x\nIdempotency-Key: replayed\nContent-Length: 0\n\n", 0);
        }
    },
    /** Upload what the service does not read. */
    UPLOADS {
        @Override
        void begin(Abusers abusers, int port) throws Exception {
            abusers.sockets(port, "PUT /stuck HTTP/1.1\nHost: x\nContent-Length: 100000000\n\n", 4 * Abusers.LARGE);
        }
    },
    /** Download without reading. */
    DOWNLOADS {
        @Override
        void begin(Abusers abusers, int port) throws Exception {
            abusers.sockets(port, "GET /endless HTTP/1.1\nHost: x\n\n", 0);
        }
    };

    /** What has to be there before. */
    void prepare(Abusers abusers, int port) throws Exception {}

    abstract void begin(Abusers abusers, int port) throws Exception;

    /** Whether so many small requests come within a second that there is no room for a moment, not even for small ones. */
    boolean isAllAtOnce() {
        return this == REPLAYS_WITH_A_WINDOW_OF_0 || this == REPLAYS_OF_MANY;
    }
}
