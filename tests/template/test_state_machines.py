"""The wiring of the state machines, as data: what `sam validate` and `sam build` do not read."""

import re
from pathlib import Path
from typing import Any

import pytest

from docent.errors import every_error
from tests.support.project import MACHINES, ROOT, definition, every_state, folder_of, machines, targets

# Names that Step Functions, Lambda and the integrated services give their errors.
AWS_ERRORS = re.compile(r"^(States|Lambda|Runtime|Sandbox|DynamoDB|EventBridge|StepFunctions)\.[A-Za-z.]+$")
OURS = set(every_error())

# The functions of which the template's conditions choose one.
SYNC_INDEX = dict.fromkeys(
    ("SyncIndexFunction", "SyncFormerIndexFunction"), ("SyncKendraFunction", "SyncS3VectorsFunction")
)

by_machine = pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)


def resource_of(path: Path) -> tuple[str, dict]:
    return next((name, body) for name, body in machines().items() if body["DefinitionUri"].endswith(path.name))


@by_machine
def test_a_definition_is_valid_json_before_its_placeholders_are_filled(path: Path) -> None:
    assert definition(path)["StartAt"]


@by_machine
def test_placeholders_and_substitutions_are_the_same(path: Path) -> None:
    used = set(re.findall(r"\$\{(\w+)\}", path.read_text()))
    assert used == set(resource_of(path)[1]["DefinitionSubstitutions"])


@by_machine
def test_every_transition_leads_to_a_state_and_every_state_is_reached(path: Path) -> None:
    branches = {id(branch): branch for _, _, branch in every_state(definition(path))}
    for branch in branches.values():
        reached, front = set(), [branch["StartAt"]]
        while front:
            name = front.pop()
            assert name in branch["States"], f"{name} does not exist"
            if name not in reached:
                reached.add(name)
                front += targets(branch["States"][name])
        assert reached == set(branch["States"])


@by_machine
def test_errors_are_named_as_we_or_aws_name_them(path: Path) -> None:
    for name, state, _ in every_state(definition(path)):
        for rule in (*state.get("Retry", []), *state.get("Catch", [])):
            for error in rule["ErrorEquals"]:
                assert error in OURS or AWS_ERRORS.match(error), f"{name}: {error}"


@by_machine
def test_nothing_retries_everything(path: Path) -> None:
    for name, state, _ in every_state(definition(path)):
        for rule in state.get("Retry", []):
            assert not {"States.ALL", "States.TaskFailed"} & set(rule["ErrorEquals"]), name


@by_machine
def test_every_task_retries_what_is_transient_with_jitter(path: Path) -> None:
    for name, state, _ in every_state(definition(path)):
        if state["Type"] == "Task":
            assert any(rule.get("JitterStrategy") == "FULL" for rule in state["Retry"]), name
            if state["Resource"].endswith("FunctionArn}"):
                assert "TransientError" in state["Retry"][0]["ErrorEquals"], name
                assert state["TimeoutSeconds"], name
        if "ItemReader" in state:
            assert "States.ItemReaderFailed" in state["Retry"][0]["ErrorEquals"], name


# By the beginning of a task's resource: the names of "the quota is used up", and of what has no class of its own in
# AWS's SDK for Java.
OF_FUNCTIONS = (
    {"ThrottledError", "Lambda.TooManyRequestsException"},
    {"Lambda.AWSLambdaException", "Lambda.SdkClientException"},
)
NAMES = {
    "${": OF_FUNCTIONS,
    "arn:${Partition}:states:::lambda:": OF_FUNCTIONS,
    "arn:${Partition}:states:::dynamodb:": (
        {"DynamoDB.ThrottlingException", "DynamoDB.ProvisionedThroughputExceededException"},
        {"DynamoDB.AmazonDynamoDBException", "DynamoDB.SdkClientException"},
    ),
    "arn:${Partition}:states:::events:": (
        {"EventBridge.ThrottlingException"},
        {"EventBridge.AmazonEventBridgeException", "EventBridge.SdkClientException", "EventBridge.FailedEntry"},
    ),
    "arn:${Partition}:states:::states:": (
        {"StepFunctions.ThrottlingException", "StepFunctions.ExecutionLimitExceeded"},
        {"StepFunctions.AWSStepFunctionsException", "StepFunctions.SdkClientException"},
    ),
}


