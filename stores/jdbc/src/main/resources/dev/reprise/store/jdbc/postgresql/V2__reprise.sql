-- Reprise, schema 2, for PostgreSQL 14 and newer: operations that are carried through in steps. Run it after V1.
-- Adding the columns rewrites nothing. The indexes are small, but to make them the table is read, and writes wait
-- meanwhile; where that takes too long, create them beforehand with CREATE INDEX CONCURRENTLY and leave them out here.

ALTER TABLE reprise_operation ADD COLUMN operation_type text;

ALTER TABLE reprise_operation ADD COLUMN type_version integer;

ALTER TABLE reprise_operation ADD COLUMN input bytea;

ALTER TABLE reprise_operation ADD COLUMN not_before bigint;

ALTER TABLE reprise_operation ADD COLUMN idle_attempts integer;

ALTER TABLE reprise_operation ADD COLUMN last_error text;

ALTER TABLE reprise_operation ADD COLUMN failing_step text;

ALTER TABLE reprise_operation ADD COLUMN failing_runs integer;

CREATE INDEX reprise_operation_due ON reprise_operation (operation_type, type_version, not_before) WHERE state = 1;

CREATE INDEX reprise_operation_type ON reprise_operation (operation_type, state, id) WHERE operation_type IS NOT NULL;

CREATE TABLE reprise_operation_step (
    operation   bytea    NOT NULL REFERENCES reprise_operation (id) ON DELETE CASCADE,
    name        text     NOT NULL,
    kind        smallint NOT NULL,
    result      bytea,
    runs        integer  NOT NULL,
    recorded_at bigint   NOT NULL,
    PRIMARY KEY (operation, name)
);

CREATE TABLE reprise_operation_pause (
    operation_type text NOT NULL PRIMARY KEY
);

CREATE TABLE reprise_operation_audit (
    number          bigint NOT NULL PRIMARY KEY,
    recorded_at     bigint NOT NULL,
    operator        text NOT NULL,
    reason          text NOT NULL,
    action          text NOT NULL,
    idempotency_key text,
    principal       text,
    route           text,
    state_before    text NOT NULL
);

UPDATE reprise_operation_meta SET amount = 2 WHERE name = 'schema';
