"""Another version answers."""

import pytest

from tests.support.api_calls import MARY, asked, call
from tests.support.fake_flows import CUSTOMER_SERVICE, FakeFlows
from tests.support.functions import Function
from tests.support.people_of_flows import EDITOR
from tests.support.project import sample_event

EVENT = asked(sample_event("roll_back_flow.version.json"), EDITOR)


@pytest.fixture(autouse=True)
def _flows(flows: FakeFlows) -> None:
    flows.versions["2"] = CUSTOMER_SERVICE
    flows.alias = "2"


def test_the_alias_names_the_version_and_stays_what_it_is(function: Function, flows: FakeFlows) -> None:
    assert call(function, EVENT) == (200, {"version": "1", "before": "2"})
    assert flows.alias == "1"
    (sent,) = flows.asked("UpdateFlowAlias")
    assert sent["name"] == "live"


def test_a_version_that_is_gone_is_not_found(function: Function, flows: FakeFlows) -> None:
    assert call(function, asked(EVENT, body={"version": "7"}))[0] == 404
    assert flows.alias == "2"


def test_only_editors_change_it(function: Function, flows: FakeFlows) -> None:
    assert call(function, asked(EVENT, MARY))[0] == 403
    assert flows.alias == "2"
