"""What happened to each message, and why: an ordered list of typed events under one trace id."""
