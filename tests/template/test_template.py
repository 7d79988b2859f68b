"""Contracts between the template and the folders, settings, events and policies it wires together."""

import dataclasses
import importlib
import json
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from compiler.operations import answering
from compiler.reading import read_template
from docent import clients
from tests.support.aws import World
from tests.support.project import (
    EVENTS,
    FUNCTIONS,
    MACHINES,
    ROOT,
    functions,
    imports,
    logical_id,
    machines,
    module_of,
    requirements,
    resources,
    statements,
    template,
)

# Variables that Powertools and the SDK read, not a Settings class.
READ_BY_LIBRARIES = re.compile(r"^(POWERTOOLS_\w+|AWS_ENDPOINT_URL)$")
# What a package is called where it is imported, when it differs from its name.
IMPORTED_AS = {
    "pillow": "PIL",
    "pyjwt": "jwt",
    "aws-lambda-powertools": "aws_lambda_powertools",
    "pymupdf": "pymupdf",
    "pyyaml": "yaml",
    "phonenumberslite": "phonenumbers",
    "python-stdnum": "stdnum",
}

by_function = pytest.mark.parametrize("folder", FUNCTIONS, ids=lambda folder: folder.name)


def test_every_folder_is_a_function_and_every_function_a_folder() -> None:
    assert {logical_id(folder.name): str(folder.relative_to(ROOT)) for folder in FUNCTIONS} == {
        name: properties["CodeUri"] for name, properties in functions().items()
    }


@by_function
def test_a_function_has_its_tests_and_its_name_everywhere(folder: Path) -> None:
    assert (ROOT / "tests" / folder.parent.name / "unit" / f"test_{folder.name}.py").exists()
    properties = functions()[logical_id(folder.name)]
    assert properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == folder.name


@by_function
def test_settings_and_environment_are_the_same(folder: Path) -> None:
    app = importlib.import_module(module_of(folder.name))
    settings = {field.name.upper() for field in dataclasses.fields(app.Settings)}
    everywhere = template()["Globals"]["Function"]["Environment"]["Variables"]
    own = functions()[logical_id(folder.name)]["Environment"]["Variables"]
    set_here = {name for name in {**everywhere, **own} if not READ_BY_LIBRARIES.match(name)}
    assert settings == set_here


@by_function
def test_environment_variables_are_text(folder: Path) -> None:
    for value in functions()[logical_id(folder.name)]["Environment"]["Variables"].values():
        assert isinstance(value, str | dict), "CloudFormation turns numbers into text; other tools do not"


@by_function
def test_imports_are_packaged(folder: Path) -> None:
    allowed = importable(folder) | {folder.name}
    for layer in layers_of(folder):
        allowed |= importable(layer)
    for path in folder.rglob("*.py"):
        assert imports(path) <= allowed, path.name


def layers_of(folder: Path) -> list[Path]:
    """The layers of a function: what all have, and its own."""
    everywhere = template()["Globals"]["Function"]["Layers"]
    own = functions()[logical_id(folder.name)].get("Layers", [])
    layers = resources("AWS::Serverless::LayerVersion")
    return [ROOT / layers[each["Ref"]]["Properties"]["ContentUri"] for each in (*everywhere, *own)]


def importable(folder: Path) -> set[str]:
    """What a layer's or a function's folder brings along: its package and its requirements."""
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return packages | {
        IMPORTED_AS.get(name, name.replace("-", "_")) for name in requirements(folder / "requirements.txt")
    }


def test_layers_know_no_function_and_of_layers_only_the_shared_one() -> None:
    shared = ROOT / "layers/shared"
    for layer in (shared, *sorted((ROOT / "layers").iterdir())):
        for path in layer.rglob("*.py"):
            assert imports(path) <= importable(shared) | importable(layer), path.name


