"""`docent debate` without a deployment: what a file of cases becomes, labels, and TofuEval's files."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.debates import case_file, labels_of
from cli.target import CommandError
from cli.tofueval import tofueval_cases
from debating.case_files import read_cases, read_run
from tests.support.project import ROOT

SAMPLES = ROOT / "samples" / "debates" / "cases.jsonl"


def test_the_first_line_of_what_is_put_tells_what_the_command_asks_for() -> None:
    file = case_file(SAMPLES, {"techniques": ["debate"], "votes": 1, "judge": None})
    plan, lines = read_run(iter(file.body.splitlines()))
    assert (plan, plan.techniques, plan.votes) == (file.plan, ("debate",), 1)
    assert [case for _, case in read_cases(lines)] == file.cases


def test_a_command_adds_to_what_the_file_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    first = json.dumps({"run": {"rounds": 2, "votes": 5}})
    path.write_text(f"{first}\n{SAMPLES.read_text('utf-8')}no case\n", "utf-8")
    file = case_file(path, {"votes": 1})
    assert (file.plan.rounds, file.plan.votes, len(file.cases)) == (2, 1, 36)
    assert [number for number, _ in file.refused] == [38]


@pytest.mark.parametrize(("body", "changes", "why"), [
    ("", {}, "no case"),
    ("{}", {}, "no case"),
    ('{"run": {}}', {"techniques": ["guess"]}, "Techniques must be"),
])  # fmt: skip
def test_a_file_that_cannot_be_run_is_refused(tmp_path: Path, body: str, changes: dict[str, Any], why: str) -> None:
    (tmp_path / "cases.jsonl").write_text(body)
    with pytest.raises(CommandError, match=why):
        case_file(tmp_path / "cases.jsonl", changes)


def verdict(case: str, side: str | None, flipped: int = 0, technique: str = "debate") -> dict[str, Any]:
    return {
        "case": case, "document_hash": "d", "technique": technique, "outcome": "decided" if side else "undecided",
        "reason": "" if side else "tie", "verdict": side, "votes": {}, "confidence": 0.75, "flipped": flipped,
        "evidence": [], "models": {},
    }  # fmt: skip


def test_labels_have_a_confidence_and_undecided_cases_are_apart() -> None:
    found = [verdict("1", "A"), verdict("2", "B", flipped=1), verdict("3", None), verdict("4", "A", technique="naive")]
    labelled, undecided = labels_of(iter(found), "debate")
    assert [(each["case"], each["label"], each["confidence"]) for each in labelled] == [
        ("1", "A", 0.75),
        ("2", "B", 0.375),
    ]
    assert undecided == [{"case": "3", "outcome": "undecided", "reason": "tie"}]


def test_a_right_and_a_wrong_summary_of_tofueval_make_a_case(tmp_path: Path) -> None:
    annotations, documents = tmp_path / "eval.csv", tmp_path / "documents.csv"
    annotations.write_text(
        "doc_id,annotation_id,topic,model_name,sent_idx,summ_sent,sent_label,exp,type\n"
        "T-1,1,Bridges,one,2,It opens in May.,yes,,\n"
        "T-1,1,Bridges,one,1,The bridge is closed.,yes,,\n"
        "T-1,1,Bridges,two,1,The bridge is open.,no,It is closed.,Contradiction\n"
        "T-1,2,Roads,one,1,There are two.,yes,,\n"
        "T-2,1,Ships,one,1,It sank.,yes,,\n"
        "T-2,1,Ships,two,1,It swam.,no,,Contradiction\n"
    )
    documents.write_text('doc_id,source\nT-1,"Ann: The bridge is closed until May.\nBob: Oh."\n')
    (case,) = tofueval_cases(annotations, documents)
    right, wrong = case["answer_a"], case["answer_b"]
    if case["label"] == "B":
        right, wrong = wrong, right
    assert (right, wrong) == ("The bridge is closed. It opens in May.", "The bridge is open.")
    assert case["error_types"] == ["Contradiction"]
    assert "Bridges" in case["question"]
