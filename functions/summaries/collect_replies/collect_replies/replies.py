"""What a model replied about one call, parsed strictly: the insights that were asked for, or the reason why not.

What models write around the JSON object is passed over: code fences, thinking, a sentence before or after. What is
wrong within it is a reason, which the model is told when it is asked once more.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docent.errors import MALFORMED
from docent.text_language import clear_language_of

type Insights = dict[str, Any]

# Objects tried in one reply. A reply that opens more braces before its JSON is none.
_MOST_OBJECTS = 50
_MOST_CHARACTERS = 200_000
# Of the reply that a repair repeats to the model.
_MOST_REPEATED = 6000
# What every model of Bedrock that can summarise may write.
_MOST_TOKENS = 4000
_THINKING = re.compile(r"<(?P<tag>think|thinking|reasoning)>.*?(?:</(?P=tag)>|\Z)", re.DOTALL | re.IGNORECASE)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+")|,(?=\s*+[}\]])', re.DOTALL)
_REFUSED = re.compile(
    r"\W*(?:(?:i['’]?m (?:very |so )?)?sorry|i apologi[sz]e|unfortunately|as an ai"
    r"|i (?:can['’]?t|cannot|can not|am (?:not able|unable)|won['’]?t|will not)"
    r"|(?:es )?tut mir leid|leider|ich kann (?:\w+ ){0,6}nicht)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\s*\[[^\[\]]{0,40}\]")
# Converse's reasons for which a reply has no end, and what is told of each.
CUT_OFF = "was cut off at the limit of tokens"
_STOPPED: Mapping[str, str] = {
    "max_tokens": CUT_OFF,
    "model_context_window_exceeded": "was cut off at the end of the model's context",
    "content_filtered": "was stopped by the model's own filter",
    "guardrail_intervened": "was stopped by a guardrail",
    "refusal": "is a refusal",
}


class InvalidReplyError(Exception):
    """`reason` goes on from "The reply": "holds no JSON object". It repeats nothing of the reply."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The reply {reason}.")
        self.reason = reason


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    # A question that is repeated: its `members` are named first, and then come those of the answer.
    if len(members) < len(pairs) and not {"type", "question"} <= members.keys():
        raise InvalidReplyError("holds a name twice")
    return members


def _no_number(name: str) -> Any:
    raise ValueError(name)


# Strings may hold line breaks: models write them.
_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_once_each, parse_constant=_no_number)


def read_output(output: Any, insights: Mapping[str, Mapping[str, Any]], language: str = "") -> Insights:
    """The insights in Converse's response, which is a batch's `modelOutput` as well. `language` is the one that they
    are to be in (ISO 639-1), empty where no other is wrong. Raises InvalidReplyError."""
    text, stopped = text_of(output), _stop_reason(output)
    if not text.strip():
        raise InvalidReplyError(_STOPPED.get(stopped, "has no text"))
    try:
        read = read_reply(text, insights)
    except InvalidReplyError as error:
        if reason := _STOPPED.get(stopped):
            raise InvalidReplyError(reason) from error
        raise
    written = clear_language_of(" ".join(_texts_of(read, insights)))
    if language and written and written != language:
        raise InvalidReplyError(f"is in the language {written} and not in {language}")
    return read


def text_of(output: Any) -> str:
    """The text blocks of a response: not what the model thought, and not a call of a tool. Empty without any."""
    try:
        blocks = output["output"]["message"]["content"]
        return "\n".join(block["text"] for block in blocks if isinstance(block.get("text"), str))
    except MALFORMED:
        return ""


def usage_of(output: Any) -> dict[str, int]:
    """Tokens that went in and came out; 0 where the response does not tell."""
    usage = output.get("usage") if isinstance(output, Mapping) else None
    counted = usage if isinstance(usage, Mapping) else {}
    return {name: _count(counted.get(name)) for name in ("inputTokens", "outputTokens")}


def read_reply(text: str, insights: Mapping[str, Mapping[str, Any]]) -> Insights:
    """The value of each insight that was asked for, in their order: a text, one of the options, or a list of objects
    with the members that were asked for. Other members are left out. Raises InvalidReplyError."""
    if len(text) > _MOST_CHARACTERS:
        raise InvalidReplyError(f"has more than {_MOST_CHARACTERS} characters")
    told = _THINKING.sub(" ", text)
    found = [_unwrapped(each, insights) for each in _objects(told)]
    fitting = [each for each in found if insights.keys() & each.keys()]
    if not fitting:
        refused = _REFUSED.match(told) and not found
        raise InvalidReplyError(
            "is a refusal" if refused else f"holds no complete JSON object with {_listed(insights)}"
        )
    if any(each != fitting[0] for each in fitting):
        raise InvalidReplyError("holds several JSON objects that differ")
    (reply, *_) = fitting
    if missing := [name for name in insights if name not in reply]:
        raise InvalidReplyError(f"lacks {_listed(missing)}")
    return {name: _value(name, _answer(reply[name], insight), insight) for name, insight in insights.items()}


