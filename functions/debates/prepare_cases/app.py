"""Read a file of cases and write what is to be done with each. Called by run_debates.

in   {"run": {"run_id", "generation"}, "source": {bucket, key, version_id}}
out  {"units": {bucket, key}, "unit_count": n, "cases": n, "refused": n, "plan": {...}, "most": dollars or null}
     and in the derived bucket one object for each case, units.jsonl, and refused.jsonl, which has the number of each
     line that is no case, and why

Lines that are no case do not stop the others. Raises InvalidRunError if the first line asks for a run that is not
possible or if there is no case at all, and OverBudgetError if the run can cost more than its budget.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import batched
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from debating.case_files import Refused, read_cases, read_run
from debating.cases import Case
from debating.plans import Plan, Usage, estimate, units_of
from debating.unit_tasks import UnitTask
from docent.clients import s3
from docent.debate_runs import options_in
from docent.derived_keys import DebateKeys
from docent.documents import ObjectPointer
from docent.errors.debates import InvalidRunError
from docent.objects import read_lines, read_metadata, upload, write_json
from docent.settings import read_settings
from prepare_cases.budgets import check_budget

logger = Logger()
tracer = Tracer()
metrics = Metrics()

AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    debater_a_model_id: str
    debater_b_model_id: str
    judge_model_id: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def planned(lines: Iterator[bytes], options: Mapping[str, Any]) -> tuple[Plan, Iterator[tuple[int, bytes]]]:
    """The plan, and the numbered lines of cases.

    What the owner of a run asked for counts before the file's first line, and the deployment's models come last.
    """
    plan, rest = read_run(lines)
    plan = Plan.from_json({**plan.to_json(), **options})
    own = settings()
    return (
        replace(
            plan,
            debater_a=plan.debater_a or own.debater_a_model_id,
            debater_b=plan.debater_b or own.debater_b_model_id,
            judge=plan.judge or own.judge_model_id,
        ),
        rest,
    )


def prepare(keys: DebateKeys, source: ObjectPointer) -> dict[str, Any]:
    bucket = settings().derived_bucket
    plan, lines = planned(read_lines(source), options_in(read_metadata(source)))
    units = list(units_of(plan))
    usage, cases, refused = Usage.none(), 0, 0
    s3()  # before threads ask for it
    with (
        tempfile.NamedTemporaryFile() as tasks,
        tempfile.NamedTemporaryFile() as faults,
        ThreadPoolExecutor(AT_ONCE) as threads,
    ):

        def keep(numbered: tuple[int, Case]) -> None:
            number, case = numbered
            write_json(ObjectPointer(bucket, keys.case(number)), case.to_json())

        for some in batched(read_cases(lines), AT_ONCE * 4, strict=False):
            good = [(number, read) for number, read in some if isinstance(read, Case)]
            list(threads.map(keep, good))
            usage += estimate(plan, [case for _, case in good])
            cases += len(good)
            for number, _ in good:
                for unit in units:
                    task = UnitTask(number, keys.unit(number, unit.name), keys.case(number), unit, plan)
                    tasks.write(json.dumps(task.to_json()).encode() + b"\n")
            for number, read in some:
                if isinstance(read, Refused):
                    refused += 1
                    faults.write(json.dumps({"line": number, **read.to_json()}, ensure_ascii=False).encode() + b"\n")
        if not cases:
            raise InvalidRunError("The file has no case that can be debated.")
        most = usage.dollars
        check_budget(most, plan.budget)
        for file, key in ((tasks, keys.units), (faults, keys.refused)):
            file.flush()
            upload(file.name, ObjectPointer(bucket, key), "application/jsonl")
    logger.info("cases prepared", run_id=keys.run_id, cases=cases, refused=refused)
    metrics.add_metric("CasesPrepared", MetricUnit.Count, cases)
    return {
        "units": ObjectPointer(bucket, keys.units).to_json(),
        "unit_count": cases * len(units),
        "cases": cases,
        "refused": refused,
        "plan": plan.to_json(),
        "most": most,
    }


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    run, source = event["run"], event["source"]
    pointer = ObjectPointer(source["bucket"], source["key"], source.get("version_id"))
    return prepare(DebateKeys(run["run_id"], run["generation"]), pointer)
