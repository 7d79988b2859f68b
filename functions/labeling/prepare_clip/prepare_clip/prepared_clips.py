"""One clip with all that the page and the labels need of it."""

import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from docent.derived_keys import LabelKeys
from docent.documents import ObjectPointer
from docent.errors.ingest import MissingDocumentError
from docent.errors.labeling import UnreadableClipError
from docent.objects import download, read_json, read_parts, upload, write_json
from labeling.ground_truth import label_of
from labeling.manifests import address_of
from labeling.task_rows import TaskRow
from labeling.texts import keep_text

from .copies import Copy, copy_sound, copy_video, written_sound
from .offsets import measured_offset
from .opened_media import opened
from .peaks import PeakFiles
from .sound import samples_of, whole_seconds
from .suggestions import of_label, of_silence, of_transcript

# What reading a value of another shape ends in.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
# The disk has twice as much, for the original and its copy.
MOST_BYTES = 4 * 1024**3


def read_line(manifest: ObjectPointer, offset: int, size: int) -> Any:
    """A line of the manifest as it was checked."""
    found = b""
    for part in read_parts(manifest, offset):
        found += part[: size - len(found)]
        if len(found) == size:
            break
    return json.loads(found)


def prepare(
    bucket: str,
    row: TaskRow,
    number: int,
    source: ObjectPointer,
    line: Mapping[str, Any],
    seconds_left: Callable[[], float],
) -> dict[str, Any]:
    """What the item says of its media. Raises UnreadableClipError."""
    keys = LabelKeys(row.task_id)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, f"original{PurePosixPath(source.key).suffix.lower()}"))
        try:
            download(source, path, _check_size)
        except MissingDocumentError as error:
            raise UnreadableClipError("The file is not there any more.") from error
        copy, peaks = _copied(row, path, folder, seconds_left)
        offset = measured_offset(path, copy.path)
        upload(copy.path, ObjectPointer(bucket, keys.copy(number, copy.media_type.partition("/")[2])), copy.media_type)
        if copy.sound:
            upload(copy.sound, ObjectPointer(bucket, keys.sound(number)), "audio/wav")
        for level in peaks.levels if peaks else ():
            pointer = ObjectPointer(bucket, keys.peaks(number, level))
            upload(peaks.path(level), pointer, "application/octet-stream")  # type: ignore[union-attr]
        suggestions = suggested(row, line, peaks, copy.duration_us + offset)
        if suggestions:
            write_json(ObjectPointer(bucket, keys.suggestions(number)), suggestions)
        has_known_answer = _keep_known_answer(bucket, keys, number, row, line)
        return _media(copy, peaks, offset, Path(copy.path).stat().st_size) | {
            "suggestions": len(suggestions),
            "known_answer": has_known_answer,
        }


def prepare_text(
    bucket: str, row: TaskRow, number: int, line: Mapping[str, Any]
) -> tuple[Literal["OPEN", "FAILED"], dict[str, Any]]:
    """The item's status and attributes."""
    values = keep_text(bucket, row.task_id, number, line)
    try:
        has_known_answer = _keep_known_answer(bucket, LabelKeys(row.task_id), number, row, line)
    except UnreadableClipError as error:
        return "FAILED", {**values, "failure": error.happened}
    return "OPEN", {**values, "media": {"kind": "text", "known_answer": has_known_answer}}


def suggested(row: TaskRow, line: Mapping[str, Any], peaks: PeakFiles | None, duration_us: int) -> list[dict[str, Any]]:
    """In the order of their times. What a manifest gives and cannot be read is left out: it is a suggestion only."""
    options, found = row.options, list[dict[str, Any]]()
    if content := line.get(options.get("suggestions", "")):
        with suppress(*_UNREADABLE):
            found += of_label(content, row.schema)
    if address := address_of(line.get(options.get("transcribe", ""))):
        with suppress(*_UNREADABLE, MissingDocumentError):
            found += of_transcript(read_json(address), row.schema)
    if options.get("silence") and peaks:
        found += of_silence(peaks.loudness, row.schema, duration_us)
    inside = (each for each in found if 0 <= each["start_us"] < each["end_us"])
    cut = ({**each, "end_us": min(each["end_us"], duration_us)} for each in inside if each["start_us"] < duration_us)
    return sorted(cut, key=lambda each: (each["start_us"], each["end_us"], each["id"]))


def _keep_known_answer(bucket: str, keys: LabelKeys, number: int, row: TaskRow, line: Mapping[str, Any]) -> bool:
    """Raises UnreadableClipError if it cannot be read: people would be measured by a wrong one."""
    content = line.get(row.options.get("known_answer", ""))
    if not content:
        return False
    try:
        label = label_of(content, row.schema)
    except _UNREADABLE as error:
        raise UnreadableClipError("The known answer in its line is no label.") from error
    write_json(ObjectPointer(bucket, keys.known_answer(number)), label)
    return True


def _copied(row: TaskRow, path: str, folder: str, seconds_left: Callable[[], float]) -> tuple[Copy, PeakFiles | None]:
    if row.schema["media"] == "audio":
        return copy_sound(path, folder, lambda rate: PeakFiles(folder, rate))
    copy = copy_video(path, folder, seconds_left)
    if not copy.channels:
        return copy, None
    sound = str(Path(folder, "heard.wav"))
    with (
        opened(copy.path) as container,
        PeakFiles(folder, copy.sample_rate) as peaks,
        written_sound(sound, copy.sample_rate, 1) as file,
    ):
        for second in whole_seconds(samples_of(container, copy.sample_rate, copy.channels), copy.sample_rate):
            peaks.add(second)
            file.writeframesraw(second.mean(axis=1).astype(second.dtype).tobytes())
    return replace(copy, sound=sound), peaks


def _media(copy: Copy, peaks: PeakFiles | None, offset: int, size: int) -> dict[str, Any]:
    """`LabelMedia` of openapi.yaml without addresses."""
    media: dict[str, Any] = {
        "kind": copy.media_type.partition("/")[0],
        "duration_us": copy.duration_us + offset,
        "offset_us": offset,
        "channels": copy.channels,
        "copy": {"type": copy.media_type, "bytes": size},
        "peaks": [{"per_second": level, "points": points} for level, points in (peaks.levels if peaks else {}).items()],
    }
    if copy.sound:
        media["sound"] = {"bytes": Path(copy.sound).stat().st_size}
    if copy.channels:
        media["sample_rate"] = copy.sample_rate
    if copy.width:
        media |= {"width": copy.width, "height": copy.height}
    if copy.frame_rate:
        rate = copy.frame_rate
        media["frame_rate"] = {"numerator": rate.numerator, "denominator": rate.denominator}
    return media


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise UnreadableClipError(f"The file is larger than {MOST_BYTES // 1024**3} GB.")
