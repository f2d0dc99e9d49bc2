-- Names are stored as they are compared: domains as lower-case A-labels, local parts folded.
CREATE TABLE domain (
  name TEXT PRIMARY KEY,
  created REAL NOT NULL,
  catch_all TEXT
);
-- AUTOINCREMENT: the number of a removed account is never given to another person.
CREATE TABLE account (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  domain TEXT NOT NULL REFERENCES domain (name),
  local TEXT NOT NULL,
  name TEXT NOT NULL,
  quota BIGINT,
  password TEXT NOT NULL,
  scram TEXT NOT NULL,
  credential_version BIGINT NOT NULL,
  created REAL NOT NULL,
  UNIQUE (domain, local)
);
CREATE TABLE alias (
  domain TEXT NOT NULL REFERENCES domain (name),
  local TEXT NOT NULL,
  target TEXT NOT NULL,
  created REAL NOT NULL,
  PRIMARY KEY (domain, local, target)
);
-- Keys that this installation made for itself, such as the one that makes up answers about
-- accounts that do not exist.
CREATE TABLE directory_secret (
  purpose TEXT PRIMARY KEY,
  value BLOB NOT NULL
);
