-- Outgoing envelopes. AUTOINCREMENT: a late settlement can never meet another message's number.
CREATE TABLE queue_message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  trace TEXT NOT NULL,
  reverse_path TEXT NOT NULL,
  body TEXT NOT NULL,
  smtputf8 BIGINT NOT NULL,
  ret TEXT NOT NULL,
  envid TEXT NOT NULL,
  blob BLOB NOT NULL,
  size BIGINT NOT NULL,
  prefix BLOB NOT NULL,
  created REAL NOT NULL,
  expires REAL NOT NULL,
  suspended BIGINT NOT NULL
);
CREATE INDEX queue_trace ON queue_message (trace);
-- `due` is when somebody may claim the recipient: its next attempt, or the end of a lease.
CREATE TABLE queue_recipient (
  message BIGINT NOT NULL,
  position BIGINT NOT NULL,
  address TEXT NOT NULL,
  notify TEXT NOT NULL,
  orcpt TEXT NOT NULL,
  route TEXT NOT NULL,
  due REAL NOT NULL,
  leased BIGINT NOT NULL,
  next_attempt REAL NOT NULL,
  attempts BIGINT NOT NULL,
  last_attempt REAL,
  last_reply TEXT NOT NULL,
  PRIMARY KEY (message, position)
) WITHOUT ROWID;
CREATE INDEX queue_due ON queue_recipient (due, message, route);
-- What a peer handed over once is not taken twice when our 250 was lost on its way.
CREATE TABLE receipt (
  fingerprint BLOB PRIMARY KEY,
  trace TEXT NOT NULL,
  at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX receipt_at ON receipt (at);
