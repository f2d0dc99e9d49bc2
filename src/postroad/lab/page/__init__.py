"""The lab's page: the map of the hosts, and every message's journey told across all of them."""

from postroad.lab.page._journals import Readable
from postroad.lab.page._map import Status
from postroad.lab.page._serve import PageServer, serve_page
from postroad.lab.page._site import make_app

__all__ = ["PageServer", "Readable", "Status", "make_app", "serve_page"]
