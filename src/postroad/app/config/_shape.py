"""The configuration file as frozen classes: what the app itself needs, and every room's part."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, field

from postroad.border.inbound.config import BorderInboundConfig
from postroad.border.outbound.config import BorderOutboundConfig
from postroad.journey.config import JourneyConfig
from postroad.mda.config import MdaConfig
from postroad.mra.imap.config import ImapConfig
from postroad.mra.pop3.config import Pop3Config
from postroad.msa.config import MsaConfig
from postroad.mta.config import MtaConfig
from postroad.net.config import NetConfig

Endpoints = tuple[str, ...]


class ListenConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to listen: lists of "address:port". A service without an address is off."""

    smtp: Annotated[
        Endpoints, Meta(description="Mail from other servers (border). Elsewhere: port 25.")
    ] = ()
    submission: Annotated[
        Endpoints,
        Meta(description="Mail from our people, STARTTLS then AUTH (msa). Elsewhere: port 587."),
    ] = ()
    submissions: Annotated[
        Endpoints, Meta(description="The same over TLS from the start (msa). Elsewhere: port 465.")
    ] = ()
    lmtp: Annotated[
        Endpoints,
        Meta(description="Delivery by a server of our own (mda); keep it off public addresses."),
    ] = ()
    imap: Annotated[
        Endpoints, Meta(description="Reading with IMAP and STARTTLS (mra). Elsewhere: port 143.")
    ] = ()
    imaps: Annotated[
        Endpoints, Meta(description="IMAP over TLS from the start (mra). Elsewhere: port 993.")
    ] = ()
    pop3: Annotated[
        Endpoints, Meta(description="Reading with POP3 and STLS (mra). Elsewhere: port 110.")
    ] = ()
    pop3s: Annotated[
        Endpoints, Meta(description="POP3 over TLS from the start (mra). Elsewhere: port 995.")
    ] = ()


class TlsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The certificate shown on every port. Without one, only `smtp` and `lmtp` can listen."""

    certificate: Annotated[
        str, Meta(description="PEM file: this host's certificate, then its intermediates.")
    ] = ""
    key: Annotated[str, Meta(description="PEM file: the certificate's private key.")] = ""


class LogConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Log lines on standard error; each carries the trace id of its message."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="The least that is logged.")
    ] = "info"
    format: Annotated[
        Literal["json", "console"], Meta(description="One JSON object a line, or text to read.")
    ] = "json"


class BorderConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The gateway to strangers."""

    inbound: BorderInboundConfig = field(default_factory=BorderInboundConfig)
    outbound: BorderOutboundConfig = field(default_factory=BorderOutboundConfig)


class MraConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The protocols by which people read their mail."""

    imap: ImapConfig = field(default_factory=ImapConfig)
    pop3: Pop3Config = field(default_factory=Pop3Config)


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file. `data` and the TLS files are absolute once it is loaded."""

    hostname: Annotated[
        str,
        Meta(
            description="This server's full name, as in its MX and PTR records: in greetings, EHLO "
            "and Received."
        ),
    ]
    data: Annotated[
        str,
        Meta(
            description="Folder of the database and the messages. A relative path starts at the "
            "configuration file."
        ),
    ] = "/var/lib/postroad"
    listen: ListenConfig = field(default_factory=ListenConfig)
    tls: TlsConfig = field(default_factory=TlsConfig)
    log: LogConfig = field(default_factory=LogConfig)
    net: NetConfig = field(default_factory=NetConfig)
    border: BorderConfig = field(default_factory=BorderConfig)
    msa: MsaConfig = field(default_factory=MsaConfig)
    mta: MtaConfig = field(default_factory=MtaConfig)
    mda: MdaConfig = field(default_factory=MdaConfig)
    mra: MraConfig = field(default_factory=MraConfig)
    journey: JourneyConfig = field(default_factory=JourneyConfig)

    @property
    def database(self) -> Path:
        """The database file."""
        return Path(self.data) / "postroad.db"

    @property
    def blobs(self) -> Path:
        """The folder of messages too large for the database."""
        return Path(self.data) / "blobs"
