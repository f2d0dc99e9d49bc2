"""The house as a whole: its configuration, its wiring, its command line and its supervision."""
