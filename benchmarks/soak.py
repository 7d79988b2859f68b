"""Ingests many shuffled documents in the local stack at once, with repeats and a throttle storm in the middle.

It uploads every file of the corpus and the samples up to a megabyte once, including broken and encrypted ones but
not those made to be slow; then small ones again under other names, uploads that replace an earlier one, and generated
ones. Executions that the storm failed are redriven. At the end the documents table, the index and the derived bucket
must agree, with each document once. Memory is that of the stack's own process and its engines, without the functions'
workers.
"""

import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

DOCUMENTS = 1000
STORM = "bedrock-runtime.*=ThrottlingException@0.5,kendra.*=ThrottlingException@0.3"
REPLACING, AGAIN = 0.1, 0.2  # shares of the uploads
SMALL, LARGE = 100_000, 1_000_000  # bytes; a larger file can take minutes and has dozens of images
UNDER_WAY = 30
PATIENCE = 3600  # seconds
# Failures that a storm can cause and a redrive repairs.
LATER = frozenset({"TransientError", "ThrottledError", "PicturesHeldUpError", "ProcessingTimedOutError"})
IN_THE_INDEX = frozenset({"INDEXED", "UPDATED"})


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
            uploads = _uploads(corpus, samples, count)
            start = time.perf_counter()
            memory = _flow(library, server, uploads, settings.url)
            seconds = time.perf_counter() - start
            redriven = _redrive(library)
            agreement = _agreement(library)
        finally:
            machine.stop(settings, lambda _: None)
            del os.environ["DOCENT_PORT"], os.environ["SFN_WAIT_SCALE"]
    return {
        "uploads": count,
        "keys": len({key for key, _ in uploads}),
        "seconds": seconds,
        "documents_a_minute": 60 * count / seconds,
        "memory_mb": memory,
        "redriven": redriven,
        **agreement,
    }


