"""A name server on loopback that knows who 127.0.0.1 is, as /etc/hosts tells Postfix.

Postroad asks for the reverse name of each peer; with the machine's own name server, the figure
would be that server's. Runs as a process of its own.
"""

from __future__ import annotations

import asyncio
import sys

import uvloop

from postroad.lab.dns import parse_zone, serve_dns

ZONE = """\
$TTL 3600
@ SOA ns.bench.test. hostmaster.bench.test. 1 3600 600 86400 3600
@ NS ns.bench.test.
1.0.0.127.in-addr.arpa. PTR localhost.
"""


async def serve(port: int) -> None:
    """Answer until the process is ended."""
    server = await serve_dns([parse_zone(".", ZONE)], "127.0.0.1", port)
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        await server.close()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
