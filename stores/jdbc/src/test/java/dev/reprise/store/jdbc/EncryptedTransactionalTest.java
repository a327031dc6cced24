package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.encryption.Encryption;
import dev.reprise.encryption.LocalKeyring;
import dev.reprise.spi.TransactionalStore;
import java.sql.Connection;

/** The transactional guarantee behind encryption, in a table that also has plain records (S35). */
class EncryptedTransactionalTest extends TransactionalContract {
    @Override
    HikariDataSource openPool() {
        return Databases.h2("encrypted");
    }

    @Override
    TransactionalStore<Connection> behind(TransactionalStore<Connection> store) {
        return Encryption.with(LocalKeyring.of(LocalKeyring.newLine("test"))).over(store);
    }
}
