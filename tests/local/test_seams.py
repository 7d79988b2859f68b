"""The seams of local/seams/catalogue.py, and the internals of MiniStack that they use.

These tests fail first when a new version of MiniStack changes something.
"""

import asyncio
import base64
import gzip
import inspect
import itertools
import json
import os
import queue
import re
import signal
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psutil
import pytest
from botocore.exceptions import ClientError
from ministack import app
from ministack.core import cloudfront_js, iam_actions, iam_evaluator, lambda_runtime, persistence, router
from ministack.core.responses import get_region
from ministack.services import (
    apigateway,
    apigateway_v1,
    bedrock,
    cloudfront,
    cloudwatch,
    cloudwatch_logs,
    cognito,
    eventbridge,
    iam,
    lambda_svc,
    s3,
    secretsmanager,
    sqs,
    stepfunctions,
    sts,
)
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

from docent.documents import generation_of
from local.bedrock import iam as bedrock_iam
from local.qbusiness import iam as qbusiness_iam
from local.seams import (
    alarms,
    api_gateway,
    buckets,
    deliveries,
    distributions,
    event_buses,
    full_disks,
    histories,
    identities,
    lambda_forks,
    lambdas,
    resources,
    services,
    sign_in_pages,
    state,
    user_pools,
    workflows,
)
from local.seams.catalogue import SEAMS, Seam
from tests.support.lambda_workers import Workers, package, result
from tests.support.machine import Machine
from tests.support.project import ROOT, template
from tests.support.project import resources as template_resources
from tests.support.stack import Stack

# MiniStack leaves a worker's pipes to the garbage collector.
left_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

tested: set[Callable[..., None]] = set()


def of[Test: Callable[..., None]](*seams: Callable[..., None]) -> Callable[[Test], Test]:
    """Marks the test of a seam. Every seam of the catalogue needs one."""

    def mark(test: Test) -> Test:
        tested.update(seams)
        return test

    return mark


def test_every_seam_has_a_test() -> None:
    assert [seam.name for seam in SEAMS if seam.function not in tested] == []


def test_no_seam_is_listed_twice() -> None:
    assert len({seam.function for seam in SEAMS}) == len({seam.name for seam in SEAMS}) == len(SEAMS)


@pytest.mark.parametrize("seam", SEAMS, ids=lambda seam: seam.name)
def test_a_seam_was_written_for_the_ministack_that_is_installed(seam: Seam) -> None:
    assert seam.ministack == version("ministack"), (
        f"{seam.name} was written for MiniStack {seam.ministack}, and {version('ministack')} is installed. "
        "Run tests/local/test_seams.py. If its test passes and MiniStack still differs from AWS, write the new version "
        "into local/seams/catalogue.py; if MiniStack now does what AWS does, remove the seam."
    )


def test_the_ministack_that_is_installed_is_the_one_we_depend_on() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"ministack=={version('ministack')}" in dependencies


def keep(monkeypatch: pytest.MonkeyPatch, module: Any, *names: str) -> None:
    """Undoes the test's changes to MiniStack afterwards."""
    for name in names:
        monkeypatch.setattr(module, name, getattr(module, name))


def test_services_are_looked_up_where_we_add_them() -> None:
    assert {"bedrock-runtime", "states"} <= set(app.SERVICE_HANDLERS)
    assert "target_prefixes" in router.SERVICE_PATTERNS["dynamodb"]
    assert set(router.SERVICE_PATTERNS["bedrock-runtime"]) >= {"host_patterns", "credential_scope"}
    assert "SERVICE_HANDLERS.get(service)" in inspect.getsource(app._dispatch_service_request)


def test_iam_asks_the_functions_we_wrap_at_the_time_of_the_call() -> None:
    source = inspect.getsource(app._dispatch_service_request)
    assert "from ministack.core.iam_actions import" in source
    assert list(inspect.signature(iam_actions.extract_resource_arn).parameters)[:5] == [
        "service",
        "method",
        "path",
        "headers",
        "body",
    ]
    assert iam_actions.SERVICE_TO_IAM_NAMESPACE["bedrock-runtime"] == "bedrock"


@of(services.let_wildcards_match_line_breaks)
def test_a_wildcard_of_a_policy_matches_a_line_break(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, iam_evaluator, "_fnmatch_compile")
    for matches in (iam_evaluator.fnmatch_iam, iam_evaluator.fnmatch_iam_cs):
        assert "_fnmatch_compile(pattern, " in inspect.getsource(matches)
    services.let_wildcards_match_line_breaks()
    assert iam_evaluator._fnmatch_compile("a*c", False).match("a\nb\nc")
    assert iam_evaluator._fnmatch_compile("a*c", True).match("A\nC")
    assert not iam_evaluator._fnmatch_compile("a*c", False).match("A\nC")


@of(services.name_sessions_by_their_role)
def test_a_condition_sees_a_session_as_its_role(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, iam_evaluator, "_resolve_condition_key")
    session = "arn:aws:sts::111111111111:assumed-role/docent-x/i-1"
    asked = iam_evaluator.EvalContext(session, "AssumedRole", "111111111111", "s3:GetObject", "*", "us-east-1")
    assert iam_evaluator._resolve_condition_key("aws:PrincipalArn", asked) == session
    services.name_sessions_by_their_role()
    assert iam_evaluator._resolve_condition_key("aws:PrincipalArn", asked) == "arn:aws:iam::111111111111:role/docent-x"
    assert iam_evaluator._resolve_condition_key("aws:PrincipalAccount", asked) == "111111111111"


@of(event_buses.deliver_to_other_accounts)
def test_an_event_is_delivered_to_another_account_by_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """tests/local/test_datazone.py sees what roles and policies allow; here is what MiniStack does without us."""
    keep(monkeypatch, eventbridge, "_dispatch_to_event_bus", "_invoke_target")
    assert "event bus %s not found" in inspect.getsource(eventbridge._dispatch_to_event_bus)
    assert "_dispatch_to_event_bus(spec, event, rule, " in inspect.getsource(eventbridge._invoke_target)
    event_buses.deliver_to_other_accounts()
    told: list[str] = []
    monkeypatch.setattr(event_buses, "_refused", lambda _role, arn, _event: told.append(arn))
    target = {"Id": "1", "Arn": "arn:aws:events:us-east-1:111111111111:event-bus/b", "RoleArn": "arn:aws:iam::0:role/r"}
    eventbridge._invoke_target(target, {"Source": "docent", "DetailType": "X", "Detail": "{}"}, {"Name": "r"})
    assert told == [target["Arn"]]


@of(event_buses.add_event_bus_policies, resources.lock_objects)
def test_policies_of_buses_and_object_lock_are_still_missing_in_cloudformation() -> None:
    assert "AWS::Events::EventBusPolicy" not in inspect.getsource(provisioners)
    assert "ObjectLock" not in inspect.getsource(provisioners._s3_create)
    assert "default_retention" in inspect.getsource(s3._apply_object_lock_from_headers)


@of(services.name_identity_providers)
@pytest.mark.parametrize("parameter", ["SAMLProviderArn", "OpenIDConnectProviderArn"])
def test_a_request_about_an_identity_provider_is_authorised_on_it(
    monkeypatch: pytest.MonkeyPatch, parameter: str
) -> None:
    keep(monkeypatch, iam_actions, "extract_resource_arn")
    services.name_identity_providers()
    about = ("iam", "POST", "/", {}, b"", {parameter: ["arn:p"]}, "us-east-1", "000000000000")
    assert iam_actions.extract_resource_arn(*about) == "arn:p"


@of(services.name_map_runs)
def test_a_request_about_a_map_run_is_authorised_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, iam_actions, "extract_resource_arn")
    services.name_map_runs()
    body = b'{"mapRunArn": "arn:m", "statusFilter": "FAILED"}'
    about = ("states", "POST", "/", {}, body, {}, "us-east-1", "000000000000")
    assert iam_actions.extract_resource_arn(*about) == "arn:m"
    about = ("states", "POST", "/", {}, b'{"executionArn": "arn:e"}', {}, "us-east-1", "000000000000")
    assert iam_actions.extract_resource_arn(*about) == "arn:e"


@of(services.name_alarms)
def test_a_request_that_lists_alarms_is_authorised_on_all_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, iam_actions, "extract_resource_arn")
    services.name_alarms()
    where = ({}, "us-east-1", "000000000000")
    for asked in (
        ("/", {"x-amz-target": "GraniteServiceVersion20100801.DescribeAlarms"}, b"{}"),
        ("/service/GraniteServiceVersion20100801/operation/DescribeAlarms", {}, b""),
        ("/", {}, b"Action=DescribeAlarms&AlarmNamePrefix=docent-"),
    ):
        arn = iam_actions.extract_resource_arn("monitoring", "POST", *asked, *where)
        assert arn == "arn:aws:cloudwatch:us-east-1:000000000000:alarm:*"
    asked = ("/", {"x-amz-target": "GraniteServiceVersion20100801.DescribeAlarmsForMetric"}, b"{}")
    assert iam_actions.extract_resource_arn("monitoring", "POST", *asked, *where) == "*"


@of(workflows.name_state_machines_of_tokens)
def test_a_request_with_a_task_token_is_authorised_on_the_state_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, iam_actions, "extract_resource_arn")
    monkeypatch.setitem(workflows._waiting, "AQCE", "docent-summarize-transcripts")
    workflows.name_state_machines_of_tokens()
    about = ("states", "POST", "/", {}, b'{"taskToken": "AQCE"}', {}, "us-east-1", "000000000000")
    arn = "arn:aws:states:us-east-1:000000000000:stateMachine:docent-summarize-transcripts"
    assert iam_actions.extract_resource_arn(*about) == arn


def test_resource_types_are_handled_as_we_add_them() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Events::EventBus"]
    assert set(handlers) >= {"create", "update", "delete"}
    assert list(inspect.signature(handlers["create"]).parameters) == ["logical_id", "props", "stack_name"]


