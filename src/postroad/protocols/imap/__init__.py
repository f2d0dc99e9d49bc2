"""IMAP without I/O: the server's core, and a driver that runs it over any byte stream."""
