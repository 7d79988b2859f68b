"""How much longer many questions take than one: nine in one call, and 400 by the Distributed Map; and the memory that
the questions of a workbook take.

The model takes one second for every call (a delay of the local engine), so what is measured is what Docent adds.
"""

import csv
import json
import math
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.questionnaire_memory import peaks

PORT = 4580
MODEL_SECONDS = 1.0
CONCURRENCY = 10  # AnswerConcurrency's default
OPERATIONS = ("Converse", "ConverseStream")


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    count = 40 if quick else 400
    with deployed() as target:
        from cli.session import Session

        session = Session(target)
        slow_model(target, MODEL_SECONDS)
        questions = [f"Who keeps room {number} of the castle?" for number in range(9)]
        _call(target, session, questions)  # workers start
        one = min(_call(target, session, questions[:1]) for _ in range(3))
        nine = min(_call(target, session, questions) for _ in range(3))
        in_turn = sum(_call(target, session, [question]) for question in questions)
        seconds, calls = _file(target, session, count)
        # A question may need more than one call.
        least = math.ceil(calls / CONCURRENCY) * MODEL_SECONDS
        return {
            "one_s": one,
            "nine_s": nine,
            "in_turn_s": in_turn,
            "nine_ratio": nine / one,
            "questions": count,
            "calls": calls,
            "map_s": seconds,
            "least_s": least,
            "map_ratio": seconds / least,
            "memory_mb": peaks(),
        }


def table(figures: dict[str, Any]) -> str:
    return "\n".join(
        [
            "| with a model that takes one second a call | seconds | ratio | at most |",
            "|---|---|---|---|",
            f"| one question | {figures['one_s']:.2f} | | |",
            f"| nine in one call | {figures['nine_s']:.2f} | {figures['nine_ratio']:.2f} of one | 1.3 |",
            f"| nine one after another | {figures['in_turn_s']:.2f} | | |",
            f"| {figures['questions']} of a file ({figures['calls']} calls, {CONCURRENCY} at a time) "
            f"| {figures['map_s']:.1f} | {figures['map_ratio']:.2f} of {figures['least_s']:.0f} s | 1.25 |",
            "",
            "| questions of a workbook | most memory to find them | to fill it in |",
            "|---|---|---|",
            *(
                f"| {int(count):,} | {peak['find_questions']:.0f} MB | {peak['fill_in_file']:.0f} MB |"
                for count, peak in figures["memory_mb"].items()
            ),
        ]
    )


@contextmanager
def deployed() -> Iterator[Any]:
    from cli import machine, people
    from cli.target import Target
    from local.settings import LocalSettings

    with tempfile.TemporaryDirectory() as home:
        settings = LocalSettings(Path(home), port=PORT, faults="", llm_url=None, wait_scale="1")
        os.environ["DOCENT_PORT"] = str(PORT)
        try:
            machine.start(settings, lambda _: None)
            machine.deploy(settings, lambda _: None)
            target = Target(local=settings)
            people.sign_in_locally(target, lambda _: None)
            yield target
        finally:
            machine.stop(settings, lambda _: None)
            del os.environ["DOCENT_PORT"]


def slow_model(target: Any, seconds: float) -> None:
    rules = ",".join(f"bedrock-runtime.{each}=delay:{seconds}" for each in OPERATIONS)
    assert httpx.put(f"{target.local.url}/_docent/faults", content=rules).status_code == 200


def model_calls(target: Any) -> int:
    counted = httpx.get(f"{target.local.url}/_docent/faults").json()["calls"]
    return sum(counted.get(f"bedrock-runtime.{each}", 0) for each in OPERATIONS)


def _call(target: Any, session: Any, questions: list[str]) -> float:
    before = time.perf_counter()
    reply = httpx.post(
        target.outputs["ApiUrl"] + "/questionnaires/answers",
        json={"questions": questions, "description": "Mary Orrery keeps all rooms of the castle."},
        headers={"Authorization": f"Bearer {session.token()}"},
        timeout=60,
    )
    assert reply.status_code == 200, reply.text
    return time.perf_counter() - before


def _file(target: Any, session: Any, count: int) -> tuple[float, int]:
    """The seconds of the Map Run, and the calls of the model."""
    from cli.questionnaires import Questionnaires

    api = Questionnaires(session)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rooms.csv"
        description = "Mary Orrery keeps all rooms of the castle."
        with file.open("w", newline="") as written:
            rows = [["Question", "Answer"], *([f"Who keeps room {number}?", ""] for number in range(count))]
            csv.writer(written).writerows(rows)
        own_id = api.upload(file, {"description": description})
        api.wait(own_id, ("FOUND",))
    before = model_calls(target)
    api.start(own_id)
    answered = api.wait(own_id, ("ANSWERED",))
    assert answered["counts"]["answered"] + answered["counts"]["unanswered"] == count, json.dumps(answered)
    step_functions = target.step_functions
    machine = target.outputs["AnswerQuestionnaireArn"]
    newest = step_functions.list_executions(stateMachineArn=machine)["executions"][0]["executionArn"]
    (run,) = step_functions.list_map_runs(executionArn=newest)["mapRuns"]
    return (run["stopDate"] - run["startDate"]).total_seconds(), model_calls(target) - before
