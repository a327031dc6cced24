package dev.reprise.store.cassandra;

import java.util.regex.Pattern;

/**
 * Where the tables are.
 *
 * @param keyspace in which they are
 * @param prefix how the names of all of them begin
 */
record CqlTables(String keyspace, String prefix) {
    static final String DEFAULT_PREFIX = "reprise";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,36}");

    CqlTables {
        for (String name : new String[] {keyspace, prefix}) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("\"" + name
                        + "\" is no name of a keyspace or a table here: up to 37 of a-z, 0-9 and _, a letter first");
            }
        }
    }

    String operation() {
        return named("operation");
    }

    String body() {
        return named("body");
    }

    String live() {
        return named("live");
    }

    String bucket() {
        return named("bucket");
    }

    private String named(String table) {
        return keyspace + "." + prefix + "_" + table;
    }
}
