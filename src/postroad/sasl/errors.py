"""What ends an exchange on the client's side."""


class SaslError(Exception):
    """The server said something impossible, or does not know our secret; or a value cannot be sent.

    The text is for us, never for the peer, and never holds a password.
    """
