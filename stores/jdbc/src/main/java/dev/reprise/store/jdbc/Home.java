package dev.reprise.store.jdbc;

import java.util.Set;

/**
 * Which table of which database records are in, as a connection sees it.
 *
 * @param id changes with the database, the schema and the table, and is cheap to ask for
 * @param name the same for people, also after the table was made anew
 * @param tables the table and its partitions, each with its schema; asked for on PostgreSQL only
 */
record Home(String id, String name, Set<String> tables) {
    /** A home whose name changes with it. */
    Home(String id) {
        this(id, id, Set.of());
    }
}
