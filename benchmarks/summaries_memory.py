"""The most memory that prepare_batch takes for a job of so many transcripts: `python -m benchmarks.summaries_memory N`.

S3 is a process of its own, which makes up every transcript when it is read and forgets what is written.
"""

import json
import os
import re
import resource
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "transcripts/benchmark/"
PAGE = 1000
TURNS = 40


class FakeS3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    count = 0

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = parse_qs(address.query)
        if "list-type" in asked:
            self._answer(_listing(int(asked.get("continuation-token", ["0"])[0]), self.count))
        elif found := re.search(r"call-(\d+)\.txt$", address.path):
            self._answer(_transcript(int(found[1])))
        else:
            self._answer(b"<Error><Code>NoSuchKey</Code></Error>", 404)

    def do_PUT(self) -> None:
        if self.headers.get("transfer-encoding") == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                self.rfile.read(size + 2)
            while self.rfile.readline().strip():
                pass
        else:
            left = int(self.headers.get("content-length", 0))
            while left:
                left -= len(self.rfile.read(min(left, 1 << 20)))
        self._answer(b"")

    def do_POST(self) -> None:
        """DynamoDB, which is told how far the job is."""
        self.rfile.read(int(self.headers["content-length"]))
        self._answer(b"{}")

    def _answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("etag", '"0"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def _listing(start: int, count: int) -> bytes:
    end = min(start + PAGE, count)
    keys = "".join(f"<Contents><Key>{PREFIX}call-{number}.txt</Key></Contents>" for number in range(start, end))
    more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{end}</NextContinuationToken>" if end < count else ""
    return f"<ListBucketResult><Prefix>{PREFIX}</Prefix>{keys}{more}</ListBucketResult>".encode()


def _transcript(number: int) -> bytes:
    turns = (f"{('Agent', 'Customer')[turn % 2]}: Sentence {turn} of call {number} is here." for turn in range(TURNS))
    return "\n".join(turns).encode()


def _serve(count: int, told: Connection) -> None:
    FakeS3.count = count
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeS3)
    told.send(server.server_address[1])
    server.serve_forever()


def main() -> None:
    count = int(sys.argv[1])
    told, tell = Pipe(duplex=False)
    server = Process(target=_serve, args=(count, tell), daemon=True)
    server.start()
    os.environ.update(
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{told.recv()}",
        AWS_ACCESS_KEY_ID="benchmark",
        AWS_SECRET_ACCESS_KEY="benchmark",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_REQUEST_CHECKSUM_CALCULATION="when_required",
        POWERTOOLS_TRACE_DISABLED="1",
        POWERTOOLS_METRICS_NAMESPACE="Docent",
        DERIVED_BUCKET="derived",
        SUMMARIES_TABLE="summaries",
        MINIMUM_BATCH_RECORDS="100",
        SUMMARY_CONCURRENCY="10",
        MODEL_ID="anthropic.claude-3-haiku-20240307-v1:0",
    )
    sys.path[:0] = [str(ROOT / "functions/summaries/prepare_batch"), str(ROOT / "layers/shared")]
    import app

    sys.stdout = sys.stderr
    try:
        prepared = app.prepare("benchmark", "0", "source", PREFIX)
    finally:
        server.terminate()
    sys.stdout = sys.__stdout__
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"transcripts": prepared["transcripts"], "megabytes": round(megabytes, 1)}))


if __name__ == "__main__":
    main()
