"""Input manifests: JSON lines, each naming one clip by its address in S3, or holding one text.

A line has exactly one of `source-ref` and `source`, which may both hold the address, and whatever else the labels are
to be joined to. The line of a text has the text itself in `source`, as Ground Truth has it, and with it a `question`
and the `answers` that people choose from. https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html
"""

import codecs
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeGuard

from docent.derived_keys import LABELING
from docent.documents import ObjectPointer

MOST_LINE_BYTES = 102_400
MOST_LINES = 9_999_999
# What a case of debates may have, which is what models read.
MOST_CHARACTERS = 450_000
# JSON may write a character of a text in six.
_MOST_TEXT_BYTES = 6 * MOST_CHARACTERS + MOST_LINE_BYTES
_ANSWERS = range(2, 10)
AUDIO = frozenset(["aac", "aif", "aiff", "amr", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav", "weba"])
VIDEO = frozenset(["3gp", "avi", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "ogv", "ts", "webm"])


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """`offset` and `size` are where it is in the manifest, in bytes. A text has no `source` but what is in `values`."""

    number: int
    source: ObjectPointer | None
    values: Mapping[str, Any]
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class LineProblem:
    number: int
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"line": self.number, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class ManifestRules:
    """What a task takes: texts, or media of a kind, in `bucket`, from the folders below `labeling/` that its owner may
    use (None is any).

    `addresses` are keys whose values are addresses too, such as that of a transcript.
    """

    bucket: str
    folders: frozenset[str] | None
    media: str
    addresses: tuple[str, ...] = ()


def read_manifest(lines: Iterable[bytes], rules: ManifestRules) -> Iterator[ManifestLine | LineProblem]:
    """Each line (with its end) as a clip, or what is wrong with it. Of all lines, only a digest is kept."""
    offset, seen = 0, dict[bytes, int]()
    for number, raw in enumerate(lines, 1):
        text = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        start = offset + len(raw) - len(text)
        offset += len(raw)
        if number > MOST_LINES:
            yield LineProblem(number, f"A manifest has {MOST_LINES:,} lines at most.")
            return
        text = text.rstrip(b"\r\n")
        read = _read(text, rules)
        if isinstance(read, str):
            yield LineProblem(number, read)
            continue
        first = seen.setdefault(hashlib.blake2b(text, digest_size=8).digest(), number)
        if first != number:
            yield LineProblem(number, f"It is the same as line {first}.")
            continue
        yield ManifestLine(number, *read, start, len(text))


def address_of(value: Any) -> ObjectPointer | None:
    """The object of an `s3://bucket/key`."""
    if not isinstance(value, str) or not value.startswith("s3://"):
        return None
    bucket, _, key = value.removeprefix("s3://").partition("/")
    return ObjectPointer(bucket, key) if bucket and key else None


def source_in(values: Mapping[str, Any]) -> Any:
    return values["source-ref"] if "source-ref" in values else values.get("source")


def _read(text: bytes, rules: ManifestRules) -> tuple[ObjectPointer | None, Mapping[str, Any]] | str:
    """The clip and all values of a line, or what is wrong with it."""
    most = _MOST_TEXT_BYTES if rules.media == "text" else MOST_LINE_BYTES
    if len(text) > most:
        return f"It is longer than {most} bytes."
    if not text.strip():
        return "It is empty."
    try:
        values = json.loads(text)
        # Refuses half a surrogate pair, which UTF-8 cannot write, and NaN.
        json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return "It is not valid JSON in UTF-8."
    if not isinstance(values, dict):
        return "It is not a JSON object."
    if rules.media == "text":
        return _wrong_text(values) or (None, values)
    named = [name for name in ("source-ref", "source") if name in values]
    if len(named) != 1:
        return "It must have source-ref or source, and not both." if named else "It has no source-ref and no source."
    source = _checked(values[named[0]], named[0], rules)
    if isinstance(source, str):
        return source
    ending = PurePosixPath(source.key).suffix.removeprefix(".").lower()
    if ending not in (VIDEO if rules.media == "video" else AUDIO | VIDEO):
        return f"Its {named[0]} is no {rules.media} by its name, which ends in {ending or 'nothing'}."
    for name in rules.addresses:
        address = _checked(values[name], name, rules) if name in values else None
        if isinstance(address, str):
            return address
    return source, values


def _wrong_text(values: Mapping[str, Any]) -> str:
    """What is wrong with the line of a text; empty if nothing is."""
    text, question, answers = (values.get(name) for name in ("source", "question", "answers"))
    if not _is_text(text) or "source-ref" in values:
        return "It must have the document's text in source, and no source-ref."
    if len(text) > MOST_CHARACTERS:
        return f"Its source has more than {MOST_CHARACTERS:,} characters."
    if not _is_text(question):
        return "It has no question."
    if not isinstance(answers, list) or len(answers) not in _ANSWERS or not all(map(_is_text, answers)):
        return f"Its answers must be a list of {_ANSWERS[0]} to {_ANSWERS[-1]} texts."
    if len(set(answers)) < len(answers):
        return "Two of its answers are the same."
    rest = {name: value for name, value in values.items() if name != "source"}
    if len(json.dumps(rest, ensure_ascii=False).encode()) > MOST_LINE_BYTES:
        return f"Without its source, it is longer than {MOST_LINE_BYTES} bytes."
    return ""


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip())


def _checked(value: Any, name: str, rules: ManifestRules) -> ObjectPointer | str:
    source = address_of(value)
    if source is None:
        return f"Its {name} is no address such as s3://bucket/key."
    if source.bucket != rules.bucket:
        return f"Its {name} is not in the bucket {rules.bucket}."
    steps = source.key.split("/")
    if "." in steps or ".." in steps or len(source.key.encode()) > 1024:
        return f"Its {name} is no usable key: it holds . or .. as a folder, or it is too long."
    folder = source.key.removeprefix(LABELING).partition("/")[0]
    if not source.key.startswith(LABELING):
        return f"Its {name} is not below {LABELING}."
    if rules.folders is not None and folder not in rules.folders:
        return f"Its {name} is not in {LABELING} below a folder named after you or after a group of yours."
    return source
