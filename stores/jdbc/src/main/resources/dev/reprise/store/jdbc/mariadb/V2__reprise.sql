-- Reprise, schema 2, for MariaDB 10.6 and MySQL 8.0 and newer: operations that are carried through in steps. Run it
-- after V1.

ALTER TABLE reprise_operation ADD COLUMN operation_type varchar(100) CHARACTER SET ascii COLLATE ascii_bin;

ALTER TABLE reprise_operation ADD COLUMN type_version integer;

ALTER TABLE reprise_operation ADD COLUMN input longblob;

ALTER TABLE reprise_operation ADD COLUMN not_before bigint;

ALTER TABLE reprise_operation ADD COLUMN idle_attempts integer;

ALTER TABLE reprise_operation ADD COLUMN last_error varchar(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE reprise_operation ADD COLUMN failing_step varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE reprise_operation ADD COLUMN failing_runs integer;

CREATE INDEX reprise_operation_due ON reprise_operation (state, operation_type, type_version, not_before);

CREATE INDEX reprise_operation_type ON reprise_operation (operation_type, state, id);

CREATE TABLE reprise_operation_step (
    operation   binary(24)   NOT NULL,
    name        varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    kind        smallint     NOT NULL,
    result      longblob,
    runs        integer      NOT NULL,
    recorded_at bigint       NOT NULL,
    PRIMARY KEY (operation, name),
    FOREIGN KEY (operation) REFERENCES reprise_operation (id) ON DELETE CASCADE
) ENGINE = InnoDB;

CREATE TABLE reprise_operation_pause (
    operation_type varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
) ENGINE = InnoDB;

CREATE TABLE reprise_operation_audit (
    number          bigint NOT NULL PRIMARY KEY,
    recorded_at     bigint NOT NULL,
    operator        varchar(1000)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    reason          varchar(1000)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    action          varchar(1000)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    idempotency_key varchar(255)   CHARACTER SET ascii COLLATE ascii_bin,
    principal       varchar(1024)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    route           varchar(1024)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    state_before    varchar(1000)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
) ENGINE = InnoDB;

UPDATE reprise_operation_meta SET amount = 2 WHERE name = 'schema';
