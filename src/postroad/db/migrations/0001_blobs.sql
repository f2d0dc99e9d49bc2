-- Message bytes, shared by all who refer to them. `id` is their SHA-256. Small ones are inline
-- (`data`, zstd); large ones are files (`file`, relative to the folder of blobs, uncompressed).
-- `idle_since` is set by the collector when it first sees a blob that nobody refers to.
CREATE TABLE blob (
  id BLOB PRIMARY KEY,
  refs BIGINT NOT NULL,
  size BIGINT NOT NULL,
  idle_since REAL,
  file TEXT,
  data BLOB
);
CREATE INDEX blob_idle ON blob (refs) WHERE refs = 0;
