"""The transcripts in one file, in any of the formats that recorders write."""

import json
import re
from collections.abc import Iterable
from typing import Any

from charset_normalizer import from_bytes

from docent.errors.summaries import UnreadableTranscriptError

from .transcript_json import read_json
from .transcript_text import read_text
from .transcripts import Transcript

_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What services add to the name of the redacted twin: `redacted-call.json`, `Redacted/call_analysis_redacted_2024.json`.
REDACTED = "redacted"


def read_transcripts(key: str, data: bytes) -> list[Transcript]:
    """Every conversation in a file, at least one. Raises UnreadableTranscriptError."""
    text = _decoded(key, data)
    if not text.strip():
        raise UnreadableTranscriptError(f"{key} is empty.")
    value = _json_of(text)
    transcripts = read_json(value) if value is not None else [read_text(text)]
    spoken = [transcript for transcript in transcripts if transcript.turns]
    if not spoken:
        raise UnreadableTranscriptError(
            f"{key} is JSON, but nothing in it is a list of turns with a speaker and a text."
        )
    return spoken


def without_twins(keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """The keys to read, and those left out because the same call is there redacted."""
    keys = list(keys)
    redacted = {_unredacted(words) for words in map(_words, keys) if REDACTED in words}
    if not redacted:
        return keys, []
    left_out = {key for key in keys if REDACTED not in (words := _words(key)) and _unredacted(words) in redacted}
    return [key for key in keys if key not in left_out], sorted(left_out)


def _words(key: str) -> list[str]:
    return re.split(r"[/_.-]", key.casefold())


def _unredacted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word != REDACTED)


def _decoded(key: str, data: bytes) -> str:
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        guessed = from_bytes(data).best()
        text = str(guessed) if guessed else ""
        if not guessed:
            raise UnreadableTranscriptError(f"{key} is no text: no encoding fits its bytes.") from None
    if "\x00" in text:
        raise UnreadableTranscriptError(f"{key} is no text: it holds zero bytes.")
    return text


def _json_of(text: str) -> Any:
    """The value of JSON, a list of the values of JSON lines; None of anything else."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None
