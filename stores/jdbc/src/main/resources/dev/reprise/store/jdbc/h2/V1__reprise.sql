-- Reprise, schema 1, for H2 2.2 and newer. Run it as it is, or with Flyway or Liquibase.
-- Times are microseconds since 1970 by this database's clock.

CREATE TABLE reprise_operation (
    id                  binary(24)        NOT NULL PRIMARY KEY,
    idempotency_key     varchar(255)      NOT NULL,
    principal           varchar(1024)     NOT NULL,
    route               varchar(1024)     NOT NULL,
    state               smallint          NOT NULL,
    fingerprint_version integer           NOT NULL,
    fingerprint         varbinary(64)     NOT NULL,
    token               bigint            NOT NULL,
    attempt             integer           NOT NULL,
    created_at          bigint            NOT NULL,
    lease_end           bigint,
    ended_at            bigint,
    expires_at          bigint,
    owner_node          varchar(128),
    owner_claim         bigint,
    status              smallint,
    headers             character large object,
    trailers            character large object,
    body                binary large object,
    reason              varchar(1000)
);

CREATE INDEX reprise_operation_expiry ON reprise_operation (expires_at);

CREATE TABLE reprise_operation_meta (
    name   varchar(32) NOT NULL PRIMARY KEY,
    amount bigint      NOT NULL
);

INSERT INTO reprise_operation_meta (name, amount) VALUES ('schema', 1), ('token', 0);

-- One row for each value that the first two bytes of a hash can have: what a transaction locks while it works on an
-- operation, and nothing is ever written to.
CREATE TABLE reprise_operation_lock (
    stripe integer NOT NULL PRIMARY KEY
);

INSERT INTO reprise_operation_lock (stripe) SELECT * FROM system_range(0, 65535);