def _uploads(corpus: Path, samples: Path, count: int) -> list[tuple[str, bytes]]:
    """`(key, body)` in the order of upload."""
    from benchmarks.pipeline import document

    chance = random.Random(2026)
    files = [path for folder in (corpus / "pdf", samples) for path in sorted(folder.rglob("*.pdf"))]
    files = [path for path in files if path.parent.name != "hostile-large" and path.stat().st_size < LARGE]
    bodies = [(path.name, path.read_bytes()) for path in files]
    chance.shuffle(bodies)
    uploads = [(f"soak/once/{number}-{name}", body) for number, (name, body) in enumerate(bodies)][: count // 2]
    small = [(name, body) for name, body in bodies if len(body) < SMALL]
    again, replacing = int(AGAIN * count), int(REPLACING * count)
    for number in range(again):
        name, body = chance.choice(small)
        uploads.append((f"soak/again/{number}-{name}", body))
    made = count - replacing - len(uploads)
    uploads += [(f"soak/made/{number}.pdf", document(2, 1, seed=number)) for number in range(made)]
    chance.shuffle(uploads)
    for number in range(replacing):
        place = chance.randrange(1, len(uploads))
        uploads.insert(place, (chance.choice(uploads[:place])[0], document(1, 1, seed=10_000 + number)))
    return uploads


def _flow(library: Any, server: Any, uploads: list[tuple[str, bytes]], url: str) -> list[list[float]]:
    """Upload everything, with the storm in the middle third. Returns `_megabytes` at each tenth."""
    from docent.documents import document_id_of

    memory: list[list[float]] = []
    storm = range(len(uploads) // 3, 2 * len(uploads) // 3)
    under_way: set[str] = set()
    for number, (key, body) in enumerate(uploads):
        if number in (storm.start, storm.stop):
            _faults(url, STORM if number in storm else "")
        library.target.s3.put_object(Bucket=library.bucket, Key=key, Body=body)
        under_way.add(document_id_of(library.bucket, key))
        # Real uploads wait at S3, not in this process.
        while len(under_way) > UNDER_WAY:
            time.sleep(0.5)
            rows = library.rows(list(under_way))
            under_way -= {row["document_id"] for row in rows if row["status"] != "INGESTING"}
        if (number + 1) % max(1, len(uploads) // 10) == 0:
            memory.append(_megabytes(server))
            print(f"{number + 1} uploaded, {' + '.join(f'{each:.0f}' for each in memory[-1])} MB", flush=True)
    _wait_until_all_ended(library)
    return [*memory, _megabytes(server)]


def _wait_until_all_ended(library: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while _is_busy(library) and time.monotonic() < deadline:
        time.sleep(2)
    time.sleep(5)  # what an end starts, such as recording a failure
    while _is_busy(library) and time.monotonic() < deadline:
        time.sleep(2)


def _is_busy(library: Any) -> bool:
    """Whether any workflow runs: earlier uploads are withdrawn after a document is INGESTED."""
    workflows = (
        library.target.outputs[name] for name in ("IngestDocumentArn", "RemoveDocumentArn", "RecordFailureArn")
    )
    running = {"statusFilter": "RUNNING", "maxResults": 1}
    client = library.target.step_functions
    return any(client.list_executions(stateMachineArn=arn, **running)["executions"] for arn in workflows)


def _redrive(library: Any) -> int:
    """Redrive as an operator does after a storm. Returns the number of documents."""
    from cli import repair

    errors = {row["document_id"]: row["error"]["name"] for row in library.documents() if row.get("error")}
    later = [document_id for document_id, name in errors.items() if name in LATER]
    if later:
        list(repair.redrive(library, later))
        time.sleep(5)
        _wait_until_all_ended(library)
    return len(later)


def _megabytes(server: Any) -> list[float]:
    """The memory of the stack's process, which holds all state, and its engines; shared memory counts once (PSS)."""
    import psutil

    engines = 0
    for child in server.children(recursive=True):
        try:
            if not any("fork_server.py" in word for word in child.cmdline()):
                engines += child.memory_full_info().pss
        except psutil.Error:
            continue
    return [server.memory_full_info().pss / 1e6, engines / 1e6]


def _faults(url: str, rules: str) -> None:
    httpx.put(f"{url}/_docent/faults", content=rules, timeout=30).raise_for_status()


def _agreement(library: Any) -> dict[str, Any]:
    """Whether table, index and derived bucket tell the same: every ingested document once, and nothing else."""
    from docent import derived_keys

    rows = library.documents()
    kendra, index = library.target.client("kendra"), library.target.outputs["IndexId"]
    folders: dict[str, set[str]] = {}
    for key in _keys(library, derived_keys.DOCUMENTS):
        _, document_id, generation, *_ = key.split("/")
        folders.setdefault(document_id, set()).add(generation)
    wrong = sorted(folders.keys() - {row["document_id"] for row in rows})
    entries = 0
    for row in rows:
        found = folders.get(row["document_id"], set())
        if not row["status"].startswith("INGESTED"):
            # A failed upload leaves only its own data, which the next upload or the deletion removes.
            states = [state for each in found for state in _states(library, kendra, index, row["document_id"], each)]
            if found - {row["generation"]} or IN_THE_INDEX & set(states):
                wrong.append(row["key"])
            continue
        states = _states(library, kendra, index, row["document_id"], row["generation"])
        there = sum(state in IN_THE_INDEX for state in states)
        entries += there
        gaps = {gap.get("picture_id") for gap in json.loads(row["gaps"])}
        text = 0 if any(gap["error"]["name"] == "IndexingRefusedError" for gap in json.loads(row["gaps"])) else 1
        if found != {row["generation"]} or there < text + int(row["image_count"]) - len(gaps - {None}):
            wrong.append(row["key"])
    statistics = kendra.describe_index(Id=index)["IndexStatistics"]["TextDocumentStatistics"]
    return {
        "documents": len(rows),
        "statuses": dict(Counter(row["status"] for row in rows)),
        "errors": dict(Counter(row["error"]["name"] for row in rows if row.get("error"))),
        "entries": entries,
        "entries_in_the_index": statistics["IndexedTextDocumentsCount"],
        "disagreeing": wrong,
    }


def _states(library: Any, kendra: Any, index: str, document_id: str, generation: str) -> list[str]:
    """What the index says of every entry that an upload may have in it."""
    from docent.derived_keys import GenerationKeys

    key = GenerationKeys(document_id, generation).entries
    if key not in set(_keys(library, key)):
        return []
    record = json.loads(library.target.s3.get_object(Bucket=library.derived, Key=key)["Body"].read())
    ids = [record["text_id"], *record["pages"]]
    states: list[str] = []
    for first in range(0, len(ids), 10):
        batch = [{"DocumentId": each} for each in ids[first : first + 10]]
        reply = kendra.batch_get_document_status(IndexId=index, DocumentInfoList=batch)
        states += [each["DocumentStatus"] for each in reply["DocumentStatusList"]]
    return states


def _keys(library: Any, prefix: str) -> Iterator[str]:
    pages = library.target.s3.get_paginator("list_objects_v2").paginate(Bucket=library.derived, Prefix=prefix)
    return (found["Key"] for page in pages for found in page.get("Contents", []))


def table(results: dict[str, Any]) -> str:
    statuses = ", ".join(f"{count} {status}" for status, count in sorted(results["statuses"].items()))
    errors = ", ".join(f"{count} {name}" for name, count in sorted(results["errors"].items())) or "none"
    stack, engines = (" / ".join(f"{each:.0f}" for each in part) for part in zip(*results["memory_mb"], strict=True))
    entries = f"{results['entries']} / {results['entries_in_the_index']}"
    return "\n".join(
        [
            "| what | |",
            "|---|--:|",
            f"| uploads, a tenth of them replacing another | {results['uploads']} |",
            f"| documents a minute, throttle storm included | {results['documents_a_minute']:.0f} |",
            f"| documents in the table, of as many keys | {results['documents']} / {results['keys']} |",
            f"| redriven after the storm | {results['redriven']} |",
            f"| how they ended | {statuses} |",
            f"| errors | {errors} |",
            f"| entries the documents have, of those in the index | {entries} |",
            f"| documents on which table, index and bucket disagree | {len(results['disagreeing'])} |",
            f"| memory of the stack at each tenth of the uploads, and at the end | {stack} MB |",
            f"| memory of its engines | {engines} MB |",
        ]
    )
