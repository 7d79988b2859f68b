"""A file's whole way to verdicts and a report, by all four techniques, through an interruption and a new version."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from docent.debate_runs import RunRow
from docent.derived_keys import DebateKeys
from docent.documents import document_id_of
from tests.support.stack import Stack
from tests.support.waiting import wait_until

# An interview in our own words, after the example that an article about this method shows.
GM = {
    "id": "gm",
    "document": "Anchor: General Motors has told us how bad its year was. What does it look like, Ali?\n"
    "Reporter: It is grim. The company lost $10.6 billion in 2005. That is its largest loss since 1992.\n"
    "Anchor: What has it in mind to do about it?\n"
    "Reporter: It has offered buyouts to its workers. Delphi, which makes parts for it, takes part in the offer.\n"
    "Anchor: And the workers?\n"
    "Reporter: The union says that each of them may choose. Nobody has to go.",
    "answer_a": "General Motors lost $10.6 billion in 2005, and it has offered its workers buyouts.",
    "answer_b": "General Motors lost $10 billion in 2005, and it has offered its workers buyouts.",
    "label": "A",
    "error_types": ["meaning shift"],
}
MIRRORED = {**GM, "id": "gm-mirrored", "answer_a": GM["answer_b"], "answer_b": GM["answer_a"], "label": "B"}
ENDED = ("JUDGED", "STOPPED", "FAILED")
# Naive and expert six each, consultancy 18, debate 24: three rounds, three votes in each position.
CALLS = 54


class Run:
    def __init__(self, stack: Stack, name: str) -> None:
        self.stack = stack
        self.key = f"debates/{name}.jsonl"
        self.id = document_id_of(stack.library.bucket, self.key)

    def put(self, *lines: Mapping[str, Any] | str) -> None:
        texts = (each if isinstance(each, str) else json.dumps(each) for each in lines)
        self.stack.put(self.key, "\n".join(texts).encode())

    @property
    def row(self) -> RunRow | None:
        table = self.stack.target.outputs["DebatesTableName"]
        found = self.stack.target.dynamodb.get_item(
            TableName=table, Key={"run_id": {"S": self.id}}, ConsistentRead=True
        )
        return RunRow.from_item(found["Item"]) if "Item" in found else None

    def ended(self, after: str = "") -> RunRow:
        wait_until(lambda: (row := self.row) and row.generation > after and row.status in ENDED, 600)
        assert self.row
        return self.row

    def resume(self) -> RunRow:
        assert self.row
        step_functions = self.stack.target.step_functions
        before = self.row.values["execution_arn"]
        event = json.loads(step_functions.describe_execution(executionArn=before)["input"])
        arn = self.stack.start(self.stack.target.outputs["RunDebatesArn"], event | {"resumes": True})
        assert self.stack.ended(arn, 600)["status"] == "SUCCEEDED"
        return self.ended()

    @property
    def keys(self) -> DebateKeys:
        assert self.row
        return DebateKeys(self.id, self.row.generation)

    def kept(self) -> list[str]:
        """What was paid for."""
        pages = self.stack.target.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.stack.library.derived, Prefix=f"{self.keys.prefix}units/"
        )
        names = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return [name for name in names if not name.endswith(("judgement.json", ".asked"))]

    def read(self, key: str) -> bytes:
        return self.stack.target.s3.get_object(Bucket=self.stack.library.derived, Key=key)["Body"].read()

    @property
    def verdicts(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.read(self.keys.verdicts).splitlines()]

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.read(self.keys.report))


@pytest.fixture
def run(stack: Stack, request: pytest.FixtureRequest) -> Run:
    return Run(stack, hashlib.sha256(request.node.name.encode()).hexdigest()[:12])


def test_a_file_is_judged_by_all_four_techniques(stack: Stack, run: Run) -> None:
    run.put(GM, "{a broken line", MIRRORED)
    row = run.ended()
    assert row.status == "JUDGED", row.values.get("error")
    verdicts = {(each["case"], each["technique"]): each for each in run.verdicts}
    assert len(verdicts) == 8
    for case, label in (("gm", "A"), ("gm-mirrored", "B")):
        for technique in ("expert", "debate"):
            found = verdicts[case, technique]
            assert (found["verdict"], found["flipped"], found["confidence"]) == (label, 0, 1.0), found
        evidence = [quote["text"] for quote in verdicts[case, "debate"]["evidence"]]
        assert any("$10.6 billion" in quote for quote in evidence)
    report = run.report
    assert [(each["line"], each["reason"]) for each in report["refused"]] == [(2, "It is not valid JSON.")]
    assert stack.calls()["bedrock-runtime.Converse"] == 2 * CALLS
    assert run.read(run.keys.report_page).startswith(b"<!doctype html>")


def test_a_run_that_is_killed_in_round_two_goes_on_and_pays_for_nothing_twice(stack: Stack, run: Run) -> None:
    # Two rounds of a consultancy for each answer and of a debate wait, so that there is time to stop the run.
    stack.faults("docent-run-debates*.WriteArgument=delay:15*8")
    run.put(GM)
    wait_until(lambda: run.row and any("round-2-" in key for key in run.kept()), 600)
    assert run.row
    stack.target.step_functions.stop_execution(executionArn=run.row.values["execution_arn"])
    assert run.ended().values["error"]["name"] == "ProcessingAbortedError"

    def paid() -> int:
        return stack.calls()["bedrock-runtime.Converse"]

    # Functions that have begun go on meanwhile.
    assert paid() < CALLS
    row = run.resume()
    assert row.status == "JUDGED", row.values.get("error")
    assert (paid(), len(run.kept())) == (CALLS, CALLS)
    assert {each["outcome"] for each in run.verdicts} <= {"decided", "undecided"}


def test_an_event_twice_does_nothing_and_a_new_version_tells_what_changed(stack: Stack, run: Run) -> None:
    quick = {"run": {"techniques": ["expert", "naive"], "votes": 1}}
    run.put(quick, GM)
    first = run.ended()
    step_functions = stack.target.step_functions
    event = json.loads(step_functions.describe_execution(executionArn=first.values["execution_arn"])["input"])
    again = stack.ended(stack.start(stack.target.outputs["RunDebatesArn"], event))
    assert (again["status"], run.row) == ("SUCCEEDED", first)
    run.put(quick, GM, MIRRORED)
    second = run.ended(first.generation)
    assert second.status == "JUDGED", second.values.get("error")
    assert (run.report["changed"], len(run.verdicts)) == ({"compared": 2, "changed": 0}, 4)


def test_a_run_over_its_budget_spends_nothing(stack: Stack, run: Run) -> None:
    run.put({"run": {"budget": 0.0001}}, GM)
    row = run.ended()
    assert (row.status, row.values["error"]["name"]) == ("FAILED", "OverBudgetError")
    assert "bedrock-runtime.Converse" not in stack.calls()
