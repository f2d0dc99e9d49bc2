"""The databases that Postroad runs on. Only the wiring may name one."""
