"""Tasks as those who take part in them see them."""

from decimal import Decimal

from docent.callers import Caller
from tests.support.api_calls import ERIKA, FOREVER, MARY, OTTO, asked, call
from tests.support.aws import LABELING_TABLE, World
from tests.support.functions import Function
from tests.support.label_tasks import TASK_ID, put_export, put_label_item, put_task
from tests.support.project import sample_event

LIST, ONE = sample_event("show_tasks.list.json"), sample_event("show_tasks.one.json")
NINA = Caller("11111111-2222-4333-8444-555555555555", "nina@example.com", ("energy",), FOREVER)


def test_a_task_is_listed_with_the_roles_that_the_caller_has(function: Function, aws: World) -> None:
    put_task(aws)
    for number, status in enumerate(("OPEN", "OPEN", "DONE", "REVIEW", "FAILED"), 1):
        put_label_item(aws, number, status)
    roles = {MARY: ["owner", "annotator"], ERIKA: ["reviewer", "annotator"], NINA: ["annotator"]}
    for caller, held in roles.items():
        (task,) = call(function, asked(LIST, caller))[1]["tasks"]
        assert task["roles"] == held
        assert task["progress"] == {"items": 5, "open": 2, "review": 1, "done": 1, "failed": 1}
    assert call(function, asked(LIST, OTTO))[1] == {"tasks": []}
    assert call(function, asked(ONE, OTTO))[0] == 404


def test_a_task_is_done_when_nothing_is_open(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, status="DONE")
    assert call(function, ONE)[1]["status"] == "DONE"


def test_lines_that_are_wrong_are_named(function: Function, aws: World) -> None:
    problems = [{"line": 3, "reason": "It is empty."}]
    put_task(aws, "REFUSED", problems=problems, problem_count=1, lines=7)
    task = call(function, ONE)[1]
    assert (task["problems"], task["problem_count"], task["lines"]) == (problems, 1, 7)


def test_reviewers_see_how_good_answers_are_and_annotators_do_not(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, 2, "FAILED", failure="The file has no audio track.")
    known = {"known_items": 1, "known_matched": 1, "known_found": 2, "known_wanted": 4}
    agreements = {"agreement_sum": Decimal("0.6"), "agreement_items": 1}
    for caller, counts in ((NINA, known | agreements), (OTTO, {"agreement_sum": Decimal("-0.1")})):
        tally = {"annotator": caller.user, "answers": 1, **counts}
        aws.put_item(LABELING_TABLE, task_id=TASK_ID, item=f"tally#{caller.subject}", **tally)
    task = call(function, asked(ONE, ERIKA))[1]
    assert task["agreement"] == 0.5
    assert task["failures"] == [{"line": 2, "reason": "The file has no audio track."}]
    annotator, other = task["annotators"]
    assert (other["annotator"], other["answers"], "precision" in other) == (OTTO.user, 1, False)
    assert annotator == {
        "annotator": "nina@example.com",
        "answers": 1,
        "accepted": 0,
        "rejected": 0,
        "known_items": 1,
        "precision": 0.5,
        "recall": 0.25,
    }
    assert not {"annotators", "agreement", "failures", "export"} & set(call(function, asked(ONE, NINA))[1])


def test_an_annotator_does_not_see_which_items_have_a_known_answer(function: Function, aws: World) -> None:
    put_task(aws, options={"known_answer": "gold"})
    assert set(call(function, asked(ONE, NINA))[1]["options"]) == {"claim_seconds", "answers", "review"}


def test_an_export_has_links(function: Function, aws: World) -> None:
    put_task(aws)
    put_export(aws, "EXPORTED", counts={"items": 1}, missing=[], archives=2)
    export = call(function, ONE)[1]["export"]
    assert (export["status"], set(export["links"])) == ("EXPORTED", {"output.manifest", "labels.zip", "labels-2.zip"})
    assert TASK_ID in export["links"]["labels.zip"]


def test_an_export_that_failed_tells_why_and_one_that_is_written_nothing_of_the_one_before(
    function: Function, aws: World
) -> None:
    put_task(aws)
    error = {"name": "ProcessingAbortedError", "message": "Somebody stopped it. Start it again."}
    put_export(aws, "FAILED", counts={"items": 1}, missing=[], archives=1, error=error)
    assert call(function, ONE)[1]["export"] == {"status": "FAILED", "error": error, "links": {}}
    put_export(aws, "EXPORTING", counts={"items": 1}, missing=[], archives=1)
    assert call(function, ONE)[1]["export"] == {"status": "EXPORTING", "links": {}}
