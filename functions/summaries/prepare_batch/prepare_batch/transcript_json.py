"""Transcripts in JSON: of Amazon Transcribe, Contact Lens, Bedrock Data Automation, and any list of turns.

https://docs.aws.amazon.com/transcribe/latest/dg/how-input.html#how-output
https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-example-output-files.html
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from .transcript_text import read_text
from .transcripts import Transcript, transcript_of

# Members of one turn, and of a conversation, by the names that recorders give them. The first that is there counts.
_TEXTS = ("Content", "DisplayText", "text", "content", "message", "utterance", "transcript", "body")
_SPEAKERS = (
    "ParticipantRole",
    "ParticipantId",
    "SegmentSpeaker",
    "speaker_label",
    "speaker",
    "role",
    "participant",
    "sender",
    "from",
    "author",
    "channel",
    "name",
)
_LABELS = ("convo_id", "conversation_id", "ContactId", "call_ID", "call_id", "jobName", "JobName", "id")
_LANGUAGES = ("LanguageCode", "language_code", "dominant_asset_language", "language")

type Said = list[tuple[str, str]]


def read_json(value: Any) -> list[Transcript]:
    """Every conversation in it: one, or one for each member of a list of conversations."""
    if isinstance(value, list) and value and not _turns_of(value) and all(isinstance(each, Mapping) for each in value):
        return [transcript for each in value for transcript in read_json(each)]
    said = _of_transcribe(value) or _longest(value)
    labels = {"label": _first(value, _LABELS), "language": _language(value), "is_redacted": _is_redacted(value)}
    return [transcript_of(_with_roles(said, value), **labels)] if said else []


def _of_transcribe(value: Any) -> Said:
    results = value.get("results") if isinstance(value, Mapping) else None
    if not isinstance(results, Mapping):
        return []
    if said := _turns_of(results.get("audio_segments")):
        return said
    items = _spoken_items(results)
    if items:
        return items
    return [("", each.get("transcript", "")) for each in _mappings(results.get("transcripts"))]


def _spoken_items(results: Mapping[str, Any]) -> Said:
    """Words and punctuation marks in the order of their times, each with its speaker or channel."""
    channels = results.get("channel_labels")
    if isinstance(channels, Mapping):
        timed = [
            (float(item.get("start_time", "inf")), number, str(channel.get("channel_label", "")), item)
            for channel in _mappings(channels.get("channels"))
            for number, item in enumerate(_with_times(channel.get("items")))
        ]
        spoken = [(name, item) for _, _, name, item in sorted(timed, key=lambda each: (each[0], each[2], each[1]))]
    else:
        speakers = _speakers_by_time(results)
        spoken = [
            (str(item.get("speaker_label") or speakers.get(str(item.get("start_time")), "")), item)
            for item in _with_times(results.get("items"))
        ]
    said: Said = []
    for name, item in spoken:
        word = _word_of(item)
        is_mark = item.get("type") == "punctuation"
        if said and (is_mark or said[-1][0] == name):
            said[-1] = said[-1][0], f"{said[-1][1]}{'' if is_mark else ' '}{word}"
        elif not is_mark:
            said.append((name, word))
    return said


def _with_times(items: Any) -> list[Mapping[str, Any]]:
    """Punctuation has no time of its own: it gets that of the word before it."""
    timed: list[Mapping[str, Any]] = []
    for item in _mappings(items):
        start = item.get("start_time") or (timed[-1]["start_time"] if timed else "0")
        timed.append({**item, "start_time": start})
    return timed


def _speakers_by_time(results: Mapping[str, Any]) -> dict[str, str]:
    labels = results.get("speaker_labels")
    segments = _mappings(labels.get("segments")) if isinstance(labels, Mapping) else []
    return {
        str(item.get("start_time")): str(item.get("speaker_label") or segment.get("speaker_label", ""))
        for segment in segments
        for item in _mappings(segment.get("items"))
    }


def _word_of(item: Mapping[str, Any]) -> str:
    alternatives = _mappings(item.get("alternatives"))
    return str(alternatives[0].get("content", "")) if alternatives else ""


def _longest(value: Any, depth: int = 0) -> Said:
    """Of the lists of turns in it, the one with the most text; the first of equals."""
    found = _turns_of(value)
    if found or depth > 6:
        return found
    within = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    lists = [_longest(each, depth + 1) for each in within]
    return max(lists, key=lambda said: sum(len(text) for _, text in said), default=[])


def _turns_of(value: Any) -> Said:
    """Of a list of turns, written as objects, as pairs of speaker and text, or as lines; else nothing."""
    if not isinstance(value, list) or not value:
        return []
    if all(isinstance(each, Mapping) for each in value):
        said = [(_speaker_of(each), text) for each in value if isinstance(text := _first_of(each, _TEXTS), str)]
        return said if len(said) * 2 > len(value) and any(name for name, _ in said) else []
    if all(isinstance(each, list) and len(each) == 2 and all(isinstance(part, str) for part in each) for each in value):
        return [(name, text) for name, text in value]
    if all(isinstance(each, str) for each in value) and len(value) > 1:
        turns = read_text("\n".join(value)).turns
        return [(turn.speaker, turn.text) for turn in turns] if any(a != b for a, b in _neighbours(turns)) else []
    return []


def _neighbours(turns: Sequence[Any]) -> Iterator[tuple[str, str]]:
    return pairwise(turn.speaker for turn in turns)


def _speaker_of(turn: Mapping[str, Any]) -> str:
    named = _first_of(turn, _SPEAKERS)
    if isinstance(named, Mapping):  # {"speaker": {"speaker_label": "spk_1"}}
        named = _first_of(named, _SPEAKERS)
    return str(named) if named not in (None, "") else ""


def _with_roles(said: Said, value: Any) -> Said:
    """Speakers by what the file says elsewhere of who they are: Participants, SpeakerLabels."""
    if not isinstance(value, Mapping):
        return said
    analytics = value.get("ConversationAnalytics")
    labels = _mappings(analytics.get("SpeakerLabels")) if isinstance(analytics, Mapping) else []
    roles = {str(each.get("Speaker")): str(each.get("DisplayText")) for each in labels}
    for each in _mappings(value.get("Participants")):
        roles[str(each.get("ParticipantId"))] = str(each.get("ParticipantRole"))
    return [(roles.get(name, name), text) for name, text in said]


def _is_redacted(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    metadata = value.get("ContentMetadata")
    output = metadata.get("Output") if isinstance(metadata, Mapping) else ""
    return bool(value.get("isRedacted")) or output == "Redacted"


def _language(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ""
    places = [value, *(value.get(name) for name in ("results", "metadata", "ConversationAnalytics"))]
    return next((found for place in places if (found := _first(place, _LANGUAGES))), "")


def _first(value: Any, names: Sequence[str]) -> str:
    found = _first_of(value, names) if isinstance(value, Mapping) else None
    return str(found) if isinstance(found, str | int) else ""


def _first_of(value: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((value[name] for name in names if name in value), None)


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
