package dev.reprise.spring.boot;

import org.junit.jupiter.api.Nested;

/** A controller that works through Spring works in the transaction in which its answer is recorded (S21), on both kinds of threads. */
class TransactionalEndpointTest {
    @Nested
    class On_platform_threads extends TransactionalEndpointContract {
        On_platform_threads() {
            super(false);
        }
    }

    @Nested
    class On_virtual_threads extends TransactionalEndpointContract {
        On_virtual_threads() {
            super(true);
        }
    }
}
