-- An email is stored once for each account; its placements make it a message of a mailbox.
-- Keywords belong to the email, UIDs to the placement. Every key begins with the account.
CREATE TABLE store_account (
  account BIGINT PRIMARY KEY,
  modseq BIGINT NOT NULL,
  next_email BIGINT NOT NULL,
  next_mailbox BIGINT NOT NULL,
  next_uidvalidity BIGINT NOT NULL,
  used_bytes BIGINT NOT NULL,
  used_messages BIGINT NOT NULL,
  quota BIGINT
);
CREATE TABLE mailbox (
  account BIGINT NOT NULL,
  id BIGINT NOT NULL,
  parent BIGINT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  uidvalidity BIGINT NOT NULL,
  uidnext BIGINT NOT NULL,
  modseq BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  unseen BIGINT NOT NULL,
  octets BIGINT NOT NULL,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX mailbox_name ON mailbox (account, parent, name);
CREATE TABLE email (
  account BIGINT NOT NULL,
  id BIGINT NOT NULL,
  thread BIGINT NOT NULL,
  blob BLOB NOT NULL,
  size BIGINT NOT NULL,
  prefix BLOB NOT NULL,
  received REAL NOT NULL,
  sent REAL,
  message_id TEXT NOT NULL,
  trace TEXT NOT NULL,
  keywords TEXT NOT NULL,
  links BLOB NOT NULL,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX email_thread ON email (account, thread, received, id);
CREATE TABLE placement (
  account BIGINT NOT NULL,
  mailbox BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  email BIGINT NOT NULL,
  modseq BIGINT NOT NULL,
  PRIMARY KEY (account, mailbox, uid)
) WITHOUT ROWID;
CREATE UNIQUE INDEX placement_email ON placement (account, email, mailbox);
-- Which thread a message-id with this base subject belongs to; `link` is a hash of the two.
CREATE TABLE thread_link (
  account BIGINT NOT NULL,
  link BIGINT NOT NULL,
  thread BIGINT NOT NULL,
  uses BIGINT NOT NULL,
  PRIMARY KEY (account, link)
) WITHOUT ROWID;
-- What every unit of work changed, in order; `step` counts within one modseq.
CREATE TABLE change (
  account BIGINT NOT NULL,
  modseq BIGINT NOT NULL,
  step BIGINT NOT NULL,
  kind TEXT NOT NULL,
  mailbox BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  email BIGINT NOT NULL,
  thread BIGINT NOT NULL,
  PRIMARY KEY (account, modseq, step)
) WITHOUT ROWID;
