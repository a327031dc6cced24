package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;

class H2ResumableTest extends JdbcResumableContract {
    @Override
    HikariDataSource openPool() {
        return Databases.h2("resumable");
    }
}