@of(lambdas.name_errors_as_lambda_does)
def test_the_python_worker_reports_errors_where_we_replace_it() -> None:
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    assert (script.count(lambdas._RAISED), script.count("__raised__")) in ((1, 0), (0, 1))
    assert list(inspect.signature(lambda_svc._execute_function_warm).parameters)[:3] == ["func", "event", "request_id"]


def test_executions_and_guardrails_are_kept_where_we_read_them() -> None:
    assert hasattr(stepfunctions._executions, "_data")
    assert callable(stepfunctions._run_execution)
    assert hasattr(bedrock._guardrails, "get")
    assert hasattr(bedrock._guardrail_versions, "get")
    assert "States.ServiceRestart" in inspect.getsource(stepfunctions._restore_state)


@of(api_gateway.import_extensions)
def test_an_imported_api_passes_through_the_function_we_wrap() -> None:
    assert "_apigw_v1._import_rest_api(body_spec, data)" in inspect.getsource(provisioners._apigw_rest_api_create)
    assert list(inspect.signature(apigateway_v1._put_gateway_response).parameters) == [
        "api_id",
        "response_type",
        "data",
    ]
    assert "binary-media-types" not in inspect.getsource(apigateway_v1), "MiniStack reads them itself by now"
    assert '"binaryMediaTypes": data.get("binaryMediaTypes", [])' in inspect.getsource(apigateway_v1._create_rest_api)


@of(buckets.check_checksums_of_forms)
def test_forms_are_taken_by_the_function_we_wrap_and_their_checksums_still_not_checked() -> None:
    assert "return _post_object(bucket, body, headers)" in inspect.getsource(s3)
    assert list(inspect.signature(s3._resolve_object_checksums).parameters) == ["body", "headers"]
    (part,) = s3._parse_multipart_form(
        "x; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n--b--'
    )
    assert (part[0], part[3]) == ("a", b"v")
    _, refused = s3._resolve_object_checksums(b"v", {"x-amz-checksum-sha256": "else"})
    assert refused
    source = inspect.getsource(s3).split("def _post_object")[1].split("\ndef ")[0]
    assert "checksum" not in source, "MiniStack checks them itself by now: take ours away"


@of(api_gateway.add_api_resource_types)
def test_resource_types_that_we_add_are_still_missing() -> None:
    """If MiniStack has a type by now, its own is better."""
    ours = set(provisioners._RESOURCE_HANDLERS) & {"AWS::ApiGatewayV2::Deployment", "AWS::WAFv2::WebACLAssociation"}
    assert not ours
    assert list(inspect.signature(apigateway._create_deployment).parameters) == ["api_id", "data"]


@of(workflows.name_nested_failures_as_step_functions_does)
def test_a_nested_execution_fails_its_task_as_on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, stepfunctions, "_nested_execution_failure")
    workflows.name_nested_failures_as_step_functions_does()
    inner = {"executionArn": "arn:e", "status": "FAILED", "error": "No", "cause": "because"}
    error, cause = stepfunctions._nested_execution_failure(inner)
    assert error == "States.TaskFailed"
    assert json.loads(cause)["Error"] == "No"


@of(workflows.fail_maps_without_items)
def test_a_distributed_map_without_items_fails_as_on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepfunctions, "_read_map_items", lambda reader, *_: reader["items"])
    workflows.fail_maps_without_items()
    assert stepfunctions._read_map_items({"items": [1]}, {}, {}) == [1]
    with pytest.raises(stepfunctions._ExecutionError) as raised:
        stepfunctions._read_map_items({"items": []}, {}, {})
    assert raised.value.error == "States.ItemReaderFailed"


@of(workflows.read_limits_of_maps)
def test_a_distributed_map_takes_its_limits_from_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepfunctions, "_run_distributed_map", lambda state, *_: state)
    workflows.read_limits_of_maps()
    state = {"MaxConcurrencyPath": "$.at_once", "ToleratedFailurePercentagePath": "$.tolerated"}
    ran = stepfunctions._run_distributed_map(state, {}, {"at_once": 7, "tolerated": 20}, {}, {}, {})
    assert (ran["MaxConcurrency"], ran["ToleratedFailurePercentage"]) == (7, 20)


@of(workflows.end_what_was_stopped)
def test_no_task_of_a_stopped_execution_begins_or_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes: list[str] = []

    def run(execution_arn: str) -> None:
        for call in (stepfunctions._invoke_resource, stepfunctions._run_sub_machine):
            try:
                outcomes.append(call("", {}))
            except stepfunctions._ExecutionError as error:
                stepfunctions._fail_execution(stepfunctions._executions[execution_arn], error.error, error.cause)

    executions = {"run": {"status": "RUNNING"}, "stopped": {"status": "ABORTED"}}
    monkeypatch.setattr(stepfunctions, "_executions", executions)
    monkeypatch.setattr(stepfunctions, "_run_execution", run)
    monkeypatch.setattr(stepfunctions, "_invoke_resource", lambda *_: "called")
    monkeypatch.setattr(stepfunctions, "_run_sub_machine", lambda *_: "done")
    monkeypatch.setattr(stepfunctions, "_fail_execution", lambda execution, *_: execution.update(status="FAILED"))
    workflows.end_what_was_stopped()
    for execution in executions:
        stepfunctions._run_execution(execution)
    assert outcomes == ["called", "done"]
    assert executions["stopped"] == {"status": "ABORTED"}


