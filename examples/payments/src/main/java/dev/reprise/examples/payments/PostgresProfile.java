package dev.reprise.examples.payments;

import dev.reprise.testkit.PostgresServer;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** PostgreSQL from the test kit, with an empty database at each start, for the profile {@code postgresql}. */
@Configuration(proxyBeanMethods = false)
@Profile("postgresql")
class PostgresProfile {
    @Bean(destroyMethod = "close")
    PostgresServer postgresServer() {
        return PostgresServer.start();
    }

    @Bean
    JdbcConnectionDetails connectionDetails(PostgresServer server) {
        String url = server.url(server.newDatabase());
        return new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return "postgres";
            }

            @Override
            public String getPassword() {
                return "";
            }

            @Override
            public String getJdbcUrl() {
                return url;
            }
        };
    }
}
