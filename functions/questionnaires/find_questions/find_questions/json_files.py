"""The questions of a JSON file: lists of texts or of objects at any depth, and forms of VSAQ.

A place is the JSON pointer (RFC 6901) of where the answer goes. `/questions/3/answer` with a text at `/questions/3`
means that an object with the question and its answer takes the text's place.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from docent.errors.questionnaires import UnreadableQuestionnaireError
from docent.questionnaires import AnswerType
from find_questions.found import Found
from find_questions.wording import answer_type_in, clean, is_asking, is_follow_up, is_placeholder

_STRONG = (
    "question",
    "question_text",
    "questiontext",
    "requirement",
    "query",
    "frage",
    "anforderung",
    "pregunta",
    "requisito",
    "问题",
    "要求",
)
_WEAK = (
    "text",
    "title",
    "prompt",
    "label",
    "description",
    "statement",
    "name",
    "control",
    "beschreibung",
    "texto",
    "titel",
    "题目",
)
_LISTS = ("questions", "requirements", "fragen", "anforderungen", "preguntas", "requisitos", "问题", "queries")
_ANSWERS = ("answer", "response", "reply", "value", "antwort", "respuesta", "回答", "答案")
_LABELS = ("ref", "ref_id", "number", "no", "nr", "label", "id", "question_id", "code", "nummer", "key", "编号")
_SECTIONS = (
    "section",
    "category",
    "title",
    "name",
    "topic",
    "domain",
    "text",
    "label",
    "kategorie",
    "categoria",
    "abschnitt",
)
_OPTIONS = ("options", "choices", "values", "allowed", "enum", "optionen", "opciones", "选项")
_NO_QUESTIONS = {"block", "info", "tip", "spacer", "heading", "note", "html", "section", "instructions", "content"}
_FIELDS = {
    "line",
    "box",
    "yesno",
    "radiogroup",
    "checkgroup",
    "check",
    "upload",
    "radio",
    "checkbox",
    "select",
    "textarea",
}
_DEPTH = 60

type Path = tuple[str | int, ...]


def load(text: str, name: str) -> Any:
    """JSON, also with comments and with texts joined by a plus, as VSAQ writes it."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        first = error
    try:
        return json.loads(_without_additions(text))
    except (ValueError, RecursionError):
        raise UnreadableQuestionnaireError(f"{name} is no JSON ({type(first).__name__}).") from first