@of(workflows.fail_tasks_whose_function_fails)
def test_a_task_that_waits_for_a_callback_fails_with_its_function(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise stepfunctions._ExecutionError("SupersededJobError", "{}")

    monkeypatch.setattr(stepfunctions, "_call_lambda", fails)
    monkeypatch.setattr(stepfunctions, "_invoke_with_callback", stepfunctions._invoke_with_callback)
    workflows.fail_tasks_whose_function_fails()
    resource = "arn:aws:states:::lambda:invoke.waitForTaskToken"
    with pytest.raises(stepfunctions._ExecutionError) as failure:
        stepfunctions._invoke_with_callback(resource, {"FunctionName": "x", "Payload": {}}, "token", {})
    assert failure.value.error == "SupersededJobError"


@of(histories.name_tasks_of_children)
def test_the_history_of_a_child_names_its_states_and_its_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def execute(state: Any, raw_input: Any, execution: Any, ctx: Any) -> Any:
        if state.get("fails"):
            raise stepfunctions._ExecutionError("TransientError", "later")
        return {"count": 1}, None

    monkeypatch.setattr(stepfunctions, "_execute_task", execute)
    histories.name_tasks_of_children()
    child: dict[str, Any] = {"mapRunArn": "run", "events": []}
    ctx = {"State": {"Name": "CaptionImage"}}
    assert stepfunctions._execute_task({}, {"picture": 1}, child, ctx) == ({"count": 1}, None)
    with pytest.raises(stepfunctions._ExecutionError):
        stepfunctions._execute_task({"fails": True}, {}, child, ctx)
    entered, left, again, failed = child["events"]
    assert entered["stateEnteredEventDetails"] == {"name": "CaptionImage", "input": '{"picture": 1}'}
    assert left["stateExitedEventDetails"] == {"name": "CaptionImage", "output": '{"count": 1}'}
    assert (again["type"], failed["type"]) == ("TaskStateEntered", "ExecutionFailed")
    assert failed["executionFailedEventDetails"] == {"error": "TransientError", "cause": "later"}
    parent: dict[str, Any] = {"events": []}
    stepfunctions._execute_task({}, {}, parent, ctx)
    assert parent["events"] == []


@of(workflows.fail_tasks)
def test_tasks_are_called_through_the_functions_we_wrap() -> None:
    for runs in (stepfunctions._run_execution, stepfunctions._run_sub_machine):
        assert '"Task": _execute_task,' in inspect.getsource(runs)
    task = inspect.getsource(stepfunctions._execute_task)
    assert "_invoke_resource(resource, effective)" in task
    assert "_invoke_resource_with_timeout(" in task
    assert "copy_context().run, _invoke_resource, " in inspect.getsource(stepfunctions._invoke_resource_with_timeout)
    assert "_read_map_items(state_def" in inspect.getsource(stepfunctions._run_distributed_map)
    assert "_nested_execution_failure(payload)" in inspect.getsource(stepfunctions._invoke_nested_start_execution_sync)
    assert list(inspect.signature(lambda_runtime.Worker.invoke).parameters)[:3] == ["self", "event", "request_id"]
    assert callable(lambda_runtime.ensure_spawned)


@of(full_disks.refuse_what_the_disk_does_not_take)
def test_a_failed_write_is_still_no_more_than_a_warning() -> None:
    """tests/local/test_full_disk.py tests what we make of it."""
    for name in ("_persist_object", "_persist_displaced_version", "_persist_delete_marker"):
        source = inspect.getsource(getattr(s3, name))
        assert "except Exception as e:\n        logger.warning(" in source, "MiniStack tells of it by now: use that"
        assert ", e)" in source
    for name in ("_record_object_version", "_record_delete_marker"):
        assert [*inspect.signature(getattr(s3, name)).parameters][:3] == ["bucket_name", "key", "prior_obj"]
    assert all(f"return {name}(" in inspect.getsource(s3) for name in full_disks._WRITES)


@of(buckets.tell_missing_from_forbidden)
def test_a_missing_object_is_told_only_to_who_can_list_the_bucket(machine: Machine) -> None:
    machine.client("s3").create_bucket(Bucket="seam-missing")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    may = ["s3:GetObject", "s3:ListMultipartUploadParts"]
    read = {"Effect": "Allow", "Action": may, "Resource": "arn:aws:s3:::seam-missing/*"}
    seen = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::seam-missing"}
    prefix = {"Condition": {"StringLikeIfExists": {"s3:prefix": "documents/*"}}}
    for name, allowed, code in (
        ("reads", [read], "AccessDenied"),
        ("reads-and-lists", [read, seen | prefix], "NoSuchKey"),
    ):
        role = machine.role(f"seam-{name}", trust, *allowed)
        session = machine.client("sts").assume_role(RoleArn=role, RoleSessionName="seam")["Credentials"]
        objects = machine.client("s3", session)
        with pytest.raises(ClientError) as refused:
            objects.get_object(Bucket="seam-missing", Key="documents/none")
        assert refused.value.response["Error"]["Code"] == code
        with pytest.raises(ClientError) as refused:
            objects.head_object(Bucket="seam-missing", Key="documents/none")
        assert refused.value.response["Error"]["Code"] == {"AccessDenied": "403", "NoSuchKey": "404"}[code]
        with pytest.raises(ClientError, match="NoSuchUpload"):
            objects.list_parts(Bucket="seam-missing", Key="documents/none", UploadId="none")
    assert objects.list_objects_v2(Bucket="seam-missing", Prefix="documents/a")["KeyCount"] == 0
    with pytest.raises(ClientError, match="AccessDenied"):
        objects.list_objects_v2(Bucket="seam-missing", Prefix="groups/")


@of(buckets.read_ranges_of_versions)
def test_a_range_of_a_version_is_answered_as_one(machine: Machine) -> None:
    client = machine.client("s3")
    client.create_bucket(Bucket="seam-ranges")
    client.put_bucket_versioning(Bucket="seam-ranges", VersioningConfiguration={"Status": "Enabled"})
    first = client.put_object(Bucket="seam-ranges", Key="v", Body=b"0123456789")["VersionId"]
    client.put_object(Bucket="seam-ranges", Key="v", Body=b"another")
    found = client.get_object(Bucket="seam-ranges", Key="v", VersionId=first, Range="bytes=3-5")
    assert (found["ContentRange"], found["Body"].read()) == ("bytes 3-5/10", b"345")
    with pytest.raises(ClientError, match="InvalidRange"):
        client.get_object(Bucket="seam-ranges", Key="v", VersionId=first, Range="bytes=10-")


@of(buckets.keep_versions_on_disk)
def test_the_bytes_of_a_version_are_looked_for_on_disk_when_memory_has_none() -> None:
    assert list(inspect.signature(s3._version_entry_from_record).parameters) == ["obj", "version_id", "data"]
    assert "_version_disk_path(" in inspect.getsource(s3._version_body)
    assert '"data": data' not in inspect.getsource(s3).replace(inspect.getsource(s3._version_entry_from_record), "")


def test_every_version_of_an_object_can_be_read_back(stack: Stack) -> None:
    bucket, client = stack.library.bucket, stack.target.s3
    versions = [client.put_object(Bucket=bucket, Key="seams/v.bin", Body=bytes([n]) * 9)["VersionId"] for n in (1, 2)]
    client.delete_object(Bucket=bucket, Key="seams/v.bin")
    read = [client.get_object(Bucket=bucket, Key="seams/v.bin", VersionId=each)["Body"].read() for each in versions]
    assert read == [b"\1" * 9, b"\2" * 9]


def history_of(arn: str) -> list[dict[str, Any]]:
    return answer(stepfunctions._get_execution_history({"executionArn": arn, "maxResults": 1000}))["events"]


@pytest.fixture
def packing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("_emit_execution_status_event", "_run_sub_machine", "_get_execution_history"):
        monkeypatch.setattr(stepfunctions, name, getattr(stepfunctions, name))
    histories.pack_histories()
    yield
    stepfunctions.reset()


def executed(definition: dict[str, Any]) -> dict[str, Any]:
    """An execution of it that has ended, as MiniStack stores it."""
    made = {"name": "m", "definition": json.dumps(definition), "roleArn": "arn:aws:iam::000000000000:role/r"}
    machine = answer(stepfunctions._create_state_machine(made))["stateMachineArn"]
    started = {"stateMachineArn": machine, "input": json.dumps({"items": [1, 2], "text": "Moor " * 2000})}
    execution = stepfunctions._executions[answer(stepfunctions._start_execution(started))["executionArn"]]
    wait_for_end(execution)
    return execution


def wait_for_end(execution: dict[str, Any]) -> None:
    deadline = time.monotonic() + 240
    while execution["status"] == "RUNNING" or execution["events"]:
        assert time.monotonic() < deadline, execution["status"]
        time.sleep(0.02)


@of(histories.pack_histories)
@pytest.mark.usefixtures("packing")
def test_the_history_of_what_ended_takes_little_and_is_read_as_ever() -> None:
    one = {"Type": "Pass", "Result": 1, "End": True}
    child = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "A",
        "States": {"A": one},
    }
    each = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": child, "ResultPath": "$.found", "End": True}
    states = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "Each"}, "Each": each}
    execution = executed({"StartAt": "A", "States": states})
    assert execution["status"] == "SUCCEEDED"
    assert len(stepfunctions._executions) == 3
    for kept in stepfunctions._executions.values():
        assert not kept["events"]
        assert len(kept["packed_events"]) < 1000
    kinds = [event["type"] for event in history_of(execution["executionArn"])]
    assert (kinds[0], kinds[-1], len(kinds)) == ("ExecutionStarted", "ExecutionSucceeded", 8)
    assert [event["id"] for event in history_of(execution["executionArn"])] == [*range(1, 9)]
    assert history_of(execution["executionArn"])[1]["stateEnteredEventDetails"]["input"] == execution["input"]
    assert not execution["events"]


