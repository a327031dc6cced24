-- The outbox, version 1. Times are milliseconds since 1970, UTC.
CREATE TABLE IF NOT EXISTS reprise_outbox (
  operation_key VARCHAR(255) NOT NULL PRIMARY KEY,
  state VARCHAR(16) NOT NULL,
  due_at BIGINT NOT NULL,
  claim BIGINT NOT NULL,
  rounds INTEGER NOT NULL,
  open_outcome SMALLINT NOT NULL,
  created_at BIGINT NOT NULL,
  first_sent_at BIGINT,
  deadline_at BIGINT NOT NULL,
  ended_at BIGINT,
  method VARCHAR(32) NOT NULL,
  uri VARCHAR(4000) NOT NULL,
  fields VARCHAR(16000) NOT NULL,
  body BYTEA NOT NULL,
  status INTEGER,
  answer BYTEA,
  note VARCHAR(1000)
);
CREATE INDEX IF NOT EXISTS reprise_outbox_due ON reprise_outbox (state, due_at);
