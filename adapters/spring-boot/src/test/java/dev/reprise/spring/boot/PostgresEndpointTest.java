package dev.reprise.spring.boot;

import dev.reprise.testkit.SharedServers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * PostgreSQL, where a failed statement ends a transaction whose commit seems to succeed, under the transaction manager of JDBC and
 * that of JPA.
 */
@ExtendWith(SharedServers.class)
class PostgresEndpointTest {
    @Nested
    class Under_the_manager_of_jdbc extends PostgresEndpointContract {
        Under_the_manager_of_jdbc() {
            super(false);
        }
    }

    @Nested
    class Under_the_manager_of_jpa extends PostgresEndpointContract {
        Under_the_manager_of_jpa() {
            super(true);
        }
    }
}
