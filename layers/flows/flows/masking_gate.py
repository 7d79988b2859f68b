"""The one gate that every document of a run passes before it leaves the process.

A guardrail finds personal data by its context, so that it may miss a name where it stands alone. Therefore what was
found in one document of a run is masked in all its documents, in capitals and small letters too. Only a single word of
a name is not masked in small letters, as it may be a word of the language. A text that the guardrail blocks is withheld
as a whole. If the guardrail does not answer, its error is raised, and nothing passes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from docent.errors.ingest import MaskingRefusedError
from docent.guardrail_masking import TEXT_UNIT, mask
from docent.guardrails import Masked, read_replies
from docent.overlapping_pieces import masked_spans
from flows.run_events import DOCUMENTS

WITHHELD = "[withheld by the guardrail]"
# Members of events whose values come from AWS and from the definition.
_STRUCTURE = frozenset(
    {
        "category", "completionReason", "conditionName", "errorCode", "expression", "index", "inputFieldName",
        "nodeInputName", "nodeName", "nodeOutputName", "nodeType", "operationName", "outputFieldName", "requestId",
        "serviceName", "timestamp", "type",
    }
)  # fmt: skip
# Smaller ones are words of a language as often as names.
_SHORTEST = 3
# As many digits as the shortest telephone numbers have.
_LONG_NUMBER = 7
_WORD = re.compile(r"\w")
_NAME_PART = re.compile(r"[^\W\d_][\w'’-]+")
# Nothing that is one word of a language: an address, a number, a name of several words.
_STANDS_OUT = re.compile(r"[^\W\d_][^\w'’-]+\w|[@\d]")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sir", "madam"})

type Apply = Callable[[Sequence[str]], Mapping[str, Any]]


class Gate:
    """The gate of one run. `apply` sends texts to the guardrail, each as a block, and returns ApplyGuardrail's reply;
    `max_units` is how many text units one call may have."""

    def __init__(self, apply: Apply, max_units: int) -> None:
        self._apply, self._most = apply, max_units
        self._masked: dict[str, str] = {}
        self._found: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def events(self, events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Events, masked. Raises DocentError if the guardrail cannot be asked."""
        noted = [self._noted(each) for each in events]
        self._mask(text for each in noted for text in _texts(each))
        return [_mapped(each, self._shown) for each in noted]

    def document(self, document: Any) -> Any:
        self._mask(_texts(document, inside=True))
        return _mapped(document, self._shown, inside=True)

    def again[T](self, passed: T) -> T:
        """An event or a text that has passed, without what was found since."""
        return _mapped(passed, self._known)

    def _noted(self, value: Any) -> Any:
        """Without the values in a guardrail's own findings, which are remembered."""
        if isinstance(value, Mapping):
            if isinstance(found := value.get("match"), str) and "action" in value:
                kind = str(value.get("type") or value.get("name") or "PERSONAL")
                self._remember(found, kind)
                value = {**value, "match": f"{{{kind}}}"}
            return {name: self._noted(each) for name, each in value.items()}
        return [self._noted(each) for each in value] if isinstance(value, list) else value

    def _mask(self, texts: Iterable[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._masked and _WORD.search(text)]
        batch: list[str] = []
        for text in new:
            if batch and len("".join([*batch, text])) > self._most * TEXT_UNIT:
                self._ask(batch)
                batch = []
            batch.append(text)
        if batch:
            self._ask(batch)

    def _ask(self, texts: list[str]) -> None:
        if sum(map(len, texts)) <= self._most * TEXT_UNIT:
            reply = self._apply(texts)
            self._learn(reply)
            if (masked := read_replies(texts, reply)) and all(map(_fits, texts, masked)):
                self._keep(texts, masked)
                return
        for text in texts:
            self._keep([text], [mask(text, self._one, self._most)])

    def _one(self, text: str) -> Mapping[str, Any]:
        reply = self._apply([text])
        self._learn(reply)
        return reply

    def _keep(self, texts: Sequence[str], masked: Sequence[Masked]) -> None:
        for text, each in zip(texts, masked, strict=True):
            self._masked[text] = WITHHELD if each.outcome == "blocked" else each.text

    def _learn(self, reply: Mapping[str, Any]) -> None:
        for finding in _findings(reply.get("assessments", [])):
            self._remember(finding["match"], str(finding.get("type") or finding.get("name") or "PERSONAL"))

    def _remember(self, value: str, kind: str) -> None:
        value = value.strip()
        parts = [part for part in _NAME_PART.findall(value) if part.lower() not in _TITLES] if kind == "NAME" else []
        before = len(self._found)
        for each in (value, *parts, *map(str.upper, parts)):
            if len(each) >= _SHORTEST and not each.startswith("{"):
                self._found.setdefault(each.casefold() if _STANDS_OUT.search(each) else each, f"{{{kind}}}")
        if len(self._found) > before:
            known = sorted(self._found, key=len, reverse=True)
            self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(_alternative, known))})(?!\w)")

    def _known(self, text: str) -> str:
        return self._pattern.sub(self._kind, text) if self._pattern else text

    def _kind(self, match: re.Match[str]) -> str:
        return self._found.get(match[0]) or self._found.get(match[0].casefold(), "{PERSONAL}")

    def _shown(self, text: str) -> str:
        return self._known(self._masked.get(text, text))


def _alternative(found: str) -> str:
    return f"(?i:{re.escape(found)})" if _STANDS_OUT.search(found) else re.escape(found)


def _fits(text: str, masked: Masked) -> bool:
    """Whether a reply can be that of this text: AWS does not document that outputs stand in the order of the texts."""
    if masked.outcome != "masked":
        return True
    try:
        return bool(list(masked_spans(text, masked.text)))
    except MaskingRefusedError:
        return False


def _texts(value: Any, inside: bool = False) -> Iterator[str]:
    """All texts of a document, or of an event. `inside` is true below what may hold anything."""
    match value:
        case str():
            yield value
        case bool():
            return
        case int() | float() if len(str(value)) >= _LONG_NUMBER:
            yield str(value)
        case Mapping():
            for name, each in value.items():
                if not name.isidentifier():
                    yield name
                if inside or name not in _STRUCTURE:
                    yield from _texts(each, inside or name in DOCUMENTS)
        case list():
            for each in value:
                yield from _texts(each, inside)
        case _:
            return


def _mapped(value: Any, change: Callable[[str], str], inside: bool = False) -> Any:
    match value:
        case str():
            return change(value)
        case bool():
            return value
        case int() | float() if len(str(value)) >= _LONG_NUMBER:
            changed = change(str(value))
            return value if changed == str(value) else changed
        case Mapping():
            return {
                (change(name) if inside else name): _mapped(each, change, inside or name in DOCUMENTS)
                if inside or name not in _STRUCTURE
                else each
                for name, each in value.items()
            }
        case list():
            return [_mapped(each, change, inside) for each in value]
    return value


def _findings(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if isinstance(value.get("match"), str) and value.get("action") in ("ANONYMIZED", "BLOCKED"):
            yield value
        for each in value.values():
            yield from _findings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _findings(each)
