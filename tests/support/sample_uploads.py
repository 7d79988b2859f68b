"""Uploads as sync_kendra and sync_s3_vectors find them: a manifest, what was read in its images, and passages."""

import json
from typing import Any

from tests.support.aws import World
from tests.support.functions import MODEL_ID

DOCUMENT_ID = "5efa83b7a3892f7fc08887f282852c76"
FIRST, SECOND = "0" * 31 + "1", "0" * 31 + "2"
SOURCE = {"bucket": "docent-documents", "key": "berichte/Prüfung 3.pdf", "version_id": "v1"}


def prefix(generation: str = FIRST) -> str:
    return f"documents/{DOCUMENT_ID}/{generation}/"


def image(image_id: str, *pages: int) -> dict[str, Any]:
    places = [{"page": page, "bbox": [10.0, 20.5, 110.0, 90.25]} for page in pages or (1,)]
    size = {"width": 300, "height": 200}
    return {"picture_id": image_id, "format": "png", "kind": "embedded", "places": places} | size


def image_entry(image_id: str, generation: str = FIRST) -> str:
    return f"{DOCUMENT_ID}/{generation}/picture/{image_id}"


def put_document(
    aws: World,
    readings: dict[str, dict[str, Any] | None],
    generation: str = FIRST,
    gaps: tuple[Any, ...] = (),
    failures: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Puts a manifest and what was read in its images; returns the event that puts it into the index."""
    for key in aws.list_keys(prefix(generation)):
        aws.delete(key)
    document = {"document_id": DOCUMENT_ID, "generation": generation, "source": SOURCE}
    images = [image(image_id, number, number + 3) for number, image_id in enumerate(readings, 1)]
    manifest = {"document": document, "page_count": 9, "figures": images, "gaps": list(gaps), "skipped": {}}
    aws.put(f"{prefix(generation)}manifest.json", manifest)
    for image_id, reading in readings.items():
        if reading is not None:
            aws.put(f"{prefix(generation)}pictures/{image_id}.json", reading)
    return {
        "action": "put",
        "manifest": {"bucket": "docent-derived", "key": f"{prefix(generation)}manifest.json"},
        "failures": [(failures or {}).get(image_id, "") for image_id in readings],
        "readers": {"users": ["mary@example.com"], "groups": []},
    }


def read(text: str = "words", outcome: str = "clean", tokens: tuple[int, int] = (1000, 100)) -> dict[str, Any]:
    texts = {} if outcome == "blocked" else {"text": text, "description": f"Shows {text}."}
    return texts | {
        "outcome": outcome,
        "model_id": MODEL_ID,
        "input_tokens": tokens[0],
        "output_tokens": tokens[1],
    }


def put_passages(aws: World, *texts: str, language: str = "en", generation: str = FIRST) -> None:
    """The passages of its text, one on each page."""
    lines = [
        json.dumps({"n": number, "page": number + 1, "text": text, "language": language}, ensure_ascii=False)
        for number, text in enumerate(texts)
    ]
    aws.put(f"{prefix(generation)}passages.jsonl", "\n".join(lines).encode())


def confirm(generation: str = FIRST, record: str = "entries.json") -> dict[str, Any]:
    return {
        "action": "confirm",
        "entries": {"bucket": "docent-derived", "key": f"{prefix(generation)}{record}"},
    }


def selection(action: str, which: str, generation: str) -> dict[str, Any]:
    chosen = {"document_id": DOCUMENT_ID, "which": which, "generation": generation}
    return {"action": action, "selection": chosen}