def repair_request(model_input: Mapping[str, Any], reply_text: str, reason: str) -> dict[str, Any]:
    """The request once more, with the reply and what is wrong with it."""
    messages = list(model_input["messages"])
    wanted = (
        f"Your reply {reason}. Write the whole JSON object once more, with exactly the names in <insights>, and "
        "nothing before or after it."
    )
    if reason == CUT_OFF:
        wanted += " Write less: at most three short sentences in each text and five objects in each list."
    if reply_text.strip() and reason != CUT_OFF:
        said = {"role": "assistant", "content": [{"text": reply_text.strip()[:_MOST_REPEATED]}]}
        messages += [said, {"role": "user", "content": [{"text": wanted}]}]
    else:
        messages[-1] = {**messages[-1], "content": [*messages[-1]["content"], {"text": wanted}]}
    limits = dict(model_input.get("inferenceConfig", {}))
    if reason == CUT_OFF and "maxTokens" in limits:
        limits["maxTokens"] = max(limits["maxTokens"], min(_MOST_TOKENS, 2 * limits["maxTokens"]))
    return {**model_input, "messages": messages, "inferenceConfig": limits}


def _texts_of(read: Insights, insights: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What the model wrote itself: an option is in the language of the question."""
    for name, value in read.items():
        match insights[name]["type"]:
            case "choice":
                continue
            case "list":
                yield from (text for each in value for text in each.values())
            case _:
                yield value


def _stop_reason(output: Any) -> str:
    reason = output.get("stopReason") if isinstance(output, Mapping) else None
    return reason if isinstance(reason, str) else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text that stand in no other."""
    rest = text
    for _ in range(_MOST_OBJECTS):
        if (start := rest.find("{")) < 0:
            return
        rest = rest[start:]
        if (read := _first_object(rest) or _first_object(_without_trailing_commas(rest))) is None:
            rest = rest[1:]
        else:
            found, rest = read
            yield found


def _first_object(text: str) -> tuple[dict[str, Any], str] | None:
    """The object that a text begins with, and what is behind it."""
    try:
        found, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return found, text[end:]


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub(lambda found: found[1] or "", text)


def _unwrapped(reply: dict[str, Any], insights: Mapping[str, Any]) -> dict[str, Any]:
    """Some models put the object into another one: `{"insights": {…}}`."""
    if len(reply) == 1 and not insights.keys() & reply.keys():
        (inner,) = reply.values()
        return inner if isinstance(inner, dict) else reply
    return reply


def _answer(value: Any, insight: Mapping[str, Any]) -> Any:
    """Small models repeat the question around their answer: `{"type": "text", "question": "…", "text": "…"}`."""
    if not isinstance(value, dict) or not value.keys() & {"type", "question"}:
        return value
    own = {name: each for name, each in value.items() if name not in ("type", "question") and each != insight.get(name)}
    return next(iter(own.values())) if len(own) == 1 else value


def _value(name: str, value: Any, insight: Mapping[str, Any]) -> Any:
    match insight["type"]:
        case "choice":
            return _choice(name, value, insight["options"])
        case "list":
            return _list(name, value, insight.get("members") or ["text"])
        case _:
            return _text(name, value)


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return _plain(" ".join(value))
    if not isinstance(value, str):
        raise InvalidReplyError(f"has no text in {name}")
    return _plain(value)


def _choice(name: str, value: Any, options: Sequence[str]) -> str:
    if isinstance(value, bool):
        value = "yes" if value else "no"
    said = _MARKS.sub("", value).strip(" .\"'").casefold() if isinstance(value, str) else None
    for option in options:
        if option.casefold() == said:
            return option
    raise InvalidReplyError(f"has none of the options in {name}")


def _list(name: str, value: Any, members: Sequence[str]) -> list[dict[str, str]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidReplyError(f"has no list in {name}")
    things = [_thing(name, each, members) for each in value]
    return [thing for thing in things if any(thing.values())]


def _thing(name: str, value: Any, members: Sequence[str]) -> dict[str, str]:
    """An object of a list, with all of its members. A text is its first member; a member may be left out, but not the
    first."""
    if isinstance(value, str):
        value = {members[0]: value}
    if not isinstance(value, dict):
        raise InvalidReplyError(f"has something else than objects in {name}")
    if value and members[0] not in value:
        raise InvalidReplyError(f"has an object without {members[0]} in {name}")
    return {member: _text(f"{name}, {member}", value.get(member)) for member in members}


def _plain(text: str) -> str:
    """On one line, and such that it can be written in UTF-8."""
    kept = "".join(" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text)
    return " ".join(kept.split())


def _listed(names: Any) -> str:
    return ", ".join(names)