@by_machine
def test_a_task_waits_for_a_quota_as_long_as_its_execution_may_take(path: Path) -> None:
    longest = seconds_at_work(path)
    for name, state, _ in every_state(definition(path)):
        if state["Type"] != "Task":
            continue
        quotas, others = next(names for start, names in NAMES.items() if state["Resource"].startswith(start))
        rules = {error: rule for rule in state["Retry"] for error in rule["ErrorEquals"]}
        assert {seconds_of(rules[error]) >= longest for error in quotas} == {True}, name
        assert {60 < seconds_of(rules[error]) < 600 for error in others} == {True}, name


def seconds_at_work(path: Path) -> int:
    """How long an execution may take, without the time in which it waits for a callback and does nothing."""
    waits = (
        state["TimeoutSeconds"]
        for _, state, _ in every_state(definition(path))
        if state.get("Resource", "").endswith(".waitForTaskToken")
    )
    return definition(path)["TimeoutSeconds"] - sum(waits)


def seconds_of(rule: dict[str, Any]) -> float:
    """How long all retries of a rule take, with the mean of their jitter."""
    delays = (rule["IntervalSeconds"] * rule["BackoffRate"] ** n for n in range(rule["MaxAttempts"]))
    return sum(min(delay, rule["MaxDelaySeconds"]) for delay in delays) / 2


def test_an_execution_outlasts_those_it_waits_for() -> None:
    longest = {path.name.split(".")[0]: definition(path)["TimeoutSeconds"] for path in MACHINES}
    withdrawal = longest.pop("withdraw_generations")
    assert longest.pop("answer_questions") < 300, "an Express workflow, which waits for nothing"
    assert withdrawal >= 6 * 3600, "Kendra's deletions take an hour or more"
    assert min(longest.values()) >= 2 * withdrawal


@by_machine
def test_an_execution_that_waits_to_its_end_fits_its_history(path: Path) -> None:
    """25,000 events; a round of asking the index has nine, and a failed attempt five."""
    rounds = seconds_at_work(path) / 120
    assert 9 * rounds < 25_000 * 0.9


@by_machine
def test_a_state_that_calls_a_function_is_named_after_what_it_does(path: Path) -> None:
    called = {}
    for name, state, _ in every_state(definition(path)):
        match = re.fullmatch(r"\$\{(\w+)FunctionArn\}", state.get("Resource", ""))
        if match:
            called.setdefault(match[1], []).append(name)
    for function, states in called.items():
        if function not in (
            "SyncIndex",
            "SyncFormerIndex",
            "GrantAccess",
            "JudgeCase",
            "PrepareClip",
        ):  # these have several actions
            assert states == [function]


def test_functions_end_before_the_states_that_call_them() -> None:
    from tests.support.project import functions, template

    default = template()["Globals"]["Function"]["Timeout"]
    for path in MACHINES:
        for name, state, _ in every_state(definition(path)):
            match = re.fullmatch(r"\$\{(\w+)Arn\}", state.get("Resource", ""))
            if match and match[1].endswith("Function"):
                for function in SYNC_INDEX.get(match[1], (match[1],)):
                    assert functions()[function].get("Timeout", default) < state["TimeoutSeconds"], name


def test_masking_that_fails_never_leads_to_the_index() -> None:
    machine = definition(next(path for path in MACHINES if path.name.startswith("ingest_document")))
    processor = machine["States"]["CaptionImages"]["ItemProcessor"]["States"]
    caught = {error for rule in processor["MaskText"]["Catch"] for error in rule["ErrorEquals"]}
    assert not caught & OURS, "a refused or failed masking must fail the document"
    assert {rule["Next"] for rule in processor["MaskText"]["Catch"]} == {"LeaveImage"}
    assert processor["LeaveImage"]["Type"] == "Succeed"
    folders = (folder_of("sync_kendra"), folder_of("sync_s3_vectors"), ROOT / "layers/indexing")
    sources = [path.read_text() for folder in folders for path in folder.rglob("*.py")]
    assert not any("keys.caption" in source for source in sources), "only masked text is indexed"
