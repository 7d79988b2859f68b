"""Room for another version: the oldest that no alias names go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prune_flow_versions.flow_versions import MOST, superfluous
from tests.console.unit.test_publish_console import CloudFormation, cloudformation
from tests.support.fake_flows import CUSTOMER_SERVICE, FakeFlows
from tests.support.functions import Function
from tests.support.project import sample_event

__all__ = ["cloudformation"]
EVENT = sample_event("prune_flow_versions.create.json")


@pytest.fixture
def request_of(cloudformation: CloudFormation) -> dict[str, object]:
    return cloudformation.request("Update") | {"ResourceProperties": EVENT["ResourceProperties"]}


def test_the_tenth_version_makes_room_for_the_next_but_not_the_one_that_answers(
    function: Function, flows: FakeFlows, cloudformation: CloudFormation, request_of: dict[str, object]
) -> None:
    flows.versions = {str(number): CUSTOMER_SERVICE for number in range(3, 13)}
    flows.alias = "3"
    function(request_of)
    assert list(flows.versions) == [str(number) for number in (3, *range(5, 13))]
    assert cloudformation.answers[-1]["Status"] == "SUCCESS"


def test_fewer_stay(function: Function, flows: FakeFlows, request_of: dict[str, object]) -> None:
    function(request_of)
    assert list(flows.versions) == ["1"]


def test_cloudformation_is_told_of_a_failure(
    function: Function, flows: FakeFlows, cloudformation: CloudFormation, request_of: dict[str, object]
) -> None:
    flows.fail_always("AccessDeniedException")
    with pytest.raises(Exception, match="AccessDenied"):
        function(request_of)
    assert cloudformation.answers[-1]["Status"] == "FAILED"


@given(st.sets(st.integers(1, 40), max_size=14), st.sets(st.integers(1, 40), max_size=4))
def test_there_is_room_afterwards_and_no_named_version_goes(versions: set[int], named: set[int]) -> None:
    doomed = superfluous(map(str, versions), map(str, named))
    left = {str(each) for each in versions} - set(doomed)
    assert not set(doomed) & {str(each) for each in named}
    assert len(left) <= MOST - 1 or left <= {str(each) for each in named}
    assert not doomed or max(map(int, doomed)) < min(
        (each for each in versions - named if str(each) in left), default=99
    )
