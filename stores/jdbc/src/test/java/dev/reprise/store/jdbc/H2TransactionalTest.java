package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;

class H2TransactionalTest extends TransactionalContract {
    @Override
    HikariDataSource openPool() {
        return Databases.h2("transactional");
    }
}
