-- What a mailbox shows of a message stands in its placement, so that one walk along the key
-- answers flags and rows of a whole mailbox. `keywords` is the same in all placements of an email,
-- save `$deleted`, which is of one mailbox alone. `origin` is the email that this one was copied
-- from within a mailbox, or itself (RFC 8474 EMAILID). `saved` is when it came into the mailbox.
CREATE TABLE placement_shown (
  account BIGINT NOT NULL,
  mailbox BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  modseq BIGINT NOT NULL,
  keywords TEXT NOT NULL,
  deleted BIGINT NOT NULL,
  email BIGINT NOT NULL,
  thread BIGINT NOT NULL,
  origin BIGINT NOT NULL,
  size BIGINT NOT NULL,
  received REAL NOT NULL,
  sent REAL,
  saved REAL NOT NULL,
  PRIMARY KEY (account, mailbox, uid)
) WITHOUT ROWID;
INSERT INTO placement_shown
  SELECT p.account, p.mailbox, p.uid, p.modseq, e.keywords, 0, e.id, e.thread, e.id,
    e.size + length(e.prefix), e.received, e.sent, e.received
  FROM placement AS p JOIN email AS e ON e.account = p.account AND e.id = p.email;
DROP TABLE placement;
ALTER TABLE placement_shown RENAME TO placement;
CREATE UNIQUE INDEX placement_email ON placement (account, email, mailbox);
CREATE INDEX placement_deleted ON placement (account, mailbox, uid) WHERE deleted = 1;
ALTER TABLE email DROP COLUMN keywords;
ALTER TABLE mailbox ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;
-- All changes after this modseq are in the list; earlier ones may have been pruned.
ALTER TABLE store_account ADD COLUMN listed_since BIGINT NOT NULL DEFAULT 0;
-- What IMAP sends of a message, ready made, some time after it was filed. `fields` are the lines of
-- its header that clients ask for most.
CREATE TABLE email_view (
  account BIGINT NOT NULL,
  email BIGINT NOT NULL,
  envelope BLOB NOT NULL,
  structure BLOB NOT NULL,
  fields BLOB,
  preview TEXT NOT NULL,
  PRIMARY KEY (account, email)
);
-- Emails from `low` to `high` were looked at: they have a view, or cannot be read.
CREATE TABLE email_viewed (
  account BIGINT PRIMARY KEY,
  low BIGINT NOT NULL,
  high BIGINT NOT NULL
);
-- Names, not mailboxes: RFC 9051 §6.3.7 lets a name be subscribed that nothing is called by.
CREATE TABLE subscription (
  account BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (account, name)
) WITHOUT ROWID;
INSERT INTO subscription SELECT account, name FROM mailbox WHERE parent = 0;
