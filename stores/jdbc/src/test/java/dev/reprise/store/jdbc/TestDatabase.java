package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.util.UUID;

/** What a test that holds on every database runs on, one after the other. */
enum TestDatabase {
    POSTGRES {
        @Override
        HikariDataSource pool(SharedServers.Both servers, Path folder) {
            return Databases.postgres(servers.postgres());
        }
    },
    MARIADB {
        @Override
        HikariDataSource pool(SharedServers.Both servers, Path folder) {
            return Databases.mariaDb(servers.mariaDb());
        }
    },
    H2 {
        @Override
        HikariDataSource pool(SharedServers.Both servers, Path folder) {
            return Databases.h2(UUID.randomUUID().toString());
        }
    },
    SQLITE {
        @Override
        HikariDataSource pool(SharedServers.Both servers, Path folder) {
            return Databases.sqlite(folder, UUID.randomUUID() + ".db");
        }
    };

    /**
     * A pool on a new database with the schema.
     *
     * @param folder where a database that is a file may be
     */
    abstract HikariDataSource pool(SharedServers.Both servers, Path folder);
}
