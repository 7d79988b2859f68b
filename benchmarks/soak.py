"""Many documents through the local stack in one go, shuffled, with repeats and a throttle storm in the middle.

At the end the documents table, the index and the derived bucket must agree, each document once; memory is
that of the stack's own process and its engines, sampled while the documents flow.
"""

import json
import os
import random
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

DOCUMENTS = 1000
STORM = "bedrock-runtime.*=ThrottlingException@0.5,kendra.*=ThrottlingException@0.3"
REPEATS = 0.1  # of the uploads replace a document uploaded before
PATIENCE = 3600  # seconds


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    import psutil

    from cli import machine
    from cli.library import Library
    from cli.target import Target
    from local.settings import LocalSettings

    count = 40 if quick else DOCUMENTS
    with tempfile.TemporaryDirectory() as home:
        settings = LocalSettings(Path(home), port=4578, faults="", llm_url=None, wait_scale="0.1")
        os.environ["DOCENT_PORT"], os.environ["SFN_WAIT_SCALE"] = str(settings.port), "0.1"
        try:
            machine.start(settings, lambda _: None)
            machine.deploy(settings, lambda _: None)
            library = Library(Target(local=settings))
            server = psutil.Process(int(settings.pid_file.read_text()))
            start = time.perf_counter()
            memory = _flow(library, server, _uploads(corpus, samples, count), settings.url)
            seconds = time.perf_counter() - start
            agreement = _agreement(library)
        finally:
            machine.stop(settings, lambda _: None)
            del os.environ["DOCENT_PORT"], os.environ["SFN_WAIT_SCALE"]
    third = max(1, len(memory) // 3)
    return {
        "uploads": count,
        "seconds": seconds,
        "documents_a_minute": 60 * count / seconds,
        "memory_first_third_mb": max(memory[:third]),
        "memory_last_third_mb": max(memory[-third:]),
        **agreement,
    }


def _uploads(corpus: Path, samples: Path, count: int) -> list[tuple[str, bytes]]:
    """`(key, body)` in the order of upload; small files of the corpus, our samples and made ones, with repeats."""
    from benchmarks.pipeline import document

    chance = random.Random(2026)
    files = [path for folder in (corpus / "pdf", samples) for path in sorted(folder.rglob("*.pdf"))]
    bodies = [
        (path.name, path.read_bytes()) for path in files if path.stat().st_size < 300_000 and "hostile" not in str(path)
    ]
    uploads: list[tuple[str, bytes]] = []
    for number in range(count):
        if uploads and chance.random() < REPEATS:
            uploads.append((chance.choice(uploads)[0], document(1, 1, seed=number)))
        elif chance.random() < 0.3:
            name, body = chance.choice(bodies)
            uploads.append((f"soak/{number}-{name}", body))
        else:
            uploads.append((f"soak/{number}.pdf", document(2, 1, seed=number)))
    return uploads


def _flow(library: Any, server: Any, uploads: list[tuple[str, bytes]], url: str) -> list[float]:
    """Upload everything, with the storm over the middle third; returns samples of memory in MB once all ended."""
    memory: list[float] = []
    for number, (key, body) in enumerate(uploads):
        if number in (len(uploads) // 3, 2 * len(uploads) // 3):
            _faults(url, STORM if number == len(uploads) // 3 else "")
        library.target.s3.put_object(Bucket=library.bucket, Key=key, Body=body)
        # A person's uploads queue up at S3, not in this process: keep about fifty under way.
        while sum(row["status"] == "INGESTING" for row in library.documents()) > 50:
            memory.append(_megabytes(server))
            time.sleep(0.5)
    _faults(url, "")
    deadline = time.monotonic() + PATIENCE
    while any(row["status"] == "INGESTING" for row in library.documents()) and time.monotonic() < deadline:
        memory.append(_megabytes(server))
        time.sleep(1)
    time.sleep(5)  # superseded uploads clean up after themselves
    return memory or [_megabytes(server)]


def _megabytes(server: Any) -> float:
    """Resident memory of the stack and its engines; the functions' workers come and go as on AWS."""
    import psutil

    total = server.memory_info().rss
    for child in server.children(recursive=True):
        try:
            if not any("ministack-lambda" in word for word in child.cmdline()):
                total += child.memory_info().rss
        except psutil.Error:
            continue
    return total / 1e6


def _faults(url: str, rules: str) -> None:
    urllib.request.urlopen(
        urllib.request.Request(f"{url}/_docent/faults", data=rules.encode(), method="PUT"), timeout=30
    ).close()


def _agreement(library: Any) -> dict[str, Any]:
    """Whether table, index and derived bucket tell the same: every ingested document once, nothing else."""
    rows = library.documents()
    kendra, index = library.target.client("kendra"), library.target.outputs["IndexId"]
    wrong: list[str] = []
    for row in rows:
        prefix = f"documents/{row['document_id']}/"
        pages = library.target.s3.get_paginator("list_objects_v2").paginate(Bucket=library.derived, Prefix=prefix)
        keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        generations = {key.split("/")[2] for key in keys}
        if row["status"].startswith("INGESTED"):
            record = json.loads(
                library.target.s3.get_object(Bucket=library.derived, Key=f"{prefix}{row['generation']}/entries.json")[
                    "Body"
                ].read()
            )
            ids = [record["text_id"], *record["pages"]]
            states: list[str] = []
            for first in range(0, len(ids), 10):
                batch = [{"DocumentId": each} for each in ids[first : first + 10]]
                reply = kendra.batch_get_document_status(IndexId=index, DocumentInfoList=batch)
                states += [each["DocumentStatus"] for each in reply["DocumentStatusList"]]
            if generations != {row["generation"]} or states.count("INDEXED") < int(row["captioned_count"]):
                wrong.append(row["key"])
        elif generations - {row["generation"]}:
            wrong.append(row["key"])
    return {
        "documents": len(rows),
        "statuses": dict(Counter(row["status"] for row in rows)),
        "errors": dict(Counter(row["error"]["name"] for row in rows if row.get("error"))),
        "disagreeing": wrong,
    }


def table(results: dict[str, Any]) -> str:
    statuses = ", ".join(f"{count} {status}" for status, count in sorted(results["statuses"].items()))
    errors = ", ".join(f"{count} {name}" for name, count in sorted(results["errors"].items())) or "none"
    first, last = results["memory_first_third_mb"], results["memory_last_third_mb"]
    return "\n".join(
        [
            "| what | |",
            "|---|--:|",
            f"| uploads, a tenth of them replacing another | {results['uploads']} |",
            f"| documents a minute, throttle storm included | {results['documents_a_minute']:.0f} |",
            f"| how they ended | {statuses} |",
            f"| errors | {errors} |",
            f"| documents on which table, index and bucket disagree | {len(results['disagreeing'])} |",
            f"| memory of the stack, last third beside first | {last:.0f} / {first:.0f} MB |",
        ]
    )
