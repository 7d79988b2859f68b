"""What models put around an answer: code fences, tags, a JSON object; "Here is the answer:", "I hope this helps"."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from .citation_marks import numbers_in

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})[\w-]*\s*")
_MAY_BE_FENCE = re.compile(r"[ \t]*(?:`{1,2}|~{1,2}|(?:`{3,}|~{3,})[\w-]*[ \t\r]*)?")
_TAGS = r"answer|antwort|response|reply|final_answer|output|result|passage|context|question|standalone"
_TAG = re.compile(rf"</?(?:{_TAGS})\b[^<>\n]{{0,100}}>", re.IGNORECASE)
_MAY_BE_TAG = re.compile(rf"<(?:/?[a-z_]{{0,12}}|/?(?:{_TAGS})\b[^<>\n]{{0,100}})\Z", re.IGNORECASE)
_ANSWERS = frozenset(("answer", "antwort", "response", "reply", "text", "result", "ergebnis", "content", "completion"))
_JSON_BEGINS = re.compile(r"\s*\{\s*\"\w+\"\s*:\s*\"")
_ANSWER = r"(?:(?:the|my|final|short|die|kurze)\s)?(?:answer|antwort|response|result|ergebnis)"
_LEAD_IN = re.compile(
    rf"""[\s>]*+(?:
        (?:sure|certainly|of\scourse|absolutely|gladly|great\squestion|gerne?|natürlich|selbstverständlich|klar)
        (?:\sthing)?\s*+[!.,:]++
      | (?:here(?:[’']s|\sis|\sare)|hier\s(?:ist|sind)|below\sis)\s[^.!?:\n]{{0,60}}:
      | \#{{1,6}}\s++{_ANSWER}\b[:*_]*+[ \t]*+(?=\n)
      | \*\*{_ANSWER}(?:\*\*:|:?\*\*) | {_ANSWER}:
    )\s*+""",
    re.IGNORECASE | re.VERBOSE,
)
_COURTESY = re.compile(
    r"""\W*(?:
        i\shope\s(?:this|that|it)\b[^.!?\n]{0,40}\b(?:helps?|answers?)\b[^.!?\n]{0,40}
      | (?:please\s)?(?:let\sme\sknow|feel\sfree\sto\s(?:ask|reach))\b[^.!?\n]{0,80}
      | (?:if|should)\syou\s(?:have|need)\b[^.!?\n]{0,60}\b(?:questions?|help|details|information)\b[^.!?\n]{0,80}
      | is\sthere\sanything\selse\b[^.!?\n]{0,60}
      | (?:end\sof\s(?:the\s)?(?:answer|response)|ende\sder\santwort)
      | ich\shoffe,?\s(?:das|dies|diese\sinformation\w*)\b[^.!?\n]{0,60}
      | (?:wenn|falls|sollten)\s(?:sie|du)\b[^.!?\n]{0,40}\bfragen\b[^.!?\n]{0,80}
      | bei\s(?:weiteren\s)?(?:rück)?fragen\b[^.!?\n]{0,80}
      | (?:lassen\ssie|lass)\s(?:es\s)?mich\b[^.!?\n]{0,30}\bwissen\b[^.!?\n]{0,60}
      | (?:question|frage)\W{0,4}:[^?\n]*\?
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)


def unwrapped(pieces: Iterable[str]) -> Iterator[str]:
    """A reply without what is wrapped around it, however it is cut into pieces."""
    return _spoken_of_json(_without_tags(_without_fences(pieces)))


def without_lead_in(sentence: str) -> str:
    """Without the words that only announce the answer; empty where there are no others."""
    while (found := _LEAD_IN.match(sentence)) and found.group():
        sentence = sentence[found.end() :]
    return sentence


def is_courtesy(sentence: str) -> bool:
    """Whether a sentence says nothing of what is asked: a polite phrase, or the question once more."""
    return bool(_COURTESY.fullmatch(sentence))


def _without_fences(pieces: Iterable[str]) -> Iterator[str]:
    line = ""  # what is there of it
    is_fence = True  # so far
    for piece in pieces:
        for part in _LINES.findall(piece):
            line += part
            if is_fence and _MAY_BE_FENCE.fullmatch(line):
                continue
            if not (is_fence and _FENCE.fullmatch(line)):
                yield line
            is_fence = line.endswith("\n")
            line = ""
    if not _FENCE.fullmatch(line):
        yield line


def _without_tags(pieces: Iterable[str]) -> Iterator[str]:
    text = ""
    for piece in pieces:
        text = _TAG.sub("", text + piece)
        held = found.start() if (found := _MAY_BE_TAG.search(text)) else len(text)
        yield text[:held]
        text = text[held:]
    yield text


def _spoken_of_json(pieces: Iterable[str]) -> Iterator[str]:
    """A reply that is one JSON object is read as a whole."""
    text, pieces = "", iter(pieces)
    for piece in pieces:
        text += piece
        if text.strip() and not text.lstrip().startswith("{"):
            yield text
            text = ""
            break
    for piece in pieces:
        if not text:
            yield piece
        else:
            text += piece
    if text:
        yield _answer_in(text)


def _answer_in(text: str) -> str:
    """The answer that a JSON object has, its numbers of passages behind it; of another text what is not JSON."""
    try:
        read, end = json.JSONDecoder(strict=False).raw_decode(text.strip())
    except (ValueError, RecursionError):
        return _JSON_BEGINS.sub("", text)
    said = next((said for name, said in read.items() if name.casefold() in _ANSWERS and isinstance(said, str)), "")
    if not said:
        return text
    marks = "" if numbers_in(said) else "".join(f" [{number}]" for number in _cited(list(read.values())))
    return f"{said.strip()}{marks}\n{text.strip()[end:]}"


def _cited(value: Any) -> Iterator[int]:
    match value:
        case bool():
            return
        case int():
            yield value
        case list():
            for each in value:
                yield from _cited(each)
