"""Transcripts that nobody here wrote, by a batch job: nothing is lost, and what is said of them adds up."""

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from docent.documents import document_id_of
from tests.support.project import CORPUS
from tests.support.stack import Stack
from tests.support.waiting import wait_until

PREFIX = "transcripts/real-calls/"


def real_transcripts() -> Iterator[tuple[str, bytes]]:
    for path in sorted(CORPUS.glob("calls/**/*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if not name.endswith("/"):
                    yield f"calls/{PurePosixPath(name).name}", archive.read(name)
    for path in sorted(CORPUS.glob("summaries/*")):
        yield f"others/{path.name}", path.read_bytes()


@pytest.mark.skipif(not (CORPUS / "calls").exists(), reason="needs the calls of DOCENT_CORPUS")
def test_real_transcripts_are_summarized_and_none_is_lost(stack: Stack) -> None:
    transcripts = dict(real_transcripts())
    for name, body in transcripts.items():
        stack.put(f"{PREFIX}{name}", body)
    stack.put(f"{PREFIX}job.json", b"{}")
    job_id = document_id_of(stack.library.bucket, f"{PREFIX}job.json")

    def row() -> dict[str, dict[str, str]]:
        table = stack.target.outputs["SummariesTableName"]
        return stack.target.dynamodb.get_item(TableName=table, Key={"job_id": {"S": job_id}}).get("Item", {})

    wait_until(lambda: row().get("status", {}).get("S") in ("SUMMARIZED", "FAILED"), 600)
    assert row()["status"]["S"] == "SUMMARIZED", row().get("error")

    def read(name: str) -> bytes:
        key = f"summaries/{job_id}/{name}"
        return stack.target.s3.get_object(Bucket=stack.library.derived, Key=key)["Body"].read()

    lines = [json.loads(line) for line in read("summaries.jsonl").splitlines()]
    assert {line["source"].partition("#")[0] for line in lines} == set(transcripts)
    counts = Counter(line["outcome"] for line in lines)
    assert counts == json.loads(read("report.json"))["outcomes"] == json.loads(row()["counts"]["S"])
    assert all(line.get("reason") for line in lines if not line.get("insights") and line["outcome"] != "duplicate")
    assert counts["failed"] == counts["error"] == 0
