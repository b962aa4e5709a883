"""One web process on a listening socket that the supervisor has opened: `python -m portal.web FD`.

The socket outlives the process: while one is restarted, the other answers and nothing is refused.
"""

import logging
import socket
import sys

import uvicorn

STOP_SECONDS = 8  # pages under way are finished, event streams are cut


def main() -> None:
    """Serve until told to stop."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    config = uvicorn.Config(
        "portal.asgi:application",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
