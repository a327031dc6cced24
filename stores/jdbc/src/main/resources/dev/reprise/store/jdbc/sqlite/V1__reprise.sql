-- Reprise, schema 1, for SQLite 3.38 and newer. Run it as it is, or with Flyway or Liquibase.
-- Times are microseconds since 1970 by this machine's clock.

CREATE TABLE reprise_operation (
    id                  blob    NOT NULL PRIMARY KEY,
    idempotency_key     text    NOT NULL,
    principal           text    NOT NULL,
    route               text    NOT NULL,
    state               integer NOT NULL,
    fingerprint_version integer NOT NULL,
    fingerprint         blob    NOT NULL,
    token               integer NOT NULL,
    attempt             integer NOT NULL,
    created_at          integer NOT NULL,
    lease_end           integer,
    ended_at            integer,
    expires_at          integer,
    owner_node          text,
    owner_claim         integer,
    status              integer,
    headers             text,
    trailers            text,
    body                blob,
    reason              text
);

CREATE INDEX reprise_operation_expiry ON reprise_operation (expires_at) WHERE state = 2;

CREATE INDEX reprise_operation_unknown ON reprise_operation (id) WHERE state = 3;

CREATE TABLE reprise_operation_meta (
    name   text    NOT NULL PRIMARY KEY,
    amount integer NOT NULL
);

INSERT INTO reprise_operation_meta (name, amount) VALUES ('schema', 1), ('token', 0);
