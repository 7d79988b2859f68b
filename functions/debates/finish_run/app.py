"""Write verdicts.jsonl, report.json and report.html of a run. Called by run_debates, last.

in   {"run": {"run_id", "generation"}, "prepared": what prepare_cases returned, "began": time,
      "previous"?: {bucket, key} of the verdicts of an earlier run of the same file}
     and in the derived bucket units.jsonl, refused.jsonl and what each unit left
out  {"verdicts": pointer, "report": pointer, "report_page": pointer, "outcomes": {...}, "cost": dollars or null}

Raises FailedRunError if not one case could be judged, with the reason of the first.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from debating.cases import Technique
from debating.plans import Plan, units_of
from debating.unit_tasks import Judgement, UnitTask, read_judgement
from docent.clients import s3
from docent.clock import now_text
from docent.derived_keys import DebateKeys
from docent.documents import ObjectPointer
from docent.errors.debates import FailedRunError
from docent.objects import read_lines, upload, write_bytes, write_json
from docent.settings import read_settings
from finish_run.case_verdicts import CaseVerdict
from finish_run.changed_verdicts import changes_since
from finish_run.costs import cost_of, sum_of
from finish_run.report_page import page_of, shown_debate
from finish_run.technique_measures import TechniqueMeasures, compared

logger = Logger()
tracer = Tracer()
metrics = Metrics()

AT_ONCE = 16
# A page with more of them is slow to open. All are in verdicts.jsonl.
SHOWN_CASES = 100


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def verdicts_of(keys: DebateKeys, plan: Plan) -> Iterator[list[CaseVerdict]]:
    """Those of one case, by technique, case after case."""
    bucket = settings().derived_bucket
    tasks = (UnitTask.from_json(json.loads(line)) for line in read_lines(ObjectPointer(bucket, keys.units)))
    planned: Counter[Technique] = Counter(unit.technique for unit in units_of(plan))
    s3()  # before threads ask for it

    def read(task: UnitTask) -> tuple[UnitTask, Judgement | None]:
        return task, read_judgement(bucket, task)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _, of_case in groupby(tasks, key=lambda task: task.number):
            units = list(of_case)
            case = units[0].read_case(bucket)
            ended = [(task, judgement) for task, judgement in threads.map(read, units) if judgement]
            yield [
                CaseVerdict(case, technique, plan.planned_votes, count, [
                    (task, judgement) for task, judgement in ended if task.technique == technique
                ])
                for technique, count in planned.items()
            ]  # fmt: skip


def finish(keys: DebateKeys, prepared: Mapping[str, Any], began: str, previous: ObjectPointer | None) -> dict[str, Any]:
    bucket, plan = settings().derived_bucket, Plan.from_json(prepared["plan"])
    measures = {technique: TechniqueMeasures(technique) for technique in plan.techniques}
    debates: list[dict[str, Any]] = []
    failed: Mapping[str, str] | None = None
    with tempfile.NamedTemporaryFile() as file:
        for verdicts in verdicts_of(keys, plan):
            for verdict in verdicts:
                measures[verdict.technique].add(verdict)
                file.write(json.dumps(verdict.to_json(), ensure_ascii=False).encode() + b"\n")
                failed = failed or verdict.failed
            if len(debates) < SHOWN_CASES:
                debates.append(shown_debate(verdicts))
        file.flush()
        outcomes = sum((each.outcomes for each in measures.values()), Counter[str]())
        if failed and not outcomes.keys() - {"failed"}:
            raise FailedRunError(f"No case could be judged. {failed['message']}")
        changed = changes_since(previous, file.name) if previous else None
        upload(file.name, ObjectPointer(bucket, keys.verdicts), "application/jsonl")
    cost = cost_of(sum_of(each.tokens for each in measures.values()))
    report = {
        "run_id": keys.run_id,
        "began_at": began,
        "finished_at": now_text(),
        "plan": prepared["plan"],
        "cases": prepared["cases"],
        "refused": [json.loads(line) for line in read_lines(ObjectPointer(bucket, keys.refused))],
        "techniques": [each.to_json() for each in measures.values()],
        "compared": list(compared(list(measures.values()))),
        "changed": changed,
        "cost": cost,
    }
    write_bytes(ObjectPointer(bucket, keys.report_page), page_of(report, debates).encode(), "text/html; charset=utf-8")
    write_json(ObjectPointer(bucket, keys.report), report)
    logger.info("run finished", run_id=keys.run_id, outcomes=dict(outcomes))
    for outcome, count in outcomes.items():
        metrics.add_metric(f"Verdicts{outcome.title().replace('_', '')}", MetricUnit.Count, count)
    return {
        "verdicts": ObjectPointer(bucket, keys.verdicts).to_json(),
        "report": ObjectPointer(bucket, keys.report).to_json(),
        "report_page": ObjectPointer(bucket, keys.report_page).to_json(),
        "outcomes": dict(outcomes),
        "cost": cost["total"],
    }


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    run, previous = event["run"], event.get("previous")
    earlier = ObjectPointer(previous["bucket"], previous["key"]) if previous else None
    return finish(DebateKeys(run["run_id"], run["generation"]), event["prepared"], event["began"], earlier)
