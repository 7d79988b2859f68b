"""The templates of the other accounts: what SAM and cfn-lint say of them, and that they fit Docent's own."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

from tests.support.project import ROOT, template

NAMES = sorted(path.stem for path in (ROOT / "accounts").glob("*.yaml"))
CALLERS = (
    *(ROOT / "layers/governing/governing").glob("datazone*.py"),
    *(ROOT / "functions/governance/publish_asset").rglob("*.py"),
)


def parsed(name: str) -> dict[str, Any]:
    return yaml_parse((ROOT / "accounts" / f"{name}.yaml").read_text())


@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid_in_its_own_environment_of_samconfig(name: str) -> None:
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text())[name]
    assert settings["global"]["parameters"]["template_file"] == f"accounts/{name}.yaml"
    assert settings["validate"]["parameters"]["lint"] is True
    words = [str(Path(sys.executable).with_name("sam")), "validate", "--config-env", name]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    known = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "eu-central-1", "PATH": path}
    done = subprocess.run(words, cwd=ROOT, env=os.environ | known, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_output_says_which_parameter_takes_it() -> None:
    own = set(template()["Parameters"])
    taken = {
        match[1]
        for output in parsed("governance")["Outputs"].values()
        if (match := re.match(r"(\w+) of Docent's stack", output["Description"]))
    }
    assert taken == {"DataZoneDomainId", "DataZoneProjectId", "GovernanceRoleArn", "GovernanceBucket"}
    assert taken <= own
    for name in ("producer", "consumer"):
        output = parsed(name)["Outputs"]["BusArn"]["Description"]
        assert output.split()[0] in parsed("governance")["Parameters"]


def test_docents_role_may_do_what_docent_calls_and_nothing_more() -> None:
    source = "\n".join(path.read_text() for path in CALLERS)
    called = set(re.findall(r'"((?:get|list|create|accept|reject|revoke|update)_[a-z_]+)"', source))
    called |= set(re.findall(r"datazone\(self\.role_arn\)\.(\w+)\(", source))
    actions = {f"datazone:{''.join(word.title() for word in name.split('_'))}" for name in called}
    (policy,) = parsed("governance")["Resources"]["DocentRole"]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    allowed = {
        action
        for statement in statements
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert allowed == actions | {"s3:PutObject"}


def test_the_bus_of_docent_is_named_as_its_template_names_it() -> None:
    name = template()["Resources"]["EventBus"]["Properties"]["Name"]
    assert name == {"Fn::Sub": "${AWS::StackName}-events"}
    (first, *_) = parsed("governance")["Resources"]["Subscribed"]["Properties"]["Targets"]
    assert first["Arn"]["Fn::Sub"].endswith(":event-bus/${DocentStack}-events")
