-- Reprise, schema 1, for MariaDB 10.6 and MySQL 8.0 and newer. Run it as it is, or with Flyway or Liquibase.
-- Times are microseconds since 1970 by this server's clock.

CREATE TABLE reprise_operation (
    id                  binary(24)     NOT NULL PRIMARY KEY,
    idempotency_key     varchar(255)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    principal           varchar(1024)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    route               varchar(1024)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    state               smallint       NOT NULL,
    fingerprint_version integer        NOT NULL,
    fingerprint         varbinary(64)  NOT NULL,
    token               bigint         NOT NULL,
    attempt             integer        NOT NULL,
    created_at          bigint         NOT NULL,
    lease_end           bigint,
    ended_at            bigint,
    expires_at          bigint,
    owner_node          varchar(128)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    owner_claim         bigint,
    status              smallint,
    headers             mediumtext     CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    trailers            mediumtext     CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    body                longblob,
    reason              varchar(1000)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
) ENGINE = InnoDB;

CREATE INDEX reprise_operation_expiry ON reprise_operation (expires_at);

CREATE TABLE reprise_operation_meta (
    name   varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    amount bigint      NOT NULL
) ENGINE = InnoDB;

INSERT INTO reprise_operation_meta (name, amount) VALUES ('schema', 1), ('token', 0);

-- One row for each value that the first two bytes of a hash can have: what a transaction locks while it works on an
-- operation, and nothing is ever written to.
CREATE TABLE reprise_operation_lock (
    stripe integer NOT NULL PRIMARY KEY
) ENGINE = InnoDB;

INSERT INTO reprise_operation_lock (stripe)
WITH digit AS (
    SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
    UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10
    UNION ALL SELECT 11 UNION ALL SELECT 12 UNION ALL SELECT 13 UNION ALL SELECT 14 UNION ALL SELECT 15
)
SELECT a.n * 4096 + b.n * 256 + c.n * 16 + d.n FROM digit a, digit b, digit c, digit d;