@pytest.mark.usefixtures("packing")
def test_the_history_of_what_goes_on_goes_on() -> None:
    execution = executed({"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "No", "Cause": "because"}}})
    before = history_of(execution["executionArn"])
    histories.unpack_history(execution)
    execution["status"] = "RUNNING"
    stepfunctions._run_execution(execution["executionArn"])
    after = history_of(execution["executionArn"])
    assert (after[: len(before)], after[-1]["type"]) == (before, "ExecutionFailed")
    assert [event["id"] for event in after] == [*range(1, len(after) + 1)]


@of(workflows.add_redrive)
@pytest.mark.usefixtures("packing")
def test_an_execution_that_failed_can_be_redriven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.SERVICE_HANDLERS, "states", stepfunctions.handle_request)
    workflows.add_redrive()

    def redrive(arn: str) -> tuple[int, dict[str, Any]]:
        headers = {"x-amz-target": "AWSStepFunctions.RedriveExecution"}
        body = json.dumps({"executionArn": arn}).encode()
        status, _, reply = asyncio.run(app.SERVICE_HANDLERS["states"]("POST", "/", headers, body, {}))
        return status, json.loads(reply)

    execution = executed({"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "No"}}})
    assert redrive(execution["executionArn"])[0] == 200
    execution = stepfunctions._executions[execution["executionArn"]]
    wait_for_end(execution)
    assert (execution["status"], execution["redriveCount"]) == ("FAILED", 1)
    assert [event["type"] for event in history_of(execution["executionArn"])].count("ExecutionFailed") == 2
    assert redrive("arn:none")[1]["__type"] == "ExecutionDoesNotExist"
    execution["status"] = "SUCCEEDED"
    assert redrive(execution["executionArn"])[1]["__type"] == "ExecutionNotRedrivable"


@pytest.mark.usefixtures("packing")
def test_a_packed_history_survives_a_restart() -> None:
    execution = executed({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    before = history_of(execution["executionArn"])
    saved = json.dumps(stepfunctions.get_state(), default=persistence._json_default)
    stepfunctions.reset()
    stepfunctions.load_persisted_state(json.loads(saved, object_hook=persistence._json_object_hook))
    assert history_of(execution["executionArn"]) == before


@pytest.fixture
def snapshots(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The link to the newest snapshot."""
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    for module, name in ((app, "save_all"), (persistence, "_json_default"), (persistence, "_json_object_hook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    state.keep_snapshots()
    return tmp_path / "current"


def serving(monkeypatch: pytest.MonkeyPatch, **services: Callable[[], Any]) -> None:
    monkeypatch.setattr(app, "_build_persistence_save_dict", lambda: services)


def saved(snapshots: Path) -> dict[str, Any]:
    return {file.stem: json.loads(file.read_text())["payload"] for file in snapshots.glob("*.json")}


def test_state_is_saved_whole_while_executions_go_on(snapshots: Path) -> None:
    for number in range(2000):
        stepfunctions._executions[f"before-{number}"] = {"status": "SUCCEEDED", "input": "{}"}
    over = threading.Event()

    def go_on() -> None:
        for number in itertools.count():
            if over.wait(0.001):
                return
            stepfunctions._executions[f"meanwhile-{number}"] = {"status": "RUNNING", "input": "{}"}

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        for _ in range(3):
            state.save_state()
            (snapshots / "stepfunctions.json").unlink()  # raises an error if it is missing
    finally:
        over.set()
        thread.join()
        stepfunctions.reset()


def test_a_large_value_is_written_once(monkeypatch: pytest.MonkeyPatch, snapshots: Path) -> None:
    kept = {"layer": b"layer" * state.LARGE, "code": b"code"}
    serving(monkeypatch, a=lambda: kept)
    state.save_state()
    (file,) = snapshots.glob("*.bin")
    written = file.stat()
    assert (snapshots / "a.json").stat().st_size < 1000
    state.save_state()
    serving(monkeypatch, a=lambda: None)  # it has no state now and keeps its last file
    state.save_state()
    assert (file.stat().st_ino, file.stat().st_mtime) == (written.st_ino, written.st_mtime)
    assert persistence.load_state("a") == kept


in_a_child = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@of(state.keep_snapshots)
@in_a_child
def test_a_child_saves_what_was_when_it_began(monkeypatch: pytest.MonkeyPatch, snapshots: Path) -> None:
    count = 1
    serving(monkeypatch, a=lambda: time.sleep(0.3) or {"count": count}, b=lambda: {"count": count})

    async def change_meanwhile() -> bool:
        nonlocal count
        saving = asyncio.create_task(state.save_state_meanwhile())
        await asyncio.sleep(0.1)
        count = 2
        return await saving

    assert asyncio.run(change_meanwhile())
    assert saved(snapshots) == {"a": {"count": 1}, "b": {"count": 1}}


@in_a_child
def test_a_child_that_dies_leaves_the_snapshot_before(monkeypatch: pytest.MonkeyPatch, snapshots: Path) -> None:
    serving(monkeypatch, a=lambda: {"count": 1}, b=lambda: {"count": 1})
    state.save_state()
    serving(monkeypatch, a=lambda: {"count": 2}, b=lambda: os.kill(os.getpid(), signal.SIGKILL))
    assert not asyncio.run(state.save_state_meanwhile())
    assert saved(snapshots) == {"a": {"count": 1}, "b": {"count": 1}}
    serving(monkeypatch, a=lambda: {"count": 3})
    assert asyncio.run(state.save_state_meanwhile())
    assert saved(snapshots) == {"a": {"count": 3}, "b": {"count": 1}}
    assert len([*snapshots.parent.glob("snapshot-*")]) == 2


@in_a_child
def test_a_child_that_waits_for_ever_for_a_lock_is_ended(monkeypatch: pytest.MonkeyPatch, snapshots: Path) -> None:
    monkeypatch.setattr(state, "CHILD_SECONDS", 1)
    lock = threading.Lock()
    serving(monkeypatch, a=lambda: lock.acquire() and {"count": 1})
    with lock:
        assert not asyncio.run(state.save_state_meanwhile())
    assert saved(snapshots) == {}
    assert asyncio.run(state.save_state_meanwhile())
    assert saved(snapshots) == {"a": {"count": 1}}


@in_a_child
def test_a_child_whose_parent_died_changes_nothing(monkeypatch: pytest.MonkeyPatch, snapshots: Path) -> None:
    serving(monkeypatch, a=lambda: {"count": 1})
    child = os.fork()
    if child == 0:
        state._save_as_child_of(1)
    assert os.waitpid(child, 0)[1] == 0
    assert saved(snapshots) == {}


@in_a_child
def test_who_stops_waiting_for_a_child_ends_it(monkeypatch: pytest.MonkeyPatch, snapshots: Path) -> None:
    serving(monkeypatch, a=lambda: time.sleep(30))
    before = psutil.Process().children()

    async def stop() -> None:
        saving = asyncio.create_task(state.save_state_meanwhile())
        await asyncio.sleep(0.1)
        assert len(psutil.Process().children()) == len(before) + 1
        saving.cancel()
        await asyncio.wait([saving])

    asyncio.run(stop())
    assert psutil.Process().children() == before
    assert saved(snapshots) == {}


def test_logs_and_executions_are_forgotten_when_aws_forgets_them() -> None:
    days = {"old": datetime(2026, 1, 1, tzinfo=UTC), "new": datetime(2026, 3, 1, tzinfo=UTC)}
    streams = {name: {"lastIngestionTime": None, "creationTime": day.timestamp() * 1000} for name, day in days.items()}
    for group, retention in {"a-month": 30, "for-ever": None}.items():
        cloudwatch_logs._log_groups[group] = {"retentionInDays": retention, "streams": dict(streams)}
    for name, day in days.items():
        stepfunctions._executions[name] = {"stopDate": day.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
    stepfunctions._executions["running"] = {"stopDate": None}
    try:
        histories.forget_what_aws_forgets(datetime(2026, 3, 30, tzinfo=UTC))
        assert [*cloudwatch_logs._log_groups["for-ever"]["streams"]] == ["old", "new"]
        assert [*cloudwatch_logs._log_groups["a-month"]["streams"]] == ["new"]
        assert [*stepfunctions._executions] == ["old", "new", "running"]
        histories.forget_what_aws_forgets(datetime(2026, 4, 2, tzinfo=UTC))
        assert [*stepfunctions._executions] == ["new", "running"]
    finally:
        cloudwatch_logs.reset()
        stepfunctions.reset()


@of(histories.page_log_events)
def test_all_log_events_are_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, cloudwatch_logs, "_filter_log_events")
    histories.page_log_events()
    times, now = [1, 1, 1, 2, 3, 3, 4], int(time.time() * 1000)
    cloudwatch_logs._create_log_group({"logGroupName": "g"})
    try:
        for number, stream in enumerate(("a", "b")):
            cloudwatch_logs._create_log_stream({"logGroupName": "g", "logStreamName": stream})
            written = [{"timestamp": now + at, "message": f"{stream}{place}"} for place, at in enumerate(times)]
            about = {"logGroupName": "g", "logStreamName": stream, "logEvents": written[number:]}
            assert cloudwatch_logs._put_log_events(about)[0] == 200
        for limit in (4, 5, 100):
            asked, found = {"logGroupName": "g", "limit": limit}, list[str]()
            while True:
                reply = answer(cloudwatch_logs._filter_log_events(asked))
                found += [each["message"] for each in reply["events"]]
                if "nextToken" not in reply:
                    break
                asked["nextToken"] = reply["nextToken"]
            assert sorted(found) == sorted([*(f"a{n}" for n in range(7)), *(f"b{n}" for n in range(1, 7))]), limit
        assert cloudwatch_logs._filter_log_events({"logGroupName": "other"})[0] == 400
        status, _, refused = cloudwatch_logs._filter_log_events({"logGroupName": "g", "nextToken": "made up"})
        assert (status, json.loads(refused)["__type"]) == (400, "InvalidParameterException")
    finally:
        cloudwatch_logs.reset()


@of(histories.forget_delivered_events)
def test_nothing_reads_the_log_of_events_that_we_let_go() -> None:
    assert inspect.getsource(eventbridge).count("_events_log_list()") == 2
    assert len(re.findall(r"_events_log\b", inspect.getsource(eventbridge))) == 4


@of(alarms.measure_how_executions_end, alarms.look_at_several_metrics)
@pytest.mark.parametrize(
    ("ended", "rings"),
    [
        ({"RemoveDocument": ["SUCCEEDED"]}, False),
        ({"RemoveDocument": ["SUCCEEDED", "FAILED"]}, True),
        ({"RemoveDocument": ["TIMED_OUT"]}, True),
        ({"RemoveDocument": ["ABORTED"]}, True),
        ({"IngestDocument": ["FAILED"]}, False),
    ],
)
def test_an_alarm_of_the_template_rings_when_its_workflow_ends_badly(
    monkeypatch: pytest.MonkeyPatch, ended: dict[str, list[str]], rings: bool
) -> None:
    monkeypatch.setattr(stepfunctions, "_emit_execution_status_event", lambda _execution: None)
    monkeypatch.setattr(cloudwatch, "_evaluate_alarm", cloudwatch._evaluate_alarm)
    monkeypatch.setattr(provisioners, "_cw_metric_alarm_record", provisioners._cw_metric_alarm_record)
    alarms.measure_how_executions_end()
    alarms.look_at_several_metrics()
    props = json.loads(json.dumps(template_resources("AWS::CloudWatch::Alarm")["RemovalFailuresAlarm"]["Properties"]))
    for each in props["Metrics"][1:]:
        each["MetricStat"]["Metric"]["Dimensions"][0]["Value"] = "RemoveDocument"
    try:
        name, _ = provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"]["create"]("Alarm", props, "docent")
        for machine, statuses in ended.items():
            for status in ("RUNNING", *statuses):
                stepfunctions._emit_execution_status_event({"stateMachineArn": machine, "status": status})
        alarm = cloudwatch._alarms[name]
        assert alarm["StateValue"] == ("ALARM" if rings else "OK")
        assert alarm["Metrics"] == props["Metrics"]
    finally:
        cloudwatch.reset()


@of(alarms.measure_queues, alarms.look_at_own_queue)
def test_an_alarm_rings_while_its_own_queue_has_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_get_metric_data", "_describe_alarms", "_evaluate_alarm"):
        monkeypatch.setattr(cloudwatch, name, getattr(cloudwatch, name))
    alarms.measure_queues()
    alarms.look_at_own_queue()
    about = template_resources("AWS::CloudWatch::Alarm")["UndeliveredEventsAlarm"]["Properties"]
    try:
        names: dict[str, str] = {}
        for queue_name in ("undelivered", "unindexed"):
            sqs._act_create_queue({"QueueName": queue_name}, "")
            props = {**about, "Dimensions": [{"Name": "QueueName", "Value": queue_name}]}
            create = provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"]["create"]
            names[queue_name], _ = create(queue_name, props, "docent")
        (url,) = [url for url, each in sqs._queues.items() if each["name"] == "undelivered"]
        sqs._act_send_message({"MessageBody": "{}"}, url)
        for message in sqs._queues[url]["messages"]:
            message["sent_at"] -= 90
        cloudwatch._describe_alarms({}, {}, False, True)
        assert [cloudwatch._alarms[name]["StateValue"] for name in names.values()] == ["ALARM", "OK"]
        age = ("AWS/SQS", "ApproximateAgeOfOldestMessage", cloudwatch._dims_key({"QueueName": "undelivered"}))
        assert cloudwatch._metrics[age][0]["Value"] >= 90
    finally:
        cloudwatch.reset()
        sqs.reset()


@of(buckets.number_events_by_version)
def test_what_came_or_went_since_a_moment_is_announced_again_by_the_same_sequencers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("_fire_s3_event_async", "_next_event_sequencer"):
        monkeypatch.setattr(s3, name, getattr(s3, name))
    sent: queue.Queue[tuple[str, str, str]] = queue.Queue()
    monkeypatch.setattr(
        s3, "_fire_s3_event", lambda _, key, event, *__, sequencer, **___: sent.put((key, event, sequencer))
    )
    buckets.number_events_by_version()
    try:
        s3._create_bucket("papers", b"")
        s3._bucket_versioning["papers"], s3._bucket_notifications["papers"] = "Enabled", "<EventBridgeConfiguration/>"
        s3._put_object("papers", "old.pdf", b"1", {})
        time.sleep(0.01)  # S3's times are whole milliseconds
        since = datetime.now(UTC)
        time.sleep(0.01)
        s3._put_object("papers", "new.pdf", b"2", {})
        s3._put_object("papers", "new.pdf", b"3", {})
        s3._delete_object("papers", "old.pdf", {}, {})
        replaced, newest, uploaded, removed = sorted(sent.get(timeout=60) for _ in range(4))
        assert (replaced[0], newest[0], removed[1]) == ("new.pdf", "new.pdf", "s3:ObjectRemoved:DeleteMarkerCreated")
        for earlier, later in ((replaced, newest), (uploaded, removed)):
            assert len(earlier[2]) > len(later[2]), "as on AWS, a later sequencer can be shorter"
            assert generation_of(earlier[2]) < generation_of(later[2])
        assert buckets.announce_again(since) == 2
        assert sorted(sent.get(timeout=60) for _ in range(2)) == [newest, removed]
    finally:
        s3.reset()


@of(deliveries.keep_what_reaches_no_workflow)
def test_an_event_whose_workflow_is_gone_becomes_a_dead_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_invoke_target", "_dispatch_to_stepfunctions"):
        monkeypatch.setattr(eventbridge, name, getattr(eventbridge, name))
    deliveries.keep_what_reaches_no_workflow()
    workflow = "arn:aws:states:us-east-1:000000000000:stateMachine:gone"
    try:
        queue = sqs._queues[sqs._act_create_queue({"QueueName": "letters"}, "")["QueueUrl"]]
        target = {"Arn": workflow, "DeadLetterConfig": {"Arn": queue["attributes"]["QueueArn"]}}
        event = {"Source": "aws.s3", "DetailType": "Object Created", "Detail": '{"object": {"key": "a.pdf"}}'}
        eventbridge._invoke_target(target, event, {"Arn": "arn:aws:events:us-east-1:000000000000:rule/uploads"})
        eventbridge._invoke_target({"Arn": workflow}, event, {})  # without a queue it is lost, as on AWS
        (letter,) = queue["messages"]
        assert json.loads(letter["body"])["detail"] == {"object": {"key": "a.pdf"}}
        assert letter["message_attributes"]["TARGET_ARN"]["StringValue"] == workflow
    finally:
        sqs.reset()


@pytest.mark.parametrize(
    ("path", "arn"),
    [
        ("/model/us.anthropic.claude-x/converse", ":inference-profile/us.anthropic.claude-x"),
        ("/model/anthropic.claude-x/invoke", "::foundation-model/anthropic.claude-x"),
        ("/guardrail/gr-1/version/1/apply", ":guardrail/gr-1"),
    ],
)
def test_a_request_is_authorised_on_the_resource_aws_names(path: str, arn: str) -> None:
    assert bedrock_iam.resource_of(path, b"").endswith(arn)


def test_a_guardrail_is_read_back_as_it_was_defined() -> None:
    bedrock._guardrails["gr-test"] = {
        "GuardrailId": "gr-test",
        "WordPolicy": {"wordsConfig": [{"text": "x"}]},
        "TopicPolicy": None,
    }
    try:
        assert resources.guardrail_definition("arn:aws:bedrock:us-east-1:0:guardrail/gr-test", "DRAFT") == {
            "guardrailId": "gr-test",
            "wordPolicyConfig": {"wordsConfig": [{"text": "x"}]},
        }
        assert resources.guardrail_definition("gr-test", "7") is None
    finally:
        del bedrock._guardrails["gr-test"]


def test_trust_policies_and_sessions_are_where_we_read_them() -> None:
    role = {
        "Arn": "arn:aws:iam::000000000000:role/r",
        "AssumeRolePolicyDocument": {
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Federated": ["arn:aws:iam::000000000000:saml-provider/p"]},
                "Action": ["sts:AssumeRoleWithSAML"],
                "Condition": {"StringEquals": {"SAML:aud": "there"}},
            }
        },
    }
    provider, action = "arn:aws:iam::000000000000:saml-provider/p", "sts:AssumeRoleWithSAML"
    assert identities.trusts(role, provider, action, {"SAML:aud": "there"}, {})
    assert not identities.trusts(role, provider, action, {"SAML:aud": "elsewhere"}, {})
    assert not identities.trusts(role, provider, "sts:TagSession", {"SAML:aud": "there"}, {})
    assert not identities.trusts(role, provider + "q", action, {"SAML:aud": "there"}, {})


def test_no_web_identity_is_believed_by_ministack_itself() -> None:
    source = inspect.getsource(sts.handle_request)
    assert "denied = _web_identity_trust_denied(role_arn, params, use_json)" in source


def test_an_opened_session_is_one_that_iam_evaluates() -> None:
    role = {"Arn": "arn:aws:iam::000000000000:role/r", "RoleId": "AROA1"}
    opened = identities.open_session(role, "mary", 900, {"Email": "m@example.com"}, None, {"Kind": "SAML"})
    try:
        credential = iam_evaluator.resolve_credential(opened["AccessKeyId"], "000000000000", opened["SessionToken"])
        assert isinstance(credential, iam_evaluator.ResolvedCredential)
        assert iam_evaluator._principal_keys(credential)["aws:principaltag/email"] == "m@example.com"
        headers = {
            "authorization": f"AWS4-HMAC-SHA256 Credential={opened['AccessKeyId']}/20260101/us-east-1/s3/aws4_request"
        }
        session = identities.session_of(headers, {})
        assert session is not None
        assert session["Federation"] == {"Kind": "SAML"}
    finally:
        del sts._sessions[opened["AccessKeyId"]]


@of(identities.add_iam_identity_providers)
@pytest.mark.parametrize(
    ("name", "props"),
    [
        ("AWS::IAM::OIDCProvider", {"Url": "https://issuer.example", "ClientIdList": ["c"]}),
        ("AWS::IAM::SAMLProvider", {"Name": "seams", "SamlMetadataDocument": "<m/>"}),
    ],
)
def test_identity_providers_are_resources(name: str, props: dict[str, object]) -> None:
    identities.add_iam_identity_providers()
    handler = provisioners._RESOURCE_HANDLERS[name]
    arn, attributes = handler["create"]("Provider", props, "stack")
    assert attributes["Arn"] == arn
    assert identities.identity_provider(arn)
    handler["delete"](arn, props)
    assert identities.identity_provider(arn) is None


def test_an_openid_provider_can_be_changed() -> None:
    identities.add_iam_identity_providers()
    create = provisioners._RESOURCE_HANDLERS["AWS::IAM::OIDCProvider"]["create"]
    arn, _ = create("Provider", {"Url": "https://changing.example", "ClientIdList": ["a"]}, "stack")

    def change(operation: str, **parameters: str) -> dict[str, Any]:
        status, _, _ = iam._IAM_HANDLERS[operation]({"OpenIDConnectProviderArn": arn, **parameters})
        assert status == 200
        found = identities.identity_provider(arn)
        assert found
        return found

    try:
        for _ in range(2):  # as on AWS, a second call changes nothing
            added = change("AddClientIDToOpenIDConnectProvider", ClientID="b")
            assert added["ClientIDList"] == ["a", "b"]
        for _ in range(2):
            removed = change("RemoveClientIDFromOpenIDConnectProvider", ClientID="a")
            assert removed["ClientIDList"] == ["b"]
        tag = {"Tags.member.1.Key": "team", "Tags.member.1.Value": "search"}
        assert change("TagOpenIDConnectProvider", **tag)["Tags"] == [{"Key": "team", "Value": "search"}]
        assert change("UntagOpenIDConnectProvider", **{"TagKeys.member.1": "team"})["Tags"] == []
    finally:
        iam._delete_oidc_provider({"OpenIDConnectProviderArn": arn})
    assert iam._IAM_HANDLERS["TagOpenIDConnectProvider"]({"OpenIDConnectProviderArn": arn})[0] == 404


def test_a_resource_is_replaced_if_its_type_requires_it() -> None:
    identities.add_iam_identity_providers()
    replaced = provisioners._replacing_change
    assert replaced("AWS::IAM::OIDCProvider", {"Url": "https://a.example"}, {"Url": "https://b.example"})
    assert not replaced("AWS::IAM::OIDCProvider", {"ClientIdList": ["a"]}, {"ClientIdList": ["b"]})


@pytest.mark.parametrize(
    ("path", "arn"),
    [
        ("/applications", "*"),
        ("/applications/a", "application/a"),
        ("/applications/a/conversations", "application/a"),
        ("/applications/a/indices", "application/a"),
        ("/applications/a/indices/i/documents", "application/a/index/i"),
        ("/applications/a/index/i/documents", "application/a/index/i"),
        ("/applications/a/retrievers/r", "application/a/retriever/r"),
        ("/applications/a/experiences/w", "application/a/web-experience/w"),
        ("/v1/tags/arn:aws:qbusiness:x:0:application/a/index/i", "arn:aws:qbusiness:x:0:application/a/index/i"),
    ],
)
def test_a_request_to_q_business_is_authorised_on_what_its_path_names(path: str, arn: str) -> None:
    assert qbusiness_iam.resource_of(path, b"").removeprefix(qbusiness_iam.arn_prefix()) == arn


def test_part_of_an_application_is_authorised_on_both() -> None:
    prefix = qbusiness_iam.arn_prefix()
    assert qbusiness_iam.applications_of(f"{prefix}application/a/index/i") == [f"{prefix}application/a"]
    assert qbusiness_iam.applications_of(f"{prefix}application/a") == []
    assert qbusiness_iam.applications_of("*") == []
    source = inspect.getsource(app._dispatch_service_request)
    assert "from ministack.core.iam_evaluator import AuthError, enforce" in source
    parameters = list(inspect.signature(iam_evaluator.enforce).parameters)
    assert parameters == ["access_key_id", "iam_action", "service", "region", "resource_arn", "service_context"]


def answer(reply: Any, status: int = 200) -> dict[str, Any]:
    assert reply[0] == status, reply
    return json.loads(reply[2])


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> str:
    """A user pool. A test's changes to MiniStack are undone afterwards."""
    for name in ("_fake_token", "_update_user_attributes", "_sign_up", "_apply_inbound_federation_trigger"):
        monkeypatch.setattr(cognito, name, getattr(cognito, name))
    return answer(cognito._create_user_pool({"PoolName": "test", "UsernameAttributes": ["email"]}))["UserPool"]["Id"]


@of(user_pools.add_identity_providers)
def test_a_provider_is_made_changed_and_deleted_with_its_stack(pool: str) -> None:
    user_pools.add_identity_providers()
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Cognito::UserPoolIdentityProvider"]
    props = {
        "UserPoolId": pool,
        "ProviderName": "Oidc",
        "ProviderType": "OIDC",
        "ProviderDetails": {"client_id": "docent"},
        "AttributeMapping": {"email": "email"},
    }
    assert handlers["create"]("OidcProvider", props, "docent") == ("Oidc", {})
    changed = props | {"AttributeMapping": {"email": "mail"}}
    assert handlers["update"]("Oidc", props, changed, "docent") == ("Oidc", {})
    described = {"UserPoolId": pool, "ProviderName": "Oidc"}
    provider = answer(cognito._describe_identity_provider(described))["IdentityProvider"]
    assert provider["AttributeMapping"] == {"email": "mail"}
    renamed = changed | {"ProviderName": "Login"}
    assert handlers["update"]("Oidc", changed, renamed, "docent") == ("Login", {})
    answer(cognito._describe_identity_provider(described), 400)
    handlers["delete"]("Login", renamed)
    answer(cognito._describe_identity_provider(described | {"ProviderName": "Login"}), 400)


def sign_in(pool: str, client: dict[str, Any], **attributes: str) -> dict[str, str]:
    email, password = "mary@example.com", "Sommer-2026-Regen"
    given = [{"Name": name, "Value": value} for name, value in attributes.items()]
    answer(cognito._admin_create_user({"UserPoolId": pool, "Username": email, "UserAttributes": given}))
    answer(
        cognito._admin_set_user_password(
            {"UserPoolId": pool, "Username": email, "Password": password, "Permanent": True}
        )
    )
    made = answer(cognito._create_user_pool_client({"UserPoolId": pool, "ClientName": "test"} | client))
    asked = {
        "ClientId": made["UserPoolClient"]["ClientId"],
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": email, "PASSWORD": password},
    }
    return answer(cognito._initiate_auth(asked))["AuthenticationResult"]


@of(user_pools.keep_clients_to_what_they_may_write)
def test_a_token_writes_what_its_client_may_write_and_nothing_else(pool: str) -> None:
    token = sign_in(pool, {"WriteAttributes": ["nickname"]})["AccessToken"]
    user_pools.keep_clients_to_what_they_may_write()

    def write(*names: str) -> Any:
        attributes = [{"Name": name, "Value": "boss@example.com"} for name in names]
        return cognito._update_user_attributes({"AccessToken": token, "UserAttributes": attributes})

    for names in (["email"], ["custom:groups"], ["nickname", "email"]):
        assert answer(write(*names), 400)["__type"] == "NotAuthorizedException"
    answer(write("nickname"))


@of(user_pools.let_administrators_alone_create_users)
def test_sign_up_is_refused_if_only_administrators_create_users(pool: str) -> None:
    client = answer(cognito._create_user_pool_client({"UserPoolId": pool, "ClientName": "test"}))["UserPoolClient"]
    asked = {"ClientId": client["ClientId"], "Username": "tom@example.com", "Password": "Sommer-2026-Regen"}
    user_pools.let_administrators_alone_create_users()
    answer(cognito._sign_up(asked))
    closed = {"UserPoolId": pool, "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}}
    answer(cognito._update_user_pool(closed))
    refused = answer(cognito._sign_up(asked | {"Username": "eve@example.com"}), 400)
    assert refused["__type"] == "NotAuthorizedException"


@of(user_pools.say_which_addresses_are_verified)
@pytest.mark.parametrize(("attributes", "verified"), [({}, False), ({"email_verified": "true"}, True)])
def test_an_address_is_verified_only_if_it_was_set(pool: str, attributes: dict[str, str], verified: bool) -> None:
    user_pools.say_which_addresses_are_verified()
    claims = sign_in(pool, {}, **attributes)["IdToken"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["email_verified"] is verified


@of(user_pools.serve_sign_in_pages)
def test_providers_send_people_back_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cognito, "_pool_domain_base_url", cognito._pool_domain_base_url)
    user_pools.serve_sign_in_pages("http://localhost:4566")
    for place in (cognito._oidc_callback_url, cognito._acs_url):
        assert place({"Id": "us-east-1_x", "Domain": "docent"}).startswith("http://localhost:4566/")


@of(user_pools.take_providers_claims_as_cognito_does)
def test_a_providers_claims_become_attributes_as_on_aws(pool: str) -> None:
    called_with = list(inspect.signature(cognito._apply_inbound_federation_trigger).parameters)
    assert called_with[-1] == "attributes"
    assert "for k, v in claims.items()" in inspect.getsource(cognito._oauth2_idp_response)
    user_pools.take_providers_claims_as_cognito_does()
    claims = {"groups": ["lab", "R&D, Basel"], "email_verified": True, "email": "mary@example.com"}
    cognito._apply_inbound_federation_trigger(pool, "client", "mary", "Oidc", "OIDC", {"idToken": claims})
    assert claims == {"groups": "[lab,R%26D%2C+Basel]", "email_verified": "true", "email": "mary@example.com"}


@of(api_gateway.tell_where_the_api_is)
@pytest.mark.filterwarnings("ignore:.*utcnow.*:DeprecationWarning")
def test_a_function_is_told_where_its_api_is(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, apigateway_v1, "_build_lambda_event_v1")
    api_gateway.tell_where_the_api_is()
    resource = {"path": "/documents", "id": "r"}
    headers = {"host": "localhost:4566"}
    event = apigateway_v1._build_lambda_event_v1("api", "v1", {}, resource, "/documents", "GET", headers, b"", {}, {})
    assert event["requestContext"]["domainName"] == "localhost:4566"
    assert event["requestContext"]["path"] == "/_aws/execute-api/api/v1/documents"
    assert event["headers"]["X-Forwarded-Proto"] == "http"


@of(resources.know_pseudo_parameters_in_conditions)
def test_a_condition_can_depend_on_the_region(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = (engine, changesets, handlers, stacks)
    template = {"Conditions": {"Here": {"Fn::Equals": [{"Ref": "AWS::Region"}, get_region()]}}}
    assert engine._evaluate_conditions(template, {}) == {"Here": False}, "MiniStack knows the region by now"
    for module in modules:
        keep(monkeypatch, module, "_evaluate_conditions")
    resources.know_pseudo_parameters_in_conditions()
    for module in modules:
        assert module._evaluate_conditions(template, {}) == {"Here": True}


@of(resources.name_secrets_by_their_arn)
def test_a_secret_is_referred_to_by_its_arn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provisioners, "_RESOURCE_HANDLERS", dict(provisioners._RESOURCE_HANDLERS))
    resources.name_secrets_by_their_arn()
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    props = {"Name": "seams", "SecretString": "a"}
    arn, _ = handlers["create"]("Secret", props, "stack")
    try:
        assert arn == secretsmanager._secrets["seams"]["ARN"]
        changed = props | {"SecretString": "b"}
        assert handlers["update"](arn, props, changed, "stack", logical_id="Secret")[0] == arn
        handlers["delete"](arn, changed)
        assert "seams" not in secretsmanager._secrets
    finally:
        secretsmanager.reset()


@of(resources.add_bedrock_guardrails)
def test_a_guardrail_and_its_version_are_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provisioners, "_RESOURCE_HANDLERS", dict(provisioners._RESOURCE_HANDLERS))
    assert "AWS::Bedrock::Guardrail" not in provisioners._RESOURCE_HANDLERS, "MiniStack's own is better by now"
    resources.add_bedrock_guardrails()
    guardrails = provisioners._RESOURCE_HANDLERS["AWS::Bedrock::Guardrail"]
    versions = provisioners._RESOURCE_HANDLERS["AWS::Bedrock::GuardrailVersion"]
    words = {"WordPolicyConfig": {"WordsConfig": [{"Text": "moor"}]}}
    props = {"Name": "seams", "BlockedInputMessaging": "No.", "BlockedOutputsMessaging": "No."} | words
    arn, attributes = guardrails["create"]("Guardrail", props, "stack")
    try:
        version_id, made = versions["create"]("Version", {"GuardrailIdentifier": attributes["GuardrailId"]}, "stack")
        for number in ("DRAFT", made["Version"]):
            definition = resources.guardrail_definition(arn, number)
            assert definition is not None
            assert definition["wordPolicyConfig"] == {"wordsConfig": [{"text": "moor"}]}
        versions["delete"](version_id, {})
        assert resources.guardrail_definition(arn, made["Version"]) is None
        profile = "arn:aws:bedrock:us-east-1:000000000000:guardrail-profile/us.guardrail.v1:0"
        standard = {
            "ContentPolicyConfig": {
                "ContentFiltersTierConfig": {"TierName": "STANDARD"},
                "FiltersConfig": [{"Type": "HATE", "InputStrength": "HIGH", "OutputStrength": "HIGH"}],
            }
        }
        with pytest.raises(ValueError, match="Standard tier"):
            guardrails["update"](arn, props, props | standard, "stack")
        across = {"CrossRegionConfig": {"GuardrailProfileArn": profile}}
        guardrails["update"](arn, props, props | standard | across, "stack")
        assert bedrock_iam.profiles_of(arn)[0] == profile
        assert len(bedrock_iam.profiles_of(arn)) == len(bedrock_iam.PROFILE_REGIONS)
        guardrails["update"](arn, props, props, "stack")
        assert bedrock_iam.profiles_of(arn) == []
    finally:
        bedrock.reset()


@of(resources.name_the_parts_of_a_guardrail)
def test_a_guardrail_is_shown_with_the_names_of_the_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    of_ministack = bedrock._get_guardrail
    monkeypatch.setattr(bedrock, "_get_guardrail", of_ministack)
    policies = {
        "sensitiveInformationPolicyConfig": {"piiEntitiesConfig": [{"type": "PHONE", "action": "ANONYMIZE"}]},
        "contentPolicyConfig": {"filtersConfig": [], "contentFiltersTierConfig": {"tierName": "STANDARD"}},
    }
    request = {"name": "seams", "blockedInputMessaging": "No.", "blockedOutputsMessaging": "No."} | policies
    try:
        made = json.loads(bedrock._create_guardrail(json.dumps(request).encode())[2])
        before = json.loads(of_ministack(made["guardrailId"], {})[2])
        assert "piiEntities" not in before["sensitiveInformationPolicy"], "MiniStack's own is better by now"
        resources.name_the_parts_of_a_guardrail()
        shown = json.loads(bedrock._get_guardrail(made["guardrailId"], {})[2])
        assert shown["sensitiveInformationPolicy"] == {"piiEntities": [{"type": "PHONE", "action": "ANONYMIZE"}]}
        assert shown["contentPolicy"] == {"filters": [], "tier": {"tierName": "STANDARD"}}
    finally:
        bedrock.reset()


@of(resources.give_guardrails_ids_of_letters)
def test_a_guardrail_has_an_id_that_flows_accept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bedrock, "_create_guardrail", bedrock._create_guardrail)
    request = {"name": "ids", "blockedInputMessaging": "No.", "blockedOutputsMessaging": "No."}
    request |= {"tags": [{"key": "a", "value": "b"}]}

    def made() -> tuple[str, str]:
        told = json.loads(bedrock._create_guardrail(json.dumps(request).encode())[2])
        return told["guardrailId"], told["guardrailArn"]

    try:
        assert "-" in made()[0], "MiniStack's own is better by now"
        bedrock.reset()
        resources.give_guardrails_ids_of_letters()
        guardrail_id, arn = made()
        assert re.fullmatch("[a-z0-9]+", guardrail_id)
        assert arn.endswith(f":guardrail/{guardrail_id}")
        assert json.loads(bedrock._get_guardrail(guardrail_id, {})[2])["guardrailArn"] == arn
        assert bedrock._tags[arn] == {"a": "b"}
        assert bedrock._create_guardrail(json.dumps(request).encode())[0] >= 400, "the name is in use"
    finally:
        bedrock.reset()


@of(lambdas.read_streams_from_their_start)
def test_functions_read_what_is_new_in_a_stream_after_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_svc, "_restore_esm_positions", lambda_svc._restore_esm_positions)
    lambdas.read_streams_from_their_start()
    assert "_restore_esm_positions(_dynamodb_stream_positions," in inspect.getsource(lambda_svc._restore_state)
    restored = []
    for name in ("_dynamodb_stream_positions", "_kinesis_positions"):
        store = type(lambda_svc._dynamodb_stream_positions)()
        monkeypatch.setattr(lambda_svc, name, store)
        lambda_svc._restore_esm_positions(store, {("000000000000", "us-east-1", "id"): 7})
        restored += store._data.values()
    assert restored == [0, 7]


@of(lambdas.unpack_packages_once)
@left_open
def test_a_package_is_unpacked_once_for_all_workers(workers: Workers, tmp_path: Path) -> None:
    source = inspect.getsource(lambda_runtime)
    assert (source.count(".extractall("), source.count(', "wb") as ')) == (2, 2)
    code = package(app="handler = lambda *_: __file__")
    ran = [result(workers.worker(code)) for _ in range(2)]
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert ran == [str(unpacked / "app.py")] * 2


@of(lambda_forks.fork_workers)
@left_open
def test_workers_are_started_where_we_fork_them(workers: Workers) -> None:
    """tests/local/test_lambda_workers.py has what they have in common with processes of their own."""
    spawn = inspect.getsource(lambda_runtime.Worker.__mro__[1]._spawn)
    assert spawn.count("subprocess.Popen(\n            [binary, worker_path],") == 1
    assert '"env": env_vars' in spawn
    ran = [result(workers.worker(package(app="import os\nhandler = lambda *_: os.getppid()"))) for _ in range(2)]
    assert ran[0] == ran[1] != os.getpid()


@of(lambda_forks.end_idle_workers)
@left_open
def test_a_worker_that_nobody_uses_is_ended(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_svc, "reap_idle_workers", lambda_svc.reap_idle_workers)
    lambda_forks.end_idle_workers()
    used, idle, leased, locked = (workers.worker(package(app="handler = lambda *_: 1"), name=name) for name in "uilw")
    for each, seconds in ((used, 0), (idle, 100), (leased, 100), (locked, 100)):
        result(each)
        each.last_used, each.in_use = time.time() - seconds, each is leased
    pool = {"u": [used], "i": [idle], "l": [leased], "w": [locked]}
    monkeypatch.setattr(lambda_runtime, "_workers", pool)
    with locked._lock:
        assert lambda_svc.reap_idle_workers() == 1
    assert pool == {"u": [used], "i": [], "l": [leased], "w": [locked]}
    assert [bool(each._proc) for each in (used, idle, leased, locked)] == [True, False, True, True]


@of(api_gateway.choose_subprotocols)
@pytest.mark.parametrize(
    ("reply", "first"),
    [
        (
            {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "docent"}},
            {"type": "websocket.accept", "subprotocol": "docent"},
        ),
        ({"statusCode": 200}, {"type": "websocket.accept"}),
        (
            {"statusCode": 403, "headers": {"Sec-WebSocket-Protocol": "docent"}},
            {"type": "websocket.close", "code": 1008},
        ),
    ],
)
def test_a_websocket_is_told_the_subprotocol_that_connect_chose(
    monkeypatch: pytest.MonkeyPatch, reply: dict[str, Any], first: dict[str, Any]
) -> None:
    incoming = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]
    sent: list[dict[str, Any]] = []

    async def invoke(*_: Any, **__: Any) -> dict[str, Any]:
        return reply

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    monkeypatch.setattr(apigateway, "_invoke_ws_lambda", invoke)
    monkeypatch.setattr(apigateway, "handle_websocket", apigateway.handle_websocket)
    api_gateway.choose_subprotocols()
    api = answer(apigateway._create_api({"name": "test", "protocolType": "WEBSOCKET"}), 201)["apiId"]
    answer(apigateway._create_route(api, {"routeKey": "$connect", "target": "integrations/x"}), 201)
    scope = {"type": "websocket", "path": "/v1", "headers": [], "query_string": b""}
    asyncio.run(apigateway.handle_websocket(scope, receive, send, api))
    assert sent[0] == first


@of(api_gateway.refuse_connections_as_unauthorized)
@pytest.mark.parametrize(
    ("result", "status"),
    [
        ({"error": True, "body": {"errorType": "Unauthorized", "errorMessage": "Unauthorized"}}, 401),
        ({"error": True, "body": {"errorType": "TransientError", "errorMessage": "down"}}, 500),
        ({"body": {"no": "policy"}}, 500),
    ],
)
def test_an_authorizer_that_says_unauthorized_refuses_a_websocket_with_401(
    monkeypatch: pytest.MonkeyPatch, result: dict[str, Any], status: int
) -> None:
    def record(*_: Any, **__: Any) -> tuple[dict[str, Any], dict[str, Any], str]:
        return {}, {}, "authorizer"

    monkeypatch.setattr(lambda_svc, "_get_func_record_for_ref_in_scope", record)
    monkeypatch.setattr(lambda_svc, "_execution_record_for_config", lambda *_: {})
    monkeypatch.setattr(lambda_svc, "_execute_function_with_config_scope", lambda *_: result)
    monkeypatch.setattr(apigateway, "_authorize_ws_connect", apigateway._authorize_ws_connect)
    api_gateway.refuse_connections_as_unauthorized()
    api = answer(apigateway._create_api({"name": "test", "protocolType": "WEBSOCKET"}), 201)["apiId"]
    authorizer = {
        "name": "token",
        "authorizerType": "REQUEST",
        "authorizerUri": "arn:aws:lambda:us-east-1:000000000000:function:f",
        "identitySource": ["route.request.header.Sec-WebSocket-Protocol"],
    }
    made = answer(apigateway._create_authorizer(api, authorizer), 201)["authorizerId"]
    context = {"stage": "v1", "connectionId": "c", "requestId": "r"}
    headers = {"sec-websocket-protocol": "docent, token"}
    request = (api, {"authorizerId": made}, context, headers, {}, "000000000000", "us-east-1")
    refusal, _ = asyncio.run(apigateway._authorize_ws_connect(*request))
    assert refusal is not None
    assert refusal[0] == status


def function_event(uri: str) -> dict[str, Any]:
    return {"version": "1.0", "request": {"method": "GET", "uri": uri, "headers": {}, "querystring": {}}}


@of(distributions.run_functions_without_node)
def test_functions_of_the_console_run_without_node(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cloudfront_js.evaluate" in inspect.getsource(cloudfront._run_function)
    monkeypatch.setattr(cloudfront_js, "evaluate", cloudfront_js.evaluate)
    distributions.run_functions_without_node()
    functions = template()["Resources"]
    pages, paths = (functions[name]["Properties"]["FunctionCode"].encode() for name in ("ConsolePages", "ConsolePaths"))

    def rewritten(code: bytes, uri: str) -> str:
        return cloudfront_js.evaluate(code, function_event(uri))["uri"]

    for uri in ("/", "/documents", "/documents/0123", "/documents/a.pdf", "/signed-in"):
        assert rewritten(pages, uri) == "/index.html"
    for uri in ("/config.json", "/favicon.svg", "/assets/index-1.js"):
        assert rewritten(pages, uri) == uri
    assert rewritten(paths, "/api/documents") == "/documents"
    assert rewritten(paths, "/files/source/uploads/api/a%20b.pdf") == "/uploads/api/a%20b.pdf"
    assert rewritten(paths, "/files/source/") == "/"
    # The API alone learns that it was asked through the console.
    for uri, marked in {"/api/oidc/login": True, "/files/source/api/": False}.items():
        assert ("x-docent-console" in cloudfront_js.evaluate(paths, function_event(uri))["headers"]) is marked


@pytest.mark.parametrize("code", ["throw new Error('no')", "nonsense(", "", "function handler() { for (;;) {} }"])
def test_a_function_that_fails_is_cloudfronts_error(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributions, "SECONDS", 1)
    with pytest.raises(cloudfront_js.CloudFrontFunctionError):
        distributions.evaluate(code.encode(), function_event("/"))


@of(distributions.ask_origins_on_this_machine)
def test_a_distribution_asks_this_machine_for_apis_and_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    called_with = list(inspect.signature(cloudfront._fetch_from_origin).parameters)
    assert called_with[:5] == ["origin", "method", "uri", "query_string", "headers"]
    asked: list[tuple[dict[str, Any], dict[str, Any]]] = []

    async def fetch(origin: dict[str, Any], method: str, uri: str, query: str, headers: dict[str, Any]) -> None:
        asked.append((origin, headers))

    monkeypatch.setattr(cloudfront, "_fetch_from_origin", fetch)
    distributions.ask_origins_on_this_machine("http://localhost:4566")
    ours = {"s3_bucket": None, "oac_id": "", "oai_id": "", "origin_path": "/v1"}
    api = ours | {"domain_name": "a1b2c3.execute-api.us-east-1.amazonaws.com"}
    bucket = ours | {"domain_name": "papers.s3.us-east-1.amazonaws.com", "s3_bucket": "papers", "origin_path": ""}
    private = bucket | {"oac_id": "E1"}
    page = {"origin": "http://d1.cloudfront.localhost:4566", "sec-fetch-site": "same-origin", "range": "bytes=0-1"}
    for origin in (api, bucket, private):
        asyncio.run(cloudfront._fetch_from_origin(origin, "GET", "/x", "", page))
    (to_api, api_headers), (to_bucket, bucket_headers), (to_private, _) = asked
    assert (to_api["domain_name"], to_api["http_port"]) == ("localhost", 4566)
    assert to_api["origin_path"] == "/_aws/execute-api/a1b2c3/v1"
    assert api_headers == page
    assert (to_bucket["origin_path"], to_bucket["s3_bucket"]) == ("/papers", None)
    assert bucket_headers == {"range": "bytes=0-1", "host": "localhost:4566"}
    assert to_private == private


DISTRIBUTION = """
<DistributionConfig>
  <Origins><Items>
    <Origin><Id>page</Id><DomainName>page.s3.us-east-1.amazonaws.com</DomainName><S3OriginConfig/></Origin>
    <Origin><Id>api</Id><DomainName>rest12.execute-api.us-east-1.amazonaws.com</DomainName></Origin>
    <Origin><Id>socket</Id><DomainName>sock12.execute-api.us-east-1.amazonaws.com</DomainName></Origin>
  </Items></Origins>
  <DefaultCacheBehavior>
    <TargetOriginId>page</TargetOriginId><Compress>true</Compress>
    <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>
  </DefaultCacheBehavior>
  <CacheBehaviors><Items>
    <CacheBehavior>
      <PathPattern>/api/*</PathPattern><TargetOriginId>api</TargetOriginId><Compress>true</Compress>
      <CachePolicyId>4135ea2d-6df8-44a3-9df3-4b5a84be39ad</CachePolicyId>
    </CacheBehavior>
    <CacheBehavior><PathPattern>/v1</PathPattern><TargetOriginId>socket</TargetOriginId></CacheBehavior>
  </Items></CacheBehaviors>
</DistributionConfig>
"""


@of(distributions.pass_websockets_on)
def test_a_websocket_reaches_the_api_that_its_path_leads_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "_parse_execute_api_url(ws_host, ws_path)" in inspect.getsource(app.app)
    monkeypatch.setattr(app, "_parse_execute_api_url", app._parse_execute_api_url)
    monkeypatch.setattr(cloudfront, "find_distribution_for_label", {"d1": {"Id": "E1"}}.get)
    monkeypatch.setattr(cloudfront, "_dist_config_el", lambda _: ElementTree.fromstring(DISTRIBUTION))
    owners = {"sock12": ("WEBSOCKET", "000000000000", "us-east-1"), "rest12": ("REST", "000000000000", "us-east-1")}
    monkeypatch.setattr(apigateway, "_api_owner", owners.get)
    distributions.pass_websockets_on()
    host = f"d1.cloudfront.{app._MINISTACK_HOST}:4566"
    assert app._parse_execute_api_url(host, "/v1") == ("sock12", "v1", "/")
    for path in ("/", "/api/documents"):
        assert app._parse_execute_api_url(host, path) is None, "no WebSocket API"
    assert app._parse_execute_api_url("localhost", "/_aws/execute-api/rest12/v1/a") == ("rest12", "v1", "/a")


SERVED = [
    ("/assets/page.js", "gzip, br", "text/javascript; charset=utf-8", 200, 2000, True),
    ("/nowhere", "gzip", "text/html", 404, 2000, True),
    ("/assets/page.js", "identity", "text/javascript", 200, 2000, False),
    ("/assets/page.js", "gzip", "text/javascript", 200, 999, False),
    ("/assets/page.js", "gzip", "text/javascript", 206, 2000, False),
    ("/image.png", "gzip", "image/png", 200, 2000, False),
    ("/api/documents", "gzip", "application/json", 200, 2000, False),
    ("/v1", "gzip", "text/html", 403, 2000, False),
]


@of(distributions.compress_what_distributions_serve)
@pytest.mark.parametrize(("path", "accepted", "kind", "status", "size", "compressed"), SERVED)
def test_a_distribution_compresses_what_cloudfront_does(
    monkeypatch: pytest.MonkeyPatch, path: str, accepted: str, kind: str, status: int, size: int, compressed: bool
) -> None:
    called_with = list(inspect.signature(cloudfront.handle_viewer_request).parameters)
    assert called_with[:6] == ["dist", "method", "path", "raw_uri", "raw_query_string", "headers"]
    body = b"a" * size

    async def serve(*_: Any) -> Any:
        return status, {"Content-Type": kind, "Content-Length": str(size), "ETag": '"1"'}, body

    monkeypatch.setattr(cloudfront, "handle_viewer_request", serve)
    monkeypatch.setattr(cloudfront, "_dataplane_behavior", cloudfront._dataplane_behavior)
    monkeypatch.setattr(cloudfront, "_dist_config_el", lambda _: ElementTree.fromstring(DISTRIBUTION))
    distributions.compress_what_distributions_serve()
    request = cloudfront.handle_viewer_request({}, "GET", path, path, "", {"accept-encoding": accepted}, b"", {})
    _, told, sent = asyncio.run(request)
    if compressed:
        assert (told["Content-Encoding"], told["ETag"], gzip.decompress(sent)) == ("gzip", 'W/"1"', body)
        assert "Content-Length" not in told
    else:
        assert ("Content-Encoding" in told, told["ETag"], sent) == (False, '"1"', body)


@of(sign_in_pages.remember_who_signed_in)
def test_the_sign_in_page_knows_a_browser_until_it_signs_out(pool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("handle_oauth2_authorize", "_issue_auth_code_redirect", "handle_logout"):
        keep(monkeypatch, cognito, name)
    sign_in_pages.remember_who_signed_in()
    address, after = "http://localhost:5173/signed-in", "http://localhost:5173/"
    request = {
        "UserPoolId": pool,
        "ClientName": "console",
        "CallbackURLs": [address],
        "LogoutURLs": [after],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "SupportedIdentityProviders": ["COGNITO"],
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    }
    client = answer(cognito._create_user_pool_client(request))["UserPoolClient"]["ClientId"]
    created = answer(cognito._admin_create_user({"UserPoolId": pool, "Username": "mary@example.com"}))
    name = created["User"]["Username"]
    query = {
        "client_id": client, "redirect_uri": address, "response_type": "code", "scope": "openid", "state": "s",
        "code_challenge": "c" * 43, "code_challenge_method": "S256",
    }  # fmt: skip

    def visit(cookie: str, **more: str) -> tuple[int, dict[str, str]]:
        asked = {name: [value] for name, value in (query | more).items()}
        status, headers, _ = cognito.handle_oauth2_authorize("GET", "/oauth2/authorize", {"cookie": cookie}, asked)
        return status, headers

    assert visit("")[0] == 200, "the page asks for the password"
    signed_in = cognito._issue_auth_code_redirect(client, pool, address, "openid", name, "", "c" * 43, "S256", "s")
    cookie = signed_in[1]["Set-Cookie"].split(";")[0]
    status, headers = visit(cookie)
    assert (status, headers["Location"].startswith(f"{address}?code=")) == (302, True)
    assert visit(cookie, prompt="login")[0] == 200
    assert visit("cognito=another")[0] == 200
    assert visit(cookie, redirect_uri="https://evil.example/")[0] == 400
    cognito.handle_logout("GET", "/logout", {"cookie": cookie}, {"client_id": [client], "logout_uri": [after]})
    assert visit(cookie)[0] == 200
