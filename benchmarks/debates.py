"""Calls and tokens of a case by each technique, against the least that it needs, and how long many debates take.

The least tokens are those of what a model has to read: the document where it reads one, the answers, the question, and
the arguments until then. What is more are the prompts' own words. The model takes one second for every call (a delay of
the local engine), so what is measured is what Docent adds.
"""

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.questionnaires import deployed, model_calls, slow_model

MODEL_SECONDS = 1.0
CONCURRENCY = 10  # DebateConcurrency's default
ROUNDS = VOTES = 3
POSITIONS = 2
# The protocol's own: votes in both positions, and for consultancy and debate two assignments with their arguments.
LEAST_CALLS = {"naive": 6, "expert": 6, "consultancy": 18, "debate": 24}


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    from cli.debates import Debates
    from cli.session import Session

    cases = [json.loads(line) for line in (samples / "debates/cases.jsonl").read_text("utf-8").splitlines()]
    with deployed() as target:
        debates = Debates(Session(target))
        spent = _spent(debates, cases[: 6 if quick else 36])
        slow_model(target, MODEL_SECONDS)
        count = 20 if quick else 100
        many = [case | {"id": f"{number}"} for number, case in zip(range(count), cases * 3, strict=False)]
        before = model_calls(target)
        run_id = _judged(debates, many, {"techniques": ["debate"]})
        calls = model_calls(target) - before
        seconds = _map_seconds(target, run_id)
    units = POSITIONS * count
    return {
        "techniques": spent,
        "cases": count,
        "calls": calls,
        "map_s": seconds,
        "least_s": calls * MODEL_SECONDS / CONCURRENCY,
        # Rounds wait for one another, and votes for the last of them.
        "steps_s": units * (ROUNDS + 1) * MODEL_SECONDS / CONCURRENCY,
    }


def table(figures: dict[str, Any]) -> str:
    least, steps = figures["least_s"], figures["steps_s"]
    return "\n".join(
        [
            "| technique | calls a case | of the least | input tokens a case | of the least | output tokens a case |",
            "|---|---|---|---|---|---|",
            *(
                f"| {name} | {each['calls']:.1f} | {each['calls'] / LEAST_CALLS[name]:.2f}× | {each['input']:,.0f} "
                f"| {each['input'] / each['least_input']:.2f}× | {each['output']:,.0f} |"
                for name, each in figures["techniques"].items()
            ),
            "",
            f"{figures['cases']} cases by debate, with a model that takes one second a call and {CONCURRENCY} debates "
            f"at a time: {figures['map_s']:.0f} s for {figures['calls']:,} calls, {figures['map_s'] / least:.2f}× of "
            f"calls × time ÷ concurrency ({least:.0f} s; at most 1.25×). Within a debate both debaters and all votes "
            f"are called at once; of what has to wait for one another ({steps:.0f} s) it is "
            f"{figures['map_s'] / steps:.2f}×.",
        ]
    )


def _spent(debates: Any, cases: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    run_id = _judged(debates, cases, {"techniques": list(LEAST_CALLS)})
    spent: dict[str, Counter[str]] = {name: Counter() for name in LEAST_CALLS}
    for verdict in debates.verdicts(run_id):
        for tokens in verdict["tokens"].values():
            spent[verdict["technique"]] += Counter(tokens)
    for number in range(1, len(cases) + 1):
        case = debates.case(run_id, number)
        for each in case["techniques"]:
            spent[each["technique"]]["least_input"] += _least_input(case, each)
    return {name: {what: count / len(cases) for what, count in each.items()} for name, each in spent.items()}


def _least_input(case: dict[str, Any], technique: dict[str, Any]) -> int:
    document = _tokens(case["document"])
    answers = _tokens(case["question"] + case["answer_a"] + case["answer_b"])
    votes, total = VOTES * POSITIONS, 0
    for unit in technique["units"]:
        said = [(each["round"], _tokens(each["text"])) for each in unit["said"]]
        for round, _ in said:
            total += document + answers + sum(tokens for earlier, tokens in said if earlier < round)
        read = document if technique["technique"] == "expert" else 0
        total += votes * (answers + read + sum(tokens for _, tokens in said))
    return total


def _tokens(text: str) -> int:
    from local.bedrock.conversation import tokens_of

    return tokens_of(text)


def _judged(debates: Any, cases: list[dict[str, Any]], options: dict[str, Any]) -> str:
    from cli.debates import case_file

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{len(cases)}-cases.jsonl"
        file.write_text("\n".join(map(json.dumps, cases)), "utf-8")
        run_id, before = debates.start(case_file(file, options | {"rounds": ROUNDS, "votes": VOTES}))
    judged = debates.wait(run_id, before)
    assert judged["status"] == "JUDGED", judged
    return run_id


def _map_seconds(target: Any, run_id: str) -> float:
    row = target.dynamodb.get_item(TableName=target.outputs["DebatesTableName"], Key={"run_id": {"S": run_id}})["Item"]
    (of_map,) = target.step_functions.list_map_runs(executionArn=row["execution_arn"]["S"])["mapRuns"]
    return (of_map["stopDate"] - of_map["startDate"]).total_seconds()
