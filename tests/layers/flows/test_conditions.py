"""The language of conditions and of the inputs' expressions."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.validation import conditions, expressions


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ('(retailPrice > 10) and (type == "produce")', {"retailPrice": 11, "type": "produce"}, True),
        ('(retailPrice > 10) and (type == "produce")', {"retailPrice": 10, "type": "produce"}, False),
        ("a or b and c", {"a": True, "b": False, "c": False}, True),
        ("(a or b) and c", {"a": True, "b": False, "c": False}, False),
        ("not a == b", {"a": 1, "b": 2}, True),
        ("not a and b", {"a": False, "b": True}, True),
        ("not not a", {"a": True}, True),
        ("a", {"a": True}, True),
        ("a != true", {"a": False}, True),
        ("x >= -1.5", {"x": -1.5}, True),
        ("x < 3", {"x": 3}, False),
        ("x==3", {"x": 3.0}, True),
        ('say == "a \\"quoted\\" word"', {"say": 'a "quoted" word'}, True),
        ('label == "order"', {"label": "order\n"}, False),
        ('"a" == "a"', {}, True),
        ("order == 3", {"order": 3}, True),  # begins like a word of the language
    ],
)
def test_conditions_hold_or_not(text: str, values: dict[str, Any], expected: bool) -> None:
    parsed = conditions.parse(text)
    conditions.check(parsed, {name: expressions.data_type(value) or "" for name, value in values.items()})
    assert conditions.holds(parsed, values) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a ==",
        "== a",
        "a = b",
        "a == b == c",
        "(a",
        "a)",
        "()",
        "a b",
        "and",
        "a and",
        "not",
        "a and not",
        "'single' == a",
        '"open == a',
        "a.b == 1",
        "a[0] == 1",
        "f(a)",
        "a + 1 == 2",
        "a in b",
        "a contains b",
        "1x == 1",
        "a & b",
        "__import__('os')",
        "(" * 40 + "a" + ")" * 40,
        "not " * 40 + "a",
    ],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(conditions.MalformedConditionError):
        conditions.parse(text)


@pytest.mark.parametrize(
    ("text", "types", "cause"),
    [
        ("b == 1", {"a": "Number"}, "b is no input"),
        ('a == "1"', {"a": "Number"}, "Number with String"),
        ('a > "b"', {"a": "String"}, "String"),
        ("a == true", {"a": "String"}, "String with Boolean"),
        ("a", {"a": "String"}, "must be of type Boolean"),
        ("not a", {"a": "Number"}, "not Number"),
        ("a == a", {"a": "Object"}, "Object"),
        ('(a == 1) == "x"', {"a": "Number"}, "Boolean with String"),
    ],
)
def test_a_condition_must_fit_the_types_of_the_inputs(text: str, types: dict[str, str], cause: str) -> None:
    with pytest.raises(conditions.MalformedConditionError, match=cause):
        conditions.check(conditions.parse(text), types)


def test_values_of_other_types_at_run_time_are_an_error() -> None:
    with pytest.raises(conditions.ConditionTypeError):
        conditions.holds(conditions.parse("a > 1"), {"a": "2"})
    with pytest.raises(conditions.ConditionTypeError):
        conditions.holds(conditions.parse("a == 1"), {"a": True})


@given(st.text(max_size=64))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with suppress(conditions.MalformedConditionError):
        conditions.parse(text)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("$.data", {"a": {"b": [1, {"c-d": 2}]}}),
        ("$.data.a.b[0]", 1),
        ("$.data.a.b[1].c-d", 2),
        ("$.data['a'][\"b\"]", [1, {"c-d": 2}]),
    ],
)
def test_an_expression_takes_a_part(expression: str, found: Any) -> None:
    assert expressions.part_of({"a": {"b": [1, {"c-d": 2}]}}, expressions.parse(expression)) == found


@pytest.mark.parametrize(
    "expression",
    ["", "data", "$", "$.", "$.input", "$.data.", "$.data[", "$.data[-1]", "$.data[*]", "$.data..a", "$.dataset"],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(expressions.MalformedExpressionError):
        expressions.parse(expression)


@pytest.mark.parametrize("expression", ["$.data.b", "$.data.a.c", "$.data[0]", "$.data.a[0]", "$.data.list[3]"])
def test_a_part_that_is_not_there_is_an_error(expression: str) -> None:
    with pytest.raises(expressions.NoSuchPartError):
        expressions.part_of({"a": {"b": 1}, "list": [1]}, expressions.parse(expression))
