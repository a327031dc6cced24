-- Reprise, schema 1, for PostgreSQL 14 and newer. Run it as it is, or with Flyway or Liquibase.
-- Times are microseconds since 1970 by this server's clock.

CREATE TABLE reprise_operation (
    id                  bytea    NOT NULL PRIMARY KEY,
    idempotency_key     text     NOT NULL,
    principal           text     NOT NULL,
    route               text     NOT NULL,
    state               smallint NOT NULL,
    fingerprint_version integer  NOT NULL,
    fingerprint         bytea    NOT NULL,
    token               bigint   NOT NULL,
    attempt             integer  NOT NULL,
    created_at          bigint   NOT NULL,
    lease_end           bigint,
    ended_at            bigint,
    expires_at          bigint,
    owner_node          text,
    owner_claim         bigint,
    awaited             boolean  NOT NULL DEFAULT false,
    status              smallint,
    headers             text,
    trailers            text,
    body                bytea,
    reason              text
);

CREATE INDEX reprise_operation_expiry ON reprise_operation (expires_at) WHERE state = 2;

CREATE INDEX reprise_operation_unknown ON reprise_operation (id) WHERE state = 3;

CREATE SEQUENCE reprise_operation_token;

CREATE TABLE reprise_operation_meta (
    name   text   NOT NULL PRIMARY KEY,
    amount bigint NOT NULL
);

INSERT INTO reprise_operation_meta (name, amount) VALUES ('schema', 1);
