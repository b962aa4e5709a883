"""A national system that listens for webhooks, on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class System:
    """What it answers, and what it was told."""

    address: str = ""
    status: int = 204
    moved_to: str = ""
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def listening(status: int = 204) -> Iterator[System]:
    """A system at an address of its own, until the block ends."""
    system = System(status=status)

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            system.told.append((dict(self.headers), body))
            self.send_response(system.status)
            if system.moved_to:
                self.send_header("Location", system.moved_to)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    system.address = f"http://127.0.0.1:{server.server_port}/vedette?from=test"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
