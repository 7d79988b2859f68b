"""The expressions of a flow's conditions: parsed, checked and evaluated.

    (retailPrice > 10) and (type == "produce")

Names are the node's inputs. There are strings in double quotes, numbers, true and false, `== != > >= < <=`, `and`,
`or`, `not` and parentheses. Nothing else: no call, no attribute, no arithmetic.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any

MOST_NESTED = 32  # an expression has 64 characters at most

_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<string>\"(?:[^\"\\]|\\.)*\")|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>==|!=|>=|<=|>|<|\(|\)))"
)
_ESCAPED = re.compile(r"\\(.)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {"==": eq, "!=": ne, ">": gt, ">=": ge, "<": lt, "<=": le}
_SAME = ("==", "!=")


class MalformedConditionError(Exception):
    """The expression is none. The message is the cause, for a person."""


class ConditionTypeError(Exception):
    """The values that came are not of types that can be compared so."""


@dataclass(frozen=True, slots=True)
class Constant:
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Joined:
    """`word` is and, or."""

    word: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Negated:
    inner: "Expression"


type Expression = Constant | Name | Compared | Joined | Negated


def parse(text: str) -> Expression:
    """Raises MalformedConditionError."""
    parser = _Parser(list(_tokens(text)))
    found = parser.either(0)
    if parser.at < len(parser.tokens):
        raise MalformedConditionError(f"Unexpected {parser.tokens[parser.at][1]}.")
    return found


def check(expression: Expression, types: Mapping[str, str]) -> None:
    """Whether the expression fits inputs of these data types. Raises MalformedConditionError."""
    kind = _type_of(expression, types)
    if kind != "Boolean":
        raise MalformedConditionError(f"The expression is of type {kind}, and must be of type Boolean.")


def holds(expression: Expression, values: Mapping[str, Any]) -> bool:
    """Raises ConditionTypeError."""
    found = _value(expression, values)
    if not isinstance(found, bool):
        raise ConditionTypeError("The expression has no Boolean value.")
    return found


def names_in(expression: Expression) -> frozenset[str]:
    match expression:
        case Name(name):
            return frozenset({name})
        case Compared(_, left, right) | Joined(_, left, right):
            return names_in(left) | names_in(right)
        case Negated(inner):
            return names_in(inner)
    return frozenset()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if not found or not found.lastgroup:
            raise MalformedConditionError(f"Unexpected {text[at:].strip()[:1]} at character {at + 1}.")
        at = found.end()
        yield found.lastgroup, found[found.lastgroup]


class _Parser:
    """Each method reads what binds tighter than its caller: or, and, not, a comparison, a value."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at = tokens, 0

    def either(self, depth: int) -> Expression:
        left = self._both(depth)
        while self._took("word", "or"):
            left = Joined("or", left, self._both(depth))
        return left

    def _both(self, depth: int) -> Expression:
        left = self._not(depth)
        while self._took("word", "and"):
            left = Joined("and", left, self._not(depth))
        return left

    def _not(self, depth: int) -> Expression:
        if self._took("word", "not"):
            return Negated(self._not(self._deeper(depth)))
        return self._compared(depth)

    def _compared(self, depth: int) -> Expression:
        left = self._value(depth)
        if self.at < len(self.tokens) and (sign := self.tokens[self.at][1]) in _COMPARE:
            self.at += 1
            return Compared(sign, left, self._value(depth))
        return left

    def _value(self, depth: int) -> Expression:
        if self.at >= len(self.tokens):
            raise MalformedConditionError("The expression ends too early.")
        kind, text = self.tokens[self.at]
        self.at += 1
        match kind, text:
            case "number", _:
                return Constant(float(text))
            case "string", _:
                return Constant(_ESCAPED.sub(r"\1", text[1:-1]))
            case "word", "true" | "false":
                return Constant(text == "true")
            case "word", word if word not in ("and", "or", "not"):
                return Name(word)
            case "sign", "(":
                inner = self.either(self._deeper(depth))
                if not self._took("sign", ")"):
                    raise MalformedConditionError("A parenthesis is not closed.")
                return inner
        raise MalformedConditionError(f"Unexpected {text}.")

    def _took(self, kind: str, text: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == (kind, text):
            self.at += 1
            return True
        return False

    @staticmethod
    def _deeper(depth: int) -> int:
        if depth >= MOST_NESTED:
            raise MalformedConditionError("The expression is nested too deep.")
        return depth + 1


def _type_of(expression: Expression, types: Mapping[str, str]) -> str:
    match expression:
        case Constant(value):
            return "Boolean" if isinstance(value, bool) else "String" if isinstance(value, str) else "Number"
        case Name(name):
            if name not in types:
                raise MalformedConditionError(f"{name} is no input of the node.")
            return types[name]
        case Negated(inner):
            return _boolean(inner, types, "not")
        case Joined(word, left, right):
            _boolean(left, types, word)
            return _boolean(right, types, word)
        case Compared(sign, left, right):
            kinds = _type_of(left, types), _type_of(right, types)
            allowed = ("String", "Number", "Boolean") if sign in _SAME else ("Number",)
            for kind in kinds:
                if kind not in allowed:
                    raise MalformedConditionError(f"{sign} cannot compare a value of type {kind}.")
            if kinds[0] != kinds[1]:
                raise MalformedConditionError(f"{sign} cannot compare {kinds[0]} with {kinds[1]}.")
    return "Boolean"


def _boolean(expression: Expression, types: Mapping[str, str], word: str) -> str:
    if (kind := _type_of(expression, types)) != "Boolean":
        raise MalformedConditionError(f"{word} needs a value of type Boolean, not {kind}.")
    return kind


def _value(expression: Expression, values: Mapping[str, Any]) -> Any:
    match expression:
        case Constant(value):
            return value
        case Name(name):
            return values[name]
        case Negated(inner):
            return not holds(inner, values)
        case Joined("and", left, right):
            return holds(left, values) and holds(right, values)
        case Joined(_, left, right):
            return holds(left, values) or holds(right, values)
        case Compared(sign, left, right):
            first, second = _value(left, values), _value(right, values)
            kinds = _kind(first), _kind(second)
            if None in kinds or kinds[0] != kinds[1] or (sign not in _SAME and kinds[0] != "Number"):
                raise ConditionTypeError(f"{sign} cannot compare these values.")
            return _COMPARE[sign](first, second)
    return None


def _kind(value: Any) -> str | None:
    match value:
        case bool():
            return "Boolean"
        case str():
            return "String"
        case int() | float():
            return "Number"
    return None
