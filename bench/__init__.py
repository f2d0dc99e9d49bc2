"""Measures what Postroad does per second, beside Postfix and Dovecot on the same machine.

Nothing in here is imported by Postroad. Servers run as processes of their own on loopback, with
fresh folders, and are stopped by their process id; the load comes from another process still.
"""
