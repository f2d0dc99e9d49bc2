-- A trace begins with its time, so the newest journeys are the last rows.
CREATE TABLE journey (
  trace TEXT PRIMARY KEY,
  at REAL NOT NULL,
  message_id TEXT NOT NULL,
  reverse_path TEXT NOT NULL,
  recipients TEXT NOT NULL,
  subject TEXT NOT NULL,
  size BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX journey_message_id ON journey (message_id);
-- One row for each batch of events, as JSON; `id` is the order in which all were written.
CREATE TABLE journey_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  trace TEXT NOT NULL,
  events BLOB NOT NULL
);
CREATE INDEX journey_event_trace ON journey_event (trace, id);
