-- Reprise, schema 2, for H2 2.2 and newer: operations that are carried through in steps. Run it after V1.

ALTER TABLE reprise_operation ADD COLUMN operation_type varchar(100);

ALTER TABLE reprise_operation ADD COLUMN type_version integer;

ALTER TABLE reprise_operation ADD COLUMN input binary large object;

ALTER TABLE reprise_operation ADD COLUMN not_before bigint;

ALTER TABLE reprise_operation ADD COLUMN idle_attempts integer;

ALTER TABLE reprise_operation ADD COLUMN last_error varchar(1000);

ALTER TABLE reprise_operation ADD COLUMN failing_step varchar(200);

ALTER TABLE reprise_operation ADD COLUMN failing_runs integer;

CREATE INDEX reprise_operation_due ON reprise_operation (state, operation_type, type_version, not_before);

CREATE INDEX reprise_operation_type ON reprise_operation (operation_type, state, id);

CREATE TABLE reprise_operation_step (
    operation   binary(24)   NOT NULL,
    name        varchar(200) NOT NULL,
    kind        smallint     NOT NULL,
    result      binary large object,
    runs        integer      NOT NULL,
    recorded_at bigint       NOT NULL,
    PRIMARY KEY (operation, name),
    FOREIGN KEY (operation) REFERENCES reprise_operation (id) ON DELETE CASCADE
);

CREATE TABLE reprise_operation_pause (
    operation_type varchar(100) NOT NULL PRIMARY KEY
);

CREATE TABLE reprise_operation_audit (
    number          bigint NOT NULL PRIMARY KEY,
    recorded_at     bigint NOT NULL,
    operator        varchar(1000) NOT NULL,
    reason          varchar(1000) NOT NULL,
    action          varchar(1000) NOT NULL,
    idempotency_key varchar(255),
    principal       varchar(1024),
    route           varchar(1024),
    state_before    varchar(1000) NOT NULL
);

UPDATE reprise_operation_meta SET amount = 2 WHERE name = 'schema';
