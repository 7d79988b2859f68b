"""Kendra alone on a port, for tests and for trying it out with an SDK.

python -m local.kendra.standalone DATA_DIR [PORT]
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import boto3

from local.callers import is_for_loopback
from local.kendra.service import KendraService


def server(service: KendraService, port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            if not is_for_loopback(self.headers):
                self.send_error(403)
                return
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = service.handle_request("POST", self.path, dict(self.headers), body, {})
            status, headers, answer = asyncio.run(request)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Logs nothing."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


@contextmanager
def serving(service: KendraService) -> Iterator[str]:
    """Serves on a free port and yields the endpoint's URL."""
    with server(service, 0) as http:
        thread = Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_port}"
        finally:
            http.shutdown()
            thread.join()


def main(data_dir: str = tempfile.gettempdir(), port: str = "4599") -> None:
    with (
        closing(KendraService(Path(data_dir), lambda _: boto3.client("s3"))) as service,
        server(service, int(port)) as http,
    ):
        http.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
