"""The policies of a guardrail, each applied to one text. A finding has the form of an entry in AWS's assessment.

`entry` is one item of a guardrail's definition, in CreateGuardrail's or GetGuardrail's shape, which differ only in
the suffix "Config". Every policy sets per source (INPUT, OUTPUT) whether it is enabled and what its action is.
"""

from collections.abc import Iterator
from typing import Any

import regex

from local.bedrock.grounding import grounding, relevance, similarities
from local.bedrock.guardrail_words import LEVELS, PROFANITY, confidence
from local.bedrock.private_data import find_private_data, settled
from local.bedrock.sentences import sentences_of

Entry = dict[str, Any]
Mask = tuple[str, int, int]  # placeholder, start, end

DONE = {"BLOCK": "BLOCKED", "ANONYMIZE": "ANONYMIZED", "NONE": "NONE"}
TOPIC_SIMILARITY = 0.5  # cosine from which a sentence belongs to a topic
REGEX_SECONDS = 1.0


class UnusablePatternError(Exception):
    """A regex of the guardrail is invalid or takes too long on this text."""


def entries(definition: dict[str, Any], policy: str, kind: str) -> list[Entry]:
    """The items of `definition[policyPolicy][kind]`, in either shape."""
    found = definition.get(f"{policy}Policy") or definition.get(f"{policy}PolicyConfig") or {}
    return found.get(kind) or found.get(f"{kind}Config") or []


def action_of(entry: Entry, source: str) -> str | None:
    """BLOCK, ANONYMIZE or NONE (detect only); None if the policy is disabled for this source."""
    side = source.lower()
    if not entry.get(f"{side}Enabled", True):
        return None
    return entry.get(f"{side}Action") or entry.get("action") or "BLOCK"


def active(items: list[Entry], source: str) -> Iterator[tuple[Entry, str]]:
    for item in items:
        action = action_of(item, source)
        if action is not None:
            yield item, action


def custom_words(words: list[Entry], source: str, text: str) -> list[Entry]:
    actions = {folded(item["text"]): action for item, action in active(words, source)}
    return [
        {"match": match, "action": DONE[actions[word]], "detected": True}
        for word, match in words_in(tuple(actions), text)
    ]


def managed_words(lists: list[Entry], source: str, text: str) -> list[Entry]:
    return [
        {"match": match, "type": "PROFANITY", "action": DONE[action], "detected": True}
        for item, action in active(lists, source)
        if item.get("type") == "PROFANITY"
        for _, match in words_in(PROFANITY, text)
    ]


def words_in(words: tuple[str, ...], text: str) -> list[tuple[str, str]]:
    """(word, its spelling in the text) for the words and phrases that occur whole in `text`, each once."""
    where = folded(text)
    found = []
    for word in words:
        start = where.find(word)
        while start >= 0:
            end = start + len(word)
            if not where[max(0, start - 1) : start].isalnum() and not where[end : end + 1].isalnum():
                found.append((word, text[start:end]))
                break
            start = where.find(word, start + 1)
    return found


def folded(text: str) -> str:
    """In lower case, character by character: casefold can lengthen a text ("ß"), but offsets must not move."""
    return "".join(c.casefold() if len(c.casefold()) == 1 else c for c in text)


def content_filters(filters: list[Entry], source: str, text: str, full: bool) -> list[Entry]:
    """A filter's strength sets the confidence from which it acts: HIGH acts from LOW, LOW only at HIGH."""
    found = []
    for item, action in active(filters, source):
        strength = item.get(f"{source.lower()}Strength", "NONE")
        if strength == "NONE":
            continue
        sure = LEVELS.index(confidence(item["type"], text))
        detected = sure > 0 and sure + LEVELS.index(strength) >= len(LEVELS)
        if detected or full:
            found.append(
                {
                    "type": item["type"],
                    "confidence": LEVELS[sure],
                    "filterStrength": strength,
                    "action": DONE[action] if detected else "NONE",
                    "detected": detected,
                }
            )
    return found


def denied_topics(topics: list[Entry], source: str, text: str, full: bool) -> list[Entry]:
    """A topic matches when a sentence is close in meaning to its definition or to one of its examples."""
    looked_for = list(active(topics, source))
    said = sentences_of(text) if looked_for else []
    found = []
    for item, action in looked_for:
        known = (*item.get("examples", ()), item["definition"])
        detected = bool(said) and max(similarities(said, known)) >= TOPIC_SIMILARITY
        if detected or full:
            done = DONE[action] if detected else "NONE"
            found.append({"name": item["name"], "type": "DENY", "action": done, "detected": detected})
    return found


def private_entities(types: list[Entry], source: str, text: str, full: bool) -> tuple[list[Entry], list[Mask]]:
    """The findings, and the spans to mask."""
    found: list[Entry] = []
    masks: list[Mask] = []
    chosen = {item["type"]: action for item, action in active(types, source)}
    # By action, so that a finding that is only detected cannot hide one that must be masked.
    for action in sorted(set(chosen.values())):
        for finding in find_private_data(text, {type for type, what in chosen.items() if what == action}):
            entry = {"type": finding.type, "match": finding.match, "action": DONE[action], "detected": True}
            if entry not in found:
                found.append(entry)
            if action == "ANONYMIZE":
                masks.append((finding.type, finding.start, finding.end))
    if full:
        missing = set(chosen) - {entry["type"] for entry in found}
        for type in sorted(missing):
            found.append({"type": type, "match": "", "action": "NONE", "detected": False})
    return found, masks


def private_patterns(patterns: list[Entry], source: str, text: str) -> tuple[list[Entry], list[Mask]]:
    found: list[Entry] = []
    masks: list[Mask] = []
    for item, action in active(patterns, source):
        try:
            matches = list(regex.finditer(item["pattern"], text, timeout=REGEX_SECONDS))
        except (regex.error, TimeoutError) as error:
            raise UnusablePatternError(item["name"]) from error
        for match in matches:
            if not match[0]:
                continue
            entry = {
                "name": item["name"],
                "match": match[0],
                "regex": item["pattern"],
                "action": DONE[action],
            }
            entry["detected"] = True
            if entry not in found:
                found.append(entry)
            if action == "ANONYMIZE":
                masks.append((item["name"], *match.span()))
    return found, masks


def masked(text: str, masks: list[Mask]) -> str:
    """The text with each finding replaced by its type or its pattern's name in braces."""
    pieces, position = [], 0
    for finding in settled(text, masks):
        pieces += [text[position : finding.start], f"{{{finding.type}}}"]
        position = finding.end
    return "".join(pieces) + text[position:]


def contextual_grounding(filters: list[Entry], source_text: str, query: str, text: str) -> list[Entry]:
    scores = {"GROUNDING": lambda: grounding(text, source_text, query), "RELEVANCE": lambda: relevance(text, query)}
    found = []
    for item in filters:
        if not item.get("enabled", True):
            continue
        score = scores[item["type"]]()
        detected = score < item["threshold"]
        done = DONE[item.get("action") or "BLOCK"] if detected else "NONE"
        found.append(
            {
                "type": item["type"],
                "threshold": item["threshold"],
                "score": score,
                "action": done,
                "detected": detected,
            }
        )
    return found
