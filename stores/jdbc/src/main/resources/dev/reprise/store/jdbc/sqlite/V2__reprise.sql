-- Reprise, schema 2, for SQLite 3.38 and newer: operations that are carried through in steps. Run it after V1.

ALTER TABLE reprise_operation ADD COLUMN operation_type text;

ALTER TABLE reprise_operation ADD COLUMN type_version integer;

ALTER TABLE reprise_operation ADD COLUMN input blob;

ALTER TABLE reprise_operation ADD COLUMN not_before integer;

ALTER TABLE reprise_operation ADD COLUMN idle_attempts integer;

ALTER TABLE reprise_operation ADD COLUMN last_error text;

ALTER TABLE reprise_operation ADD COLUMN failing_step text;

ALTER TABLE reprise_operation ADD COLUMN failing_runs integer;

CREATE INDEX reprise_operation_due ON reprise_operation (operation_type, type_version, not_before) WHERE state = 1;

CREATE INDEX reprise_operation_type ON reprise_operation (operation_type, state, id) WHERE operation_type IS NOT NULL;

CREATE TABLE reprise_operation_step (
    operation   blob    NOT NULL,
    name        text    NOT NULL,
    kind        integer NOT NULL,
    result      blob,
    runs        integer NOT NULL,
    recorded_at integer NOT NULL,
    PRIMARY KEY (operation, name)
);

-- Foreign keys are off by default here.
CREATE TRIGGER IF NOT EXISTS reprise_operation_step_purge AFTER DELETE ON reprise_operation BEGIN DELETE FROM reprise_operation_step WHERE operation = old.id; END;

CREATE TABLE reprise_operation_pause (
    operation_type text NOT NULL PRIMARY KEY
);

CREATE TABLE reprise_operation_audit (
    number          integer NOT NULL PRIMARY KEY,
    recorded_at     integer NOT NULL,
    operator        text NOT NULL,
    reason          text NOT NULL,
    action          text NOT NULL,
    idempotency_key text,
    principal       text,
    route           text,
    state_before    text NOT NULL
);

UPDATE reprise_operation_meta SET amount = 2 WHERE name = 'schema';
