"""An export of labels: what one part takes of the function's time, memory and disk, and how fast parts are joined.

DynamoDB and S3 are a process of their own, which makes up every item, answer and saved label when it is read, and
forgets what is written. It answers at once, so the time is that of the processor and of the local network.

`python -m benchmarks.label_exports ITEMS` exports one part of so many items.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PART, PAGE, SEGMENTS = 5_000, 500, 20
COUNTS = (PART, 10_000, 100_000)
TASK = "5b1d0e7c9a3f4c2e8d6b7a1f0c4e9d2b"
FORMATS = ["webvtt", "textgrid", "csv", "rttm"]
MOMENT = "2026-11-29T16:00:00.000Z"
MILLION = 1_000_000


class FakeAws(BaseHTTPRequestHandler):
    """`stored` are the files of one part, which every part has."""

    protocol_version = "HTTP/1.1"
    count = 0
    folder = Path()

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}") if self._is_json() else {}
        match self.headers.get("x-amz-target", "").rpartition(".")[2]:
            case "GetItem":
                self._answer(json.dumps({"Item": _task(self.count)}).encode())
            case "Query":
                self._answer(json.dumps(_items(asked, self.count)).encode())
            case "BatchGetItem":
                keys = asked["RequestItems"]["labels"]["Keys"]
                self._answer(json.dumps({"Responses": {"labels": [_answer(key) for key in keys]}}).encode())
            case _ if "uploads" in self.path:
                self._answer(b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>")
            case _:
                self._drain()
                self._answer(b"<CompleteMultipartUploadResult><ETag>0</ETag></CompleteMultipartUploadResult>")

    def do_GET(self) -> None:
        if "/answers/" in self.path:
            self._answer(_SAVE)
            return
        path = self.folder / re.sub(r".*/\d{5}", "part", self.path.partition("?")[0])
        start, end = 0, path.stat().st_size - 1
        if asked := self.headers.get("range"):
            first, last = asked.removeprefix("bytes=").split("-")
            start, end = int(first), min(int(last), end)
            if start > end:
                self._answer(b"<Error><Code>InvalidRange</Code></Error>", 416)
                return
        with path.open("rb") as file:
            file.seek(start)
            self._answer(file.read(end - start + 1), 206 if asked else 200)

    def do_PUT(self) -> None:
        name = re.sub(r".*/\d{5}", "part", self.path.partition("?")[0])
        self._drain(self.folder / name if "export-parts" in self.path and not (self.folder / name).exists() else None)
        self._answer(b"<CopyObjectResult><ETag>0</ETag></CopyObjectResult>")

    def _is_json(self) -> bool:
        return "x-amz-json" in self.headers.get("content-type", "")

    def _drain(self, path: Path | None = None) -> None:
        file = path.open("wb") if path else None
        if self.headers.get("transfer-encoding") == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body = self.rfile.read(size + 2)[:-2]
                if file:
                    file.write(body)
            while self.rfile.readline().strip():
                pass
        elif not self._is_json():
            left = int(self.headers.get("content-length", 0))
            while left:
                body = self.rfile.read(min(left, 1 << 20))
                left -= len(body)
                if file:
                    file.write(body)
        if file:
            file.close()

    def _answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("etag", '"0"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def _label() -> dict[str, Any]:
    segments = [
        {
            "id": f"s{number}", "track": "speaker", "category": ("Customer", "Representative")[number % 2],
            "start_us": number * 5_000_000, "end_us": number * 5_000_000 + 4_000_000, "origin": "person",
            "fields": {"text": "Good morning, what can I do for you today?", "emotion": "Neutral"},
        }
        for number in range(SEGMENTS)
    ]  # fmt: skip
    return {"segments": segments, "clip": {"rate": 4}}


_SAVE = json.dumps({"save_id": "0", "version": 1, "saved_at": MOMENT, "label": _label()}).encode()


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    kept = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in values.items()}
    return {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in kept.items()}


def _task(count: int) -> dict[str, Any]:
    schema = json.loads((ROOT / "layers/labeling/labeling/schemas/customer-call.json").read_text())
    return _typed(
        {
            "task_id": TASK, "item": "task", "status": "OPEN", "owner": {"subject": "mary", "user": "mary"},
            "task_name": "calls", "task_schema": schema, "task_options": {"annotators": "energy"}, "lines": count,
        }
    )  # fmt: skip


def _items(asked: dict[str, Any], count: int) -> dict[str, Any]:
    begin = asked.get("ExclusiveStartKey", {}).get("item", {}).get("S")
    first = int(begin[5:]) + 1 if begin else int(asked["ExpressionAttributeValues"][":first"]["S"][5:])
    numbers = range(first, min(first + PAGE, count + 1))
    more = {"LastEvaluatedKey": {"item": {"S": f"item#{numbers[-1]:07d}"}}} if numbers and numbers[-1] < count else {}
    return {"Items": [_item(number) for number in numbers], **more}


def _item(number: int) -> dict[str, Any]:
    key = f"labeling/energy/call-{number}.wav"
    return _typed(
        {
            "task_id": TASK, "item": f"item#{number:07d}", "line_number": number, "status": "DONE", "needed": 1,
            "revision": 2, "holders": {"nina": {"status": "SUBMITTED", "until": 0, "answer_id": "0", "user": "nina"}},
            "source": {"bucket": "source", "key": key}, "line": {"source-ref": f"s3://source/{key}", "call-id": key},
            "media": {"kind": "audio", "duration_us": 120_000_000},
        }
    )  # fmt: skip


def _answer(key: dict[str, Any]) -> dict[str, Any]:
    number = int(key["item"]["S"].rpartition("#")[2])
    return key | _typed(
        {
            "line_number": number, "subject": "nina", "annotator": "nina", "answer_id": f"{number:032d}",
            "status": "SUBMITTED", "answer_version": 1, "label_key": f"labeling/{TASK}/answers/{number}/1.json",
            "begun_at": MOMENT, "submitted_at": MOMENT,
        }
    )  # fmt: skip


def _serve(count: int, folder: Path, told: Connection) -> None:
    FakeAws.count, FakeAws.folder = count, folder
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeAws)
    told.send(server.server_address[1])
    server.serve_forever()


def _work(count: int, function: str, folder: Path) -> dict[str, Any]:
    """In this process, whose memory is measured."""
    told, tell = Pipe(duplex=False)
    server = Process(target=_serve, args=(count, folder, tell), daemon=True)
    server.start()
    os.environ.update(
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{told.recv()}",
        AWS_ACCESS_KEY_ID="benchmark",
        AWS_SECRET_ACCESS_KEY="benchmark",
        AWS_DEFAULT_REGION="us-east-1",
        POWERTOOLS_TRACE_DISABLED="1",
        DERIVED_BUCKET="derived",
        LABELING_TABLE="labels",
    )
    layers = [str(ROOT / f"layers/{name}") for name in ("shared", "labeling")]
    sys.path[:0] = [str(ROOT / f"functions/labeling/{function}"), *layers]
    from docent.derived_keys import LabelKeys
    from labeling import export_parts, task_rows

    row = task_rows.read_task("labels", TASK)
    assert row
    began, cpu = time.monotonic(), time.process_time()
    try:
        if function == "export_labels":
            from export_labels.parts import write_part

            export_parts.ITEMS = count
            assert write_part("derived", "labels", row, "e", 1, FORMATS) == count
        else:
            from join_labels.joined_parts import join

            found = join("derived", LabelKeys(TASK), "e", count // PART, row.schema, FORMATS)
            assert found["counts"]["labeled"] == count
    finally:
        server.terminate()
    return {
        "items": count,
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "mb": {
            path.name.removeprefix("part"): round(path.stat().st_size / 2**20, 1) for path in sorted(folder.iterdir())
        },
    }


def run(_corpus: Path, _samples: Path, *, quick: bool) -> dict[str, Any]:
    counts = COUNTS[:2] if quick else COUNTS
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder)
        parts = []
        for count in reversed(counts):
            shutil.rmtree(kept)  # the files of a real part stay last, to be joined
            kept.mkdir()
            parts.insert(0, _process(count, "export_labels", kept))
        joined = [_process(PART * number, "join_labels", kept) for number in ((1, 4) if quick else (2, 20))]
    return {"segments": SEGMENTS, "parts": parts, "joined": joined}


def _process(count: int, function: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.label_exports", str(count), function, str(folder)]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def table(found: dict[str, Any]) -> str:
    def line(each: dict[str, Any]) -> str:
        written = ", ".join(f"{size} {name}" for name, size in each["mb"].items())
        return (
            f"| {each['items']:,} | {each['seconds']} s | {each['cpu_seconds']} s | {each['peak_mb']} MB | {written} |"
        )

    first, last = found["joined"][0], found["joined"][-1]
    seconds = (last["seconds"] - first["seconds"]) / (last["items"] - first["items"]) * MILLION
    head = "| items | time | of the processor | memory | MB of files |\n|---|---|---|---|---|\n"
    return (
        f"One part of a task with one answer of {found['segments']} segments for each item, in all formats. A real part"
        f" has {PART:,} items; larger ones show what grows.\n\n"
        + head
        + "\n".join(map(line, found["parts"]))
        + f"\n\nParts of {PART:,} items, joined. At this pace a million items take {round(seconds):,} s of the"
        " 900 s that the function has.\n\n" + head + "\n".join(map(line, found["joined"])) + "\n"
    )


if __name__ == "__main__":
    print(json.dumps(_work(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))))