def _without_additions(text: str) -> str:
    parts = re.findall(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|[^"/]+|.', text, re.DOTALL)
    plain = "".join(part for part in parts if not part.startswith(("//", "/*")))
    joined = re.sub(r'((?:[^\\]|\\\\)")\s*\+\s*"', lambda match: match[1][:-1], plain)
    return re.sub(r",(\s*[\]}])", r"\1", joined)


def find_in_json(text: str, name: str, given: Mapping[str, Any] | None) -> Found:
    reader = _Reader(Found({"format": "json", "lists": []}), given)
    reader.read(load(text, name), (), "", "")
    return reader.found


class _Reader:
    def __init__(self, found: Found, given: Mapping[str, Any] | None) -> None:
        self.found = found
        self._main = ""
        self._heading = ""
        self._given = {each["pointer"]: each.get("question", "") for each in (given or {}).get("lists", [])}

    def read(self, value: Any, path: Path, section: str, parent: str) -> None:
        if len(path) > _DEPTH:
            return
        if isinstance(value, list):
            self._read_list(value, path, section, parent)
        elif isinstance(value, dict):
            if self._read_mapping(value, path, section, parent):
                return
            own = _text(value, _SECTIONS)
            inner = own if own and any(isinstance(each, list) for each in value.values()) else section
            for key, each in value.items():
                if key not in _OPTIONS:
                    named = key if isinstance(each, list | dict) and not inner and key.casefold() not in _LISTS else ""
                    self.read(each, (*path, key), inner or _as_title(named, path), parent)

    def _read_mapping(self, value: Mapping[str, Any], path: Path, section: str, parent: str) -> bool:
        """Objects whose keys are the questions: `{"Do you …?": ""}`."""
        asking = [
            key for key, each in value.items() if is_asking(key) and not isinstance(each, list | dict) and " " in key
        ]
        if len(asking) < 2 or len(asking) * 2 < len(value):
            return False
        self._note(path, "")
        for key in asking:
            self._add(key, (*path, key), AnswerType(), section, parent, "", _shown(value[key]))
        return True

    def _read_list(self, values: Sequence[Any], path: Path, section: str, parent: str) -> None:
        texts = [each for each in values if isinstance(each, str)]
        objects = [each for each in values if isinstance(each, dict)]
        key = str(path[-1]).casefold() if path else ""
        if texts and key not in _OPTIONS:
            named = key in _LISTS or (self._given.get(_pointer(path)) is not None)
            if named or (len(texts) > 1 and sum(map(is_asking, texts)) * 2 >= len(texts)):
                self._note(path, "")
                for index, each in enumerate(values):
                    if isinstance(each, str) and not is_placeholder(each):
                        self._add(each, (*path, index, "answer"), answer_type_in(each), section, parent, "", "")
        question = self._given.get(_pointer(path)) or _question_key(objects, key)
        if question:
            self._note(path, question)
        for index, each in enumerate(values):
            if not isinstance(each, dict):
                if isinstance(each, list):
                    self.read(each, (*path, index), section, parent)
                continue
            self._read_object(each, (*path, index), section, parent, question)

    def _read_object(self, value: Mapping[str, Any], path: Path, section: str, parent: str, question: str) -> None:
        kind = str(value.get("type", "")).casefold()
        text = clean(_plain(value[question])) if isinstance(value.get(question), str) else ""
        if kind == "info":
            self._heading = clean(_plain(str(value.get("text", ""))))
        if kind in _FIELDS and not question:
            text = clean(_plain(str(value.get("text", ""))))
        if kind in _FIELDS and not text:
            text = self._heading or section
        asks = (question and text and kind not in _NO_QUESTIONS) or (kind in _FIELDS and text)
        own = _text(value, ("section", "category", "topic", "domain", "kategorie", "categoria")) or section
        if not asks or is_placeholder(text):
            self.read(value, path, own, parent)
            return
        key = next((each for each in value if each.casefold() in _ANSWERS and each != question), "answer")
        existing = "" if kind in _FIELDS and key == "value" else _shown(value.get(key))
        if isinstance(value.get(key), list | dict):
            key, existing = "answer_text", ""
        label = _text(value, tuple(each for each in _LABELS if each != question))
        before = len(self.found.questions)
        self._add(text, (*path, key), _answer_type(value, kind, text), own, parent, label, existing)
        for name, each in value.items():
            if isinstance(each, list) and name not in _OPTIONS and len(self.found.questions) > before:
                self.read(each, (*path, name), own, text)

    def _add(
        self, text: str, path: Path, answer: AnswerType, section: str, parent: str, label: str, existing: str
    ) -> None:
        text = clean(text)
        if not parent and is_follow_up(text):
            parent = self._main
        if not parent:
            self._main = text
        place = {"pointer": _pointer(path)}
        self.found.add(text, place, answer, section=section, parent=parent, label=label, existing=clean(existing))

    def _note(self, path: Path, question: str) -> None:
        entry = {"pointer": _pointer(path), "question": question}
        if len(self.found.map["lists"]) < 100 and entry not in self.found.map["lists"]:
            self.found.map["lists"].append(entry)


def _question_key(objects: Sequence[Mapping[str, Any]], list_key: str) -> str:
    """The key of the question in a list's objects; empty where they are no questions."""
    keys = {key for each in objects for key in each if isinstance(each[key], str)}
    by_name = {key.casefold(): key for key in keys}
    for name in _STRONG:
        if name in by_name:
            return by_name[name]
    if any(str(each.get("type", "")).casefold() in _FIELDS | {"block"} for each in objects):
        return ""
    for name in _WEAK:
        key = by_name.get(name)
        if key is None:
            continue
        texts = [each[key] for each in objects if isinstance(each.get(key), str)]
        holds_more = sum(
            any(isinstance(every, list) and every and isinstance(every[0], dict) for every in each.values())
            for each in objects
        )
        answered = any(answer in {each.casefold() for each in objects[0]} for answer in _ANSWERS)
        if holds_more * 2 >= len(objects) and not answered:
            continue
        if list_key in _LISTS or (sum(map(is_asking, texts)) * 2 >= len(texts) and (len(texts) > 1 or answered)):
            return key
    return ""


def _answer_type(value: Mapping[str, Any], kind: str, text: str) -> AnswerType:
    options: list[str] = []
    for key in value:
        if key.casefold() in _OPTIONS and isinstance(value[key], list):
            for each in value[key]:
                shown = next(iter(each.values()), "") if isinstance(each, dict) and len(each) == 1 else each
                if isinstance(shown, dict):
                    shown = _text(shown, ("text", "label", "value", "title", "name"))
                if isinstance(shown, str | int | float) and str(shown).strip():
                    options.append(clean(_plain(str(shown))))
    if kind in {"yesno", "boolean", "bool"} and not options:
        options = [str(value.get("yes", "Yes")), str(value.get("no", "No"))]
    limit = next((value[key] for key in value if key.casefold() in {"maxlength", "max_length", "max_chars"}), 0)
    limit = limit if isinstance(limit, int) and limit > 0 else 0
    if options:
        several = kind in {"checkgroup", "checkbox", "multiple", "multi_select", "multiselect", "multiple_choice"}
        return AnswerType("choices" if several else "choice", tuple(options))
    if kind in {"number", "integer", "date"}:
        return AnswerType("date" if kind == "date" else "number")
    named = answer_type_in(text)
    return AnswerType(named.kind, named.options, limit or named.max_chars)


def _text(value: Mapping[str, Any], names: Sequence[str]) -> str:
    by_name = {key.casefold(): each for key, each in value.items()}
    found = next((by_name[name] for name in names if isinstance(by_name.get(name), str | int | float)), "")
    return clean(_plain(str(found)))[:300]


def _as_title(key: str, path: Path) -> str:
    return re.sub(r"[_-]+", " ", key) if key and len(path) > 0 else ""


def _plain(text: str) -> str:
    return re.sub(r"</?[a-zA-Z][^<>]*>", " ", text) if "</" in text else text


def _shown(value: Any) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _pointer(path: Path) -> str:
    return "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in path)
