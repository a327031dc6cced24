-- The outbox, schema 1. Times are milliseconds since 1970 by this database's clock, except for deadline_at, which is the
-- caller's.
CREATE TABLE reprise_outbox (
  operation_key VARCHAR(255) NOT NULL PRIMARY KEY,
  state VARCHAR(16) NOT NULL,
  due_at BIGINT NOT NULL,
  claim BIGINT NOT NULL,
  rounds INTEGER NOT NULL,
  open_outcome SMALLINT NOT NULL,
  created_at BIGINT NOT NULL,
  first_sent_at BIGINT,
  forgotten_at BIGINT,
  deadline_at BIGINT NOT NULL,
  method VARCHAR(32) NOT NULL,
  uri TEXT NOT NULL,
  fields TEXT NOT NULL,
  body BYTEA NOT NULL,
  status INTEGER,
  answer BYTEA,
  note VARCHAR(1000)
);

CREATE INDEX reprise_outbox_due ON reprise_outbox (state, due_at);

CREATE TABLE reprise_outbox_schema (
  version INTEGER NOT NULL PRIMARY KEY
);

INSERT INTO reprise_outbox_schema (version) VALUES (1);
