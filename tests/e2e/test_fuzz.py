"""Whatever a client sends, the API answers as openapi.yaml says, and never with a fault of its own."""

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import unsupported_method

from tests.support.people import People
from tests.support.project import ROOT
from tests.support.stack import Stack

# API Gateway tells a method that a path does not have like a path that there is not: 404, as the contract says.
NOT_CHECKED = [unsupported_method]


@pytest.fixture(scope="module")
def contract(running_stack: Stack) -> schemathesis.BaseSchema:
    schema = schemathesis.openapi.from_dict(yaml.safe_load((ROOT / "openapi.yaml").read_text()))
    schema.config.update(base_url=running_stack.target.outputs["ApiUrl"])
    return schema


@schemathesis.pytest.from_fixture("contract").parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_answers_as_its_contract_says(case: schemathesis.Case, everybody: People) -> None:
    headers = {"Authorization": f"Bearer {everybody.token('fuzz@example.com')}"}
    case.call_and_validate(headers=headers, excluded_checks=NOT_CHECKED, timeout=60)
