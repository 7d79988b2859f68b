"""Runs many cases of workflows at once, each with a fault at one of its tasks, and then has them healed.

A module of faults is a table of cases, what starts one, what heals one, and what is then to be seen. The tasks are read
from the definitions, so a new one is tested without being named. Each test looks at what became of its case.
"""

import re
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.project import MACHINES, definition, every_state
from tests.support.stack import Stack
from tests.support.task_faults import KINDS, STOPPED
from tests.support.waiting import wait_until


@dataclass
class FaultCase:
    """The fault that one task of a workflow meets. `heals` tells whether retries are to heal it."""

    machine: str
    state: str
    kind: str
    actions: str
    heals: bool
    # What became of it.
    struck: int = 0
    stopped: bool = False

    @property
    def name(self) -> str:
        return f"{self.machine}/{self.state}/{re.sub(r'\W+', '-', self.kind)}"

    @property
    def about(self) -> str:
        """What the inputs of its executions hold, and of no other case. Children of a Map have their parent's."""
        raise NotImplementedError

    @property
    def rules(self) -> list[str]:
        return [f"docent-{self.machine}.{self.state}[{self.about}]={action}" for action in self.actions.split()]

    @property
    def more_rules(self) -> list[str]:
        """What else has to fail, so that this task is reached."""
        return []


def every_case[C: FaultCase](
    kind_of_case: type[C], machines: Collection[str], left_out: Collection[str] = ()
) -> list[C]:
    """One for each task of these workflows and each way in which it can fail."""
    cases: list[C] = []
    for path in MACHINES:
        machine = path.name.removesuffix(".asl.json").replace("_", "-")
        for name, state, _ in every_state(definition(path)) if machine in machines else ():
            resource = state.get("Resource") or state.get("ItemReader", {}).get("Resource")
            if resource and name not in left_out:
                healing, lasting = next(kinds for start, kinds in KINDS.items() if resource.startswith(start))
                cases += [
                    kind_of_case(machine, name, kind, actions, kind in healing)
                    for kind, actions in (healing | lasting).items()
                ]
    return cases


def asked_for[C: FaultCase](request: pytest.FixtureRequest) -> list[C]:
    """The cases that the session's tests of this module ask for."""
    items = [item for item in request.session.items if item.path == request.path]
    return [item.callspec.params["case"] for item in items if request.fixturename in item.fixturenames]


class FaultRuns[C: FaultCase]:
    """The first cases to start are those that wait longest between two tries."""

    def __init__(self, stack: Stack, cases: Sequence[C], machines: Collection[str], at_once: int = 10) -> None:
        self.cases = sorted(cases, key=lambda case: case.heals)
        self._stack, self._at_once = stack, at_once
        of_ingestion = stack.target.outputs["IngestDocumentArn"]
        self._machines = [of_ingestion.replace("ingest-document", name) for name in machines]
        self._inputs: dict[str, str] = {}

    def strike(self, start: Callable[[C], None], more_rules: Sequence[str] = ()) -> None:
        """Start all with their faults, and wait until they have ended. Then there are no more faults."""
        rules = [rule for case in self.cases for rule in (*case.rules, *case.more_rules)]
        self._stack.faults(",".join([*rules, *more_rules]))
        self.each(self.cases, start)
        struck = self._stack.struck()
        for case in self.cases:
            case.struck = sum(struck.get(rule, 0) > 0 for rule in case.rules)
        self._stack.faults("")

    def each(self, cases: Sequence[C], do: Callable[[C], None]) -> None:
        """Do it for each of them, for some at once, and wait until all that this starts has ended."""
        for case in cases:
            wait_until(lambda: self._running() < self._at_once, pause=0.4)
            do(case)
        self.quiet()

    def quiet(self) -> None:
        """Wait until nothing runs, and once more for what the ends of executions start."""
        wait_until(lambda: self._running() == 0, pause=0.4)
        time.sleep(1)
        wait_until(lambda: self._running() == 0, pause=0.4)

    def _running(self) -> int:
        running = [each for arn in self._machines for each in self._executions(arn)]
        to_stop = [case for case in self.cases if case.kind == STOPPED and not case.stopped]
        struck = self._stack.struck() if to_stop else {}
        for case in to_stop:
            if struck.get(case.rules[0]):
                case.stopped = any(self._stop(arn, case.about) for arn in running if f":docent-{case.machine}:" in arn)
        return len(running)

    def _executions(self, machine_arn: str) -> list[str]:
        reply = self._stack.target.step_functions.list_executions(stateMachineArn=machine_arn, statusFilter="RUNNING")
        return [each["executionArn"] for each in reply["executions"]]

    def _stop(self, execution_arn: str, about: str) -> bool:
        """Whether it is the one that is about this, and is stopped."""
        step_functions: Any = self._stack.target.step_functions
        if execution_arn not in self._inputs:
            described = step_functions.describe_execution(executionArn=execution_arn)
            self._inputs[execution_arn] = described["input"]
        if about not in self._inputs[execution_arn]:
            return False
        try:
            step_functions.stop_execution(executionArn=execution_arn)
        except step_functions.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            return False  # it has ended since it was listed
        return True
