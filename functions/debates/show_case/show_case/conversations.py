"""What was said and decided of one case until now, unit by unit."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from debating.cases import Technique
from debating.judgements import decide
from debating.plans import POSITIONS, Plan, units_of
from debating.unit_tasks import Judgement, UnitTask, read_judgement
from docent.clients import s3
from docent.debate_runs import RunRow
from docent.derived_keys import DebateKeys


def conversation_of(bucket: str, row: RunRow, number: int) -> dict[str, Any]:
    """`CaseDetails` of openapi.yaml. Raises MissingDocumentError if the run has no such case."""
    keys, plan = DebateKeys(row.run_id, row.generation), Plan.from_json(row.values["prepared"]["plan"])
    tasks = [UnitTask(number, keys.unit(number, unit.name), keys.case(number), unit, plan) for unit in units_of(plan)]
    case = tasks[0].read_case(bucket)
    s3()  # before threads ask for it
    with ThreadPoolExecutor(len(tasks)) as threads:
        units = list(zip(tasks, threads.map(lambda task: _read(bucket, task), tasks), strict=True))
    return {
        "number": number,
        **{name: value for name, value in case.to_json().items() if value is not None},
        "techniques": [_technique(technique, plan, units) for technique in plan.techniques],
    }


def _read(bucket: str, task: UnitTask) -> tuple[Judgement, bool]:
    """With whether it has ended."""
    if judgement := read_judgement(bucket, task):
        return judgement, True
    said = task.read_said(bucket, task.plan.rounds if task.unit.speakers else 0)
    return Judgement(tuple(said), tuple(task.read_votes(bucket).values())), False


def _technique(
    technique: Technique, plan: Plan, units: Sequence[tuple[UnitTask, tuple[Judgement, bool]]]
) -> dict[str, Any]:
    own = [(task, judgement, ended) for task, (judgement, ended) in units if task.technique == technique]
    told: dict[str, Any] = {"technique": technique, "units": [_unit(task, judgement) for task, judgement, _ in own]}
    if not all(ended for _, _, ended in own):
        return told
    votes = [each.vote for task, judgement, _ in own for each in judgement.votes if each.vote.after == _last(task)]
    decision = decide(votes, plan.planned_votes * len(POSITIONS) * len(own))
    failed = next((judgement.failed["message"] for _, judgement, _ in own if judgement.failed), None)
    reason = {} if decision.side else {"reason": failed or decision.reason}
    return told | {"verdict": {"side": decision.side, "votes": dict(decision.votes), **reason}}


def _unit(task: UnitTask, judgement: Judgement) -> dict[str, Any]:
    return {
        "name": task.unit.name,
        "speakers": [each.to_json() for each in task.unit.speakers],
        "said": [{**each.argument.to_json(), "model_id": each.model_id} for each in judgement.said if each.argument],
        "votes": [
            {**each.vote.to_json(), "reasoning": each.reasoning, "model_id": each.model_id}
            for each in judgement.votes
            if each.vote.after == _last(task)
        ],
    }


def _last(task: UnitTask) -> int:
    return task.plan.rounds if task.unit.speakers else 0
