"""The whole DNS of a miniature Internet: zones, the answers they give, and a server for them."""

from postroad.lab.dns._answer import answer_to, parse_zone
from postroad.lab.dns._server import DnsServer, serve_dns
from postroad.lab.dns._zones import lab_zones

__all__ = ["DnsServer", "answer_to", "lab_zones", "parse_zone", "serve_dns"]
