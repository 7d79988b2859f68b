"""Segments made by a machine, which people accept, change or reject one by one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy

from labeling.ground_truth import label_of, microseconds
from labeling.task_schemas import TaskSchema, categories_of, fields_of, tracks_of

type Segment = dict[str, Any]
# Quieter than the loudest moments of the clip by this factor, it is silence; and so is what is next to nothing.
QUIET, NOTHING = 0.03, 64
SHORTEST_PAUSE, SHORTEST_SOUND = 40, 10  # of 10 ms each
_ROLES = {"AGENT": ("Agent", "Representative"), "CUSTOMER": ("Customer", "Caller")}


def of_label(content: Mapping[str, Any], schema: TaskSchema, prefix: str = "e") -> list[Segment]:
    """The segments of an earlier label, as Ground Truth writes it. Raises ValueError if it is none."""
    segments = label_of(content, schema)["segments"]
    return [_suggestion(f"{prefix}{number}", each) for number, each in enumerate(segments, 1)]


def of_transcript(value: Mapping[str, Any], schema: TaskSchema) -> list[Segment]:
    """What each speaker said, of a file of Amazon Transcribe. Raises ValueError, TypeError or LookupError if it is
    none."""
    track = next(iter(tracks_of(schema).values()))
    properties = fields_of(track)["properties"]
    field = next((name for name, each in properties.items() if each.get("type") == "string" and "enum" not in each), "")
    return [
        {
            "id": f"t{number}",
            "track": track["name"],
            "category": _category(speaker, categories_of(track)),
            "start_us": start,
            "end_us": end,
            "fields": {field: text} if field and text else {},
        }
        for number, (speaker, start, end, text) in enumerate(_spoken(value), 1)
        if end > start
    ]


def of_silence(loudness: Any, schema: TaskSchema, duration_us: int) -> list[Segment]:
    """A segment wherever there is sound, between pauses. `loudness` is that of each 10 ms."""
    if not len(loudness):
        return []
    limit = max(NOTHING, float(numpy.percentile(loudness, 95)) * QUIET)
    places = numpy.flatnonzero(loudness > limit)
    if not len(places):
        return []
    breaks = numpy.flatnonzero(numpy.diff(places) > SHORTEST_PAUSE)
    starts, ends = numpy.append(places[0], places[breaks + 1]), numpy.append(places[breaks], places[-1]) + 1
    track = next(iter(tracks_of(schema)))
    return [
        {
            "id": f"q{number}",
            "track": track,
            "category": "",
            "start_us": int(start) * 10_000,
            "end_us": min(int(end) * 10_000, duration_us),
            "fields": {},
        }
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
        if end - start >= SHORTEST_SOUND
    ]


def _suggestion(own_id: str, segment: Mapping[str, Any]) -> Segment:
    names = ("track", "category", "start_us", "end_us", "fields")
    return {"id": own_id} | {name: segment[name] for name in names}


def _spoken(value: Mapping[str, Any]) -> Iterator[tuple[str, int, int, str]]:
    """Speaker, start, end and text."""
    for turn in value.get("Transcript", ()):  # of call analytics
        speaker = turn.get("ParticipantRole") or turn.get("ParticipantId", "")
        yield speaker, turn["BeginOffsetMillis"] * 1000, turn["EndOffsetMillis"] * 1000, turn.get("Content", "")
    results = value.get("results", {})
    if segments := results.get("audio_segments"):
        for each in segments:
            yield (
                each.get("speaker_label", ""),
                microseconds(each["start_time"]),
                microseconds(each["end_time"]),
                each.get("transcript", ""),
            )
        return
    yield from _turns(results.get("items", ()))


def _turns(items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, int, int, str]]:
    """Words in a row of one speaker, until a pause of a second."""
    speaker, start, end, text = "", 0, -1, ""
    for item in items:
        word = item["alternatives"][0]["content"] if item.get("alternatives") else ""
        if "start_time" not in item:
            text += word
            continue
        name, begin = item.get("speaker_label", ""), microseconds(item["start_time"])
        if end >= 0 and (name != speaker or begin - end > 1_000_000):
            yield speaker, start, end, text
            end = -1
        if end < 0:
            speaker, start, text = name, begin, ""
        end, text = microseconds(item["end_time"]), f"{text} {word}".strip()
    if end >= 0:
        yield speaker, start, end, text


def _category(speaker: str, categories: Sequence[str]) -> str:
    """The category that the speaker's role names; empty if people have to find out who spoke."""
    names = {speaker.casefold(), *(name.casefold() for name in _ROLES.get(speaker, ()))}
    return next((name for name in categories if name.casefold() in names), "")