def test_the_layers_that_the_command_and_the_local_machine_import_are_installed_with_them() -> None:
    """Tests find every layer; a person's environment has only the packages that are named."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]
    layers = {path.name: path.parent for path in (ROOT / "layers").glob("*/*") if (path / "__init__.py").exists()}
    sources = [path.read_text() for folder in ("cli", "local") for path in (ROOT / folder).rglob("*.py")]
    imported = {name for source in sources for name in re.findall(r"^\s*(?:from|import) (\w+)", source, re.MULTILINE)}
    for name in sorted(imported & layers.keys()):
        assert f"{name}*" in found["include"], name
        assert str(layers[name].relative_to(ROOT)) in found["where"], name


@by_function
def test_no_function_carries_a_layer_that_it_does_not_import(folder: Path) -> None:
    imported = {name for path in folder.rglob("*.py") for name in imports(path)}
    for layer in layers_of(folder):
        assert {path.parent.name for path in layer.glob("*/__init__.py")} & imported, layer.name


IMPORT_EACH = """
import json, os, socket, sys, traceback
def refuse(*_, **__): raise AssertionError("importing the handler made a client or a connection")
socket.socket.connect = refuse
import aws_lambda_powertools.metrics, aws_lambda_powertools.tracing, aws_xray_sdk.core, boto3
boto3.client = refuse
sys.path.insert(0, sys.argv[2])
import docent.api, docent.conversations, docent.objects, docent.usage
ended = {}
for name, paths in json.loads(sys.argv[1]).items():
    child = os.fork()
    if child == 0:
        sys.path[:0] = paths
        try:
            import app
            assert callable(app.handler)
        except BaseException:
            print(name, traceback.format_exc(), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    ended[name] = os.waitpid(child, 0)[1]
print(json.dumps(ended))
"""


@pytest.fixture(scope="module")
def imports_of_handlers() -> tuple[dict[str, int], str]:
    """How importing each handler ended, and what it printed: in a process of its own, with an empty environment.

    The processes are forked from one that has the SDK, Powertools and most of the shared layer, whose import takes most
    of the time.
    """
    paths = {folder.name: [str(each) for each in (folder, *layers_of(folder))] for folder in FUNCTIONS}
    words = [sys.executable, "-c", IMPORT_EACH, json.dumps(paths), str(ROOT / "layers/shared")]
    done = subprocess.run(words, env={}, capture_output=True, text=True, timeout=240, check=True)
    return json.loads(done.stdout), done.stderr


@by_function
def test_importing_a_handler_does_nothing(folder: Path, imports_of_handlers: tuple[dict[str, int], str]) -> None:
    ended, printed = imports_of_handlers
    assert ended[folder.name] == 0, printed


def test_what_starts_a_workflow_cannot_be_written_by_it() -> None:
    """No loops: nothing that the source bucket starts may write to the source bucket.

    Only what a caller of the API asks for may: their own uploads, below a prefix of its own. Operators may have any
    document copied onto itself.
    """
    substituted = json.dumps([machine["DefinitionSubstitutions"] for machine in machines().values()])
    in_workflows = set(re.findall(r'"Fn::GetAtt": \["(\w+)"', substituted))
    for name, properties in functions().items():
        for statement in statements(properties.get("Policies", [])):
            actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
            if any(action in ("s3:PutObject", "s3:DeleteObject", "s3:*") for action in actions):
                written = json.dumps(statement["Resource"])
                assert "SourceBucket" not in written or name not in in_workflows, name
                own = re.search(
                    r"SourceBucket\.Arn\}/(uploads|questionnaires|transcripts|debates|labeling)/\*", written
                )
                by_operators = name == "ReingestDocumentFunction"
                assert "SourceBucket" not in written or own or by_operators, name


def test_nothing_is_allowed_on_everything_but_where_the_api_forces_it() -> None:
    forced = {"DeliverLogs", "FindBatchJob", "RankAgain", "ReadAgesOfQueues", "ResumeWorkflow"}
    owners = {**functions(), **machines()}
    for name, properties in owners.items():
        for statement in statements(properties.get("Policies", [])):
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert not any(action.endswith("*") for action in actions), f"{name}: {actions}"
            if statement["Resource"] == "*":
                assert statement["Sid"] in forced, name


def test_what_reads_objects_can_tell_a_missing_one_from_a_forbidden_one() -> None:
    """S3 answers 403 for a missing object, unless the caller can list its bucket. Signing a URL reads nothing."""
    for name, properties in functions().items():
        read, listed = set(), set()
        for statement in statements(properties.get("Policies", [])):
            buckets = re.findall(r"(\w+Bucket)\b", json.dumps(statement["Resource"]))
            if "s3:GetObject" in statement["Action"] and not statement["Sid"].startswith("Sign"):
                read |= set(buckets)
            if statement["Action"] == "s3:ListBucket":
                listed |= set(buckets)
        assert read <= listed, name


def test_trust_in_a_service_is_limited_to_this_account() -> None:
    """Except for API Gateway, which does not send aws:SourceAccount when it assumes the role of an integration."""
    for name, role in resources("AWS::IAM::Role").items():
        for statement in role["Properties"]["AssumeRolePolicyDocument"].get("Statement", []):
            service = statement["Principal"]["Service"]
            account = statement.get("Condition", {}).get("StringEquals", {}).get("aws:SourceAccount")
            assert account == {"Ref": "AWS::AccountId"} or service == "apigateway.amazonaws.com", name
    for name, policy in resources("AWS::SQS::QueuePolicy").items():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}, name


def test_partition_account_and_region_are_never_literal() -> None:
    text = (ROOT / "template.yaml").read_text() + "".join(path.read_text() for path in MACHINES)
    assert "arn:aws:" not in text
    assert not re.search(r"\b\d{12}\b", text)
    # Only to tell which regions have a service.
    text = re.sub(r"!Equals \[!Ref AWS::Region, [a-z0-9-]+\]", "", text)
    assert not re.search(r"\b(us|eu|ap|ca)-[a-z]+-\d\b", text)


def test_every_bucket_is_private_encrypted_and_asks_for_tls() -> None:
    policies = json.dumps([body["Properties"] for body in resources("AWS::S3::BucketPolicy").values()])
    for name, body in resources("AWS::S3::Bucket").items():
        assert all(body["Properties"]["PublicAccessBlockConfiguration"].values()), name
        assert body["Properties"]["BucketEncryption"], name
        assert f'"Ref": "{name}"' in policies, name


def test_every_asynchronous_door_has_a_dead_letter_queue_and_an_alarm() -> None:
    doors = [event for machine in machines().values() for event in machine.get("Events", {}).values()]
    assert len(doors) == 6
    for door in doors:
        assert door["Properties"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["UndeliveredEvents", "Arn"]}}
        assert door["Properties"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert "UndeliveredEvents" in watched_on_one_metric()


def test_a_schedule_is_such_a_door_too() -> None:
    scheduled = [function for function in functions().values() if "Events" in function]
    assert len(scheduled) == 8
    for function in scheduled:
        if "DeadLetterQueue" in function:  # after Lambda's two retries
            failed = function["DeadLetterQueue"]
            queue = failed["TargetArn"]
        else:
            retries = function["EventInvokeConfig"]
            assert retries["MaximumRetryAttempts"] > 0
            failed = retries["DestinationConfig"]["OnFailure"]
            queue = failed["Destination"]
        assert failed["Type"] == "SQS"
        for door in function["Events"].values():
            assert door["Properties"]["DeadLetterConfig"] == {"Arn": queue}
            assert door["Properties"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
            if door["Type"] == "ScheduleV2":
                assert json.loads(door["Properties"]["Input"]) in [json.loads(path.read_text()) for path in EVENTS]
        assert queue["Fn::GetAtt"][0] in watched_on_one_metric()


def watched_on_one_metric() -> str:
    alarms = [alarm["Properties"] for alarm in resources("AWS::CloudWatch::Alarm").values()]
    return json.dumps([alarm["Dimensions"] for alarm in alarms if "Dimensions" in alarm])


def test_the_console_has_words_for_every_workflow_and_every_watched_queue() -> None:
    words = (ROOT / "console/src/views/operations/messages.ts").read_text()
    queues = [name for name in resources("AWS::SQS::Queue") if f'"{name}"' in watched_on_one_metric()]
    standard = [name for name, machine in machines().items() if machine.get("Type") != "EXPRESS"]
    workflows = [re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower() for name in standard]
    assert (len(queues), len(workflows)) == (9, 11)
    assert [name for name in (*queues, *workflows) if words.count(f"      {name}: ") != 2] == []


def test_every_alarm_on_a_metric_of_ours_is_compared_with_what_its_function_writes() -> None:
    ours = [
        alarm["Properties"]
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        if alarm["Properties"].get("Namespace") == "Docent"
    ]
    for alarm in ours:
        (service,) = (each["Value"] for each in alarm["Dimensions"] if each["Name"] == "service")
        (test,) = (ROOT / "tests").glob(f"*/unit/test_{service}.py")
        assert "function.measured() == alarms_on_metrics_of(function.name)" in test.read_text()


@pytest.mark.parametrize("machine", machines())
def test_a_workflow_has_an_alarm_that_rings_however_an_execution_ends_badly(machine: str) -> None:
    about = [{"Name": "StateMachineArn", "Value": {"Ref": machine}}]
    (alarm,) = (
        alarm["Properties"]
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        if f'"Ref": "{machine}"' in json.dumps(alarm)
    )
    measured = {each["Id"]: each for each in alarm["Metrics"] if "MetricStat" in each}
    for each in measured.values():
        assert each["MetricStat"]["Metric"] | {"MetricName": ""} == {
            "Namespace": "AWS/States",
            "MetricName": "",
            "Dimensions": about,
        }
        assert each["MetricStat"]["Stat"] == "Sum"
        assert each["ReturnData"] is False
    badly = {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}
    if machine in ("AnswerQuestionnaire", "RunDebates", "SummarizeTranscripts"):  # users stop them
        badly.remove("ExecutionsAborted")
    assert {each["MetricStat"]["Metric"]["MetricName"] for each in measured.values()} == badly
    (total,) = (each for each in alarm["Metrics"] if "Expression" in each)
    # One that was not measured counts as none: a plain sum would then have no value.
    assert set(total["Expression"].split(" + ")) == {f"FILL({name}, 0)" for name in measured}
    assert total["ReturnData"] is True
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")


def test_a_function_of_the_api_ends_before_api_gateway_gives_up() -> None:
    """After 29 seconds. Two also answer over the WebSocket, and have a deadline of their own over HTTP."""
    for name in answering(read_template((ROOT / "openapi.yaml").read_text())):
        if name not in ("answer_question", "invoke_flow"):
            assert seconds(functions()[logical_id(name)]["Timeout"]) < 29, name


def seconds(timeout: Any) -> int:
    """A timeout, as it is unless somebody had the limit of API Gateway raised."""
    return timeout["Fn::If"][2] if isinstance(timeout, dict) else timeout


@pytest.mark.parametrize("client", [clients.dynamodb, clients.s3, clients.step_functions, clients.iam, clients.sts])
def test_all_tries_of_a_call_end_before_a_function_of_the_api(client: Any, aws: World) -> None:
    config = client().meta.config
    attempts = config.retries["total_max_attempts"]
    assert attempts * (config.connect_timeout + config.read_timeout) + attempts - 1 < 27


def test_every_log_group_forgets() -> None:
    for name, body in resources("AWS::Logs::LogGroup").items():
        assert body["Properties"]["RetentionInDays"], name


def test_every_parameter_is_described() -> None:
    for name, parameter in template()["Parameters"].items():
        assert len(parameter["Description"]) > 20, name


def patterns() -> dict[str, dict]:
    """Of rules, and of events that SAM makes rules of."""
    rules = {name: body["Properties"]["EventPattern"] for name, body in resources("AWS::Events::Rule").items()}
    return rules | {
        f"{machine}.{name}": event["Properties"]["Pattern"]
        for machine, properties in {**machines(), **functions()}.items()
        for name, event in properties.get("Events", {}).items()
        if event["Type"] == "EventBridgeRule"
    }


def matches(pattern: dict, event: dict) -> bool:
    """EventBridge's matching, as far as our patterns go: every field named must hold one of the values."""
    for field, wanted in pattern.items():
        if field not in event:
            return False
        if isinstance(wanted, dict):
            if not matches(wanted, event[field]):
                return False
        elif not any(takes(value, event[field]) for value in wanted):
            return False
    return True


def takes(wanted: Any, value: Any) -> bool:
    match wanted:
        case {"Ref": _}:  # stands for any
            return True
        case {"wildcard": str(wildcard)}:
            return fnmatchcase(value, wildcard)
        case {"prefix": str(prefix)}:
            return value.startswith(prefix)
        case {"anything-but": {"prefix": [*prefixes]}}:
            return not value.startswith(tuple(prefixes))
    return wanted == value


def test_no_upload_starts_two_workflows() -> None:
    (created,) = (json.loads(path.read_text()) for path in EVENTS if path.name == "s3.questionnaire_created.json")
    starting = {
        prefix: sum(
            matches(pattern, created | {"detail": created["detail"] | {"object": {"key": f"{prefix}file"}}})
            for pattern in patterns().values()
        )
        for prefix in (
            "",
            "uploads/",
            "questionnaires/",
            "questionnaires/3f0a1c52/",
            "transcripts/",
            "debates/",
            "labeling/",
        )
    }
    others = {"transcripts/": 0, "debates/": 0, "labeling/": 0}
    assert starting == {"": 1, "uploads/": 1, "questionnaires/": 1, "questionnaires/3f0a1c52/": 1, **others}


@pytest.mark.parametrize("sample", ["s3.job_put.json", "s3.cases_put.json"])
def test_the_file_that_begins_a_work_starts_one_workflow(sample: str) -> None:
    (put,) = (json.loads(path.read_text()) for path in EVENTS if path.name == sample)
    assert sum(matches(pattern, put) for pattern in patterns().values()) == 1


def test_every_eventbridge_pattern_has_a_sample_event_and_every_sample_a_pattern() -> None:
    samples = {path.name: json.loads(path.read_text()) for path in EVENTS}
    samples = {name: event for name, event in samples.items() if "detail-type" in event}
    assert samples
    for name, event in samples.items():
        assert any(matches(pattern, event) for pattern in patterns().values()), name
    for name, pattern in patterns().items():
        assert any(matches(pattern, event) for event in samples.values()), name


@by_function
def test_every_function_has_a_sample_event(folder: Path) -> None:
    assert [path.name for path in EVENTS if path.name.startswith(f"{folder.name}.")]


def test_every_sample_event_is_named_after_its_case_and_used_by_a_test() -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    for path in EVENTS:
        assert re.fullmatch(r"[a-z0-9_]+\.[a-z_]+\.json", path.name), path.name
        assert path.name in tests, path.name


def test_the_patterns_of_guardrails_are_those_that_bedrock_takes() -> None:
    """https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GuardrailRegexConfig.html"""
    for name, guardrail in resources("AWS::Bedrock::Guardrail").items():
        patterns = guardrail["Properties"]["SensitiveInformationPolicyConfig"]["RegexesConfig"]
        assert 1 <= len(patterns) <= 10, name
        assert len({each["Name"] for each in patterns}) == len(patterns)
        for each in patterns:
            assert len(each["Pattern"]) <= 500, each["Name"]
            assert not re.search(r"\(\?(?!:)|\\[1-9]", each["Pattern"]), (
                f"{each['Name']} looks around or back, or sets flags"
            )
            assert not re.compile(each["Pattern"]).match(""), each["Name"]


PRIVATE = {
    "IBAN": ["DE89\u00a03704 0044-0532\n0130 00", "CH93.0076.2011.6238.5295.7", "FR1420041010050500013M02606"],
    "PHONE_INTERNATIONAL": ["+33 (0)1 42 68 53 00", "+41\u00a044\u00a0668\u00a018\u00a000", "+43 664 1234567"],
    "PHONE_FRENCH": ["01 42 68 53 00", "06.98.71.22.40"],
    "PHONE_SWISS": ["044 668 18 00", "021/821'51'08"],
    "PASSWORD_AFTER_LABEL": ["Mot de passe : Soleil2024!", "Das Kennwort lautet 4Sommer"],
    "SWISS_INSURANCE_NUMBER": ["756.1234.5678.97"],
    "GERMAN_TAX_NUMBER": ["Steuer-ID: 12 345 678 901"],
    "GERMAN_PENSION_NUMBER": ["65 170839 J 008"],
    "FRENCH_INSURANCE_NUMBER": ["1 84 12 76 451 089 46"],
    "ITALIAN_TAX_CODE": ["RSSMRA85T10A562S"],
}


def test_the_patterns_of_guardrails_find_what_they_are_for_and_nothing_of_a_table() -> None:
    harmless = [
        "Kreditoren 2022 2023 2024, Woche 01 02 03 04 05, Umsatz 1 234 567 890 EUR",
        "Passwort: mindestens 12 Zeichen. Mot de passe : au moins 12 caractères. Password reset 2024.",
        "Part no. 123-456-7890, EAN 4006381333931, IMEI 352099001761481, DIN EN ISO 9001:2015",
        "+10 000 000 EUR, 2026-11-03, CAS 7732-18-5, LW-2026-031",
    ]
    for guardrail in resources("AWS::Bedrock::Guardrail").values():
        patterns = guardrail["Properties"]["SensitiveInformationPolicyConfig"]["RegexesConfig"]
        assert {each["Name"] for each in patterns} == set(PRIVATE)
        for each in patterns:
            for text in PRIVATE[each["Name"]]:
                found = re.search(each["Pattern"], f"Angabe: {text}, danke.")
                assert found, (each["Name"], text)
            for text in harmless:
                assert not re.search(each["Pattern"], text), (each["Name"], text)


def test_every_guardrail_is_applied_in_a_version_of_its_own() -> None:
    versions = [body["Properties"] for body in resources("AWS::Bedrock::GuardrailVersion").values()]
    guardrails = [version["GuardrailIdentifier"]["Fn::GetAtt"][0] for version in versions]
    assert sorted(guardrails) == sorted(resources("AWS::Bedrock::Guardrail"))
