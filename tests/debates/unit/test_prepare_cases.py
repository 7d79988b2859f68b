"""A file of cases, through the handler: each line becomes units of work, or a reason why not."""

import json
from typing import Any

import pytest

from docent.debate_runs import metadata_of
from docent.derived_keys import DebateKeys
from docent.errors.debates import InvalidRunError
from docent.errors.summaries import OverBudgetError
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.functions import CANARY, MODEL_ID, Function
from tests.support.project import sample_event

EVENT = sample_event("prepare_cases.file.json")
KEYS = DebateKeys(**EVENT["run"])
CASE = {
    "document": f"{CANARY} lost $10.6 billion.",
    "answer_a": "It lost $10.6B.",
    "answer_b": "It lost $10B.",
    "label": "A",
}


def put(aws: World, *lines: Any, options: dict[str, Any] | None = None) -> None:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    metadata = {} if options is None else metadata_of(options)
    aws.put(EVENT["source"]["key"], text.encode(), bucket=SOURCE_BUCKET, metadata=metadata)


def lines_of(aws: World, key: str) -> list[Any]:
    return [json.loads(line) for line in aws.read(key).splitlines()]


def test_each_case_gets_its_units(function: Function, aws: World) -> None:
    put(aws, {"run": {"techniques": ["naive", "debate"]}}, CASE | {"id": "first"})
    made = function(EVENT)
    assert (made["cases"], made["refused"], made["unit_count"]) == (1, 0, 3)
    assert made["plan"]["debater_a"] == MODEL_ID
    assert made["most"] > 0
    assert [unit["name"] for unit in lines_of(aws, KEYS.units)] == ["naive", "debate-AB", "debate-BA"]
    assert aws.read_json(KEYS.case(2))["id"] == "first"


def test_what_its_owner_asked_for_counts_before_the_first_line(function: Function, aws: World) -> None:
    put(aws, {"run": {"techniques": ["naive"], "votes": 5, "rounds": 2}}, CASE, options={"votes": 1, "judge": "other"})
    plan = function(EVENT)["plan"]
    assert (plan["techniques"], plan["votes"], plan["rounds"], plan["judge"]) == (["naive"], 1, 2, "other")


def test_a_broken_line_does_not_stop_the_others(function: Function, aws: World) -> None:
    put(aws, CASE, "{", "", CASE | {"id": "x"}, CASE | {"id": "x"}, CASE | {"id": "y", "answer_b": ""})
    made = function(EVENT)
    assert (made["cases"], made["refused"]) == (2, 3)
    assert [(line["line"], line["id"], line["reason"]) for line in lines_of(aws, KEYS.refused)] == [
        (2, "", "It is not valid JSON."),
        (5, "x", "Its id is that of line 4."),
        (6, "y", "It has no answer_b."),
    ]


def test_what_json_names_and_utf_8_cannot_write_is_refused_by_its_line(function: Function, aws: World) -> None:
    half = json.dumps(CASE | {"id": "half \ud800", "document": "lost \ud800"})
    put(aws, CASE, half, '{"document": ' + "[" * 5000)
    assert (function(EVENT)["cases"], len(lines_of(aws, KEYS.refused))) == (1, 2)
    assert {line["reason"] for line in lines_of(aws, KEYS.refused)} == {"It is not valid JSON."}


def test_text_that_is_not_utf_8_is_refused_by_its_line(function: Function, aws: World) -> None:
    content = json.dumps(CASE).encode() + b"\n" + '{"document": "Ärger"}'.encode("latin-1")
    aws.put(EVENT["source"]["key"], content, bucket=SOURCE_BUCKET)
    assert function(EVENT)["refused"] == 1
    assert lines_of(aws, KEYS.refused) == [{"line": 2, "id": "", "reason": "It is not UTF-8."}]


@pytest.mark.parametrize("lines", [[], ["{"], [{"run": {"techniques": ["poll"]}}, CASE], [{"run": {}}]])
def test_a_file_without_a_case_or_with_an_impossible_run_is_refused(
    function: Function, aws: World, lines: list[Any]
) -> None:
    put(aws, *lines)
    with pytest.raises(InvalidRunError):
        function(EVENT)


def test_a_run_over_its_budget_is_refused_before_anything_is_spent(function: Function, aws: World) -> None:
    put(aws, {"run": {"budget": 0.0001}}, CASE)
    with pytest.raises(OverBudgetError, match=r"up to \$"):
        function(EVENT)


def test_a_budget_cannot_be_kept_where_a_price_is_not_known(function: Function, aws: World) -> None:
    put(aws, {"run": {"budget": 5, "judge": "example.unknown-v1:0"}}, CASE)
    with pytest.raises(OverBudgetError, match="not known"):
        function(EVENT)
