"""The gateway: what comes in from strangers on port 25, and what goes out to them."""
