"""Made and sample calls, and what a real model replied when it was asked to summarise them (record.py)."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPLIES = HERE / "replies.jsonl"
SAMPLES = HERE.parents[2] / "samples/calls"
# Calls with options of their own; all others are summarised as a job without options does.
OPTIONS: dict[str, dict[str, Any]] = {
    "dispute.txt": {"guidelines": ["privacy", "accuracy", "emotion", "empathy"]},
    "promise.txt": {
        "insights": {
            "mood": {
                "type": "choice",
                "options": ["calm", "annoyed", "angry"],
                "question": "In which mood was the customer at the end?",
            }
        }
    },
    "rechnung.txt": {"language": "en", "guidelines": ["privacy", "accuracy"]},
}


def calls() -> list[Path]:
    return sorted([*SAMPLES.iterdir(), *(HERE / "calls").iterdir()], key=lambda path: path.name)


def recorded() -> dict[str, dict[str, Any]]:
    """By the file's name."""
    lines = map(json.loads, REPLIES.read_text().splitlines()) if REPLIES.exists() else ()
    return {line["call"]: line for line in lines}
