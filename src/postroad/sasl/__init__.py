"""Who a client is: PLAIN, LOGIN and SCRAM-SHA-256, both sides, without I/O and without chance."""

from postroad.sasl._base import (
    Challenge,
    ChannelBinding,
    CheckPassword,
    ClientMechanism,
    Failure,
    FetchScram,
    ServerMechanism,
    Step,
    Success,
)
from postroad.sasl._mechanisms import (
    CLIENT_PREFERENCE,
    client_mechanism,
    preferred,
    server_mechanism,
    usable,
)
from postroad.sasl._saslprep import saslprep
from postroad.sasl._verifier import ScramVerifier, decoy_verifier, derive_scram
from postroad.sasl.errors import SaslError

__all__ = [
    "CLIENT_PREFERENCE",
    "Challenge",
    "ChannelBinding",
    "CheckPassword",
    "ClientMechanism",
    "Failure",
    "FetchScram",
    "SaslError",
    "ScramVerifier",
    "ServerMechanism",
    "Step",
    "Success",
    "client_mechanism",
    "decoy_verifier",
    "derive_scram",
    "preferred",
    "saslprep",
    "server_mechanism",
    "usable",
]
