"""Template parameters that this machine keeps from one deployment to the next."""

from pathlib import Path

import pytest

from cli import machine
from cli.target import CommandError
from local.settings import LocalSettings


@pytest.fixture
def settings(tmp_path: Path) -> LocalSettings:
    return LocalSettings(home=tmp_path, port=4566, faults="", llm_url=None, wait_scale="1")


def test_what_is_kept_is_deployed_until_it_is_kept_anew(settings: LocalSettings) -> None:
    plain = machine.local_parameters(settings)
    machine.keep_parameters(settings, {"ChatService": "q_business", "GroupsSchedule": "rate(2 hours)"})
    assert machine.local_parameters(settings) == plain | {
        "ChatService": "q_business",
        "GroupsSchedule": "rate(2 hours)",
    }


def test_what_is_kept_no_longer_is_as_the_template_has_it(settings: LocalSettings) -> None:
    """Left out, a parameter would keep the value it has in the deployed stack."""
    machine.keep_parameters(settings, {"ChatService": "q_business", "ChatIssuer": "http://localhost:4567"})
    machine.keep_parameters(settings, {"ChatService": "q_business"})
    assert machine.kept_parameters(settings) == {"ChatService": "q_business", "ChatIssuer": ""}
    machine.keep_parameters(settings, {})
    assert machine.kept_parameters(settings) == {"ChatService": "ask", "ChatIssuer": ""}


def test_a_parameter_that_the_template_has_not_is_refused(settings: LocalSettings) -> None:
    with pytest.raises(CommandError, match="no parameter GroupSource"):
        machine.keep_parameters(settings, {"GroupSource": "s3://directory/groups.csv"})
    assert machine.kept_parameters(settings) == {}


def test_a_parameter_is_named_with_its_value() -> None:
    words = ["GroupsSource=s3://directory/groups.csv?a=b", "ChatIssuer="]
    assert machine.named_parameters(words) == {"GroupsSource": "s3://directory/groups.csv?a=b", "ChatIssuer": ""}
    with pytest.raises(CommandError, match="--parameter ChatIssuer=VALUE"):
        machine.named_parameters(["ChatIssuer"])


def test_without_any_nothing_is_kept(settings: LocalSettings) -> None:
    machine.keep_parameters(settings, {})
    assert machine.kept_parameters(settings) == {}
    assert list(settings.home.iterdir()) == []
