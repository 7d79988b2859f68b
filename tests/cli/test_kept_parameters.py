"""Template parameters that this machine keeps from one deployment to the next."""

from pathlib import Path

import pytest

from cli import machine, search_index
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


def chosen(settings: LocalSettings) -> list[str]:
    found = machine.local_parameters(settings)
    return [found[name] for name in ("SearchIndex", "FormerSearchIndex", "KendraEdition")]


def test_the_index_is_kendra_until_another_is_chosen(settings: LocalSettings) -> None:
    assert chosen(settings) == ["kendra", "", "DEVELOPER_EDITION"]
    for wanted in ("s3_vectors", None):
        search_index.choose(settings, wanted, print)
        assert chosen(settings) == ["s3_vectors", "", ""]  # a new stack has no other index


def test_a_stack_that_has_the_other_index_keeps_it_as_the_former_one(settings: LocalSettings) -> None:
    (settings.home / "deployed").touch()
    said: list[str] = []
    search_index.choose(settings, "s3_vectors", said.append)
    assert chosen(settings) == ["s3_vectors", "kendra", "DEVELOPER_EDITION"]
    assert "docent reingest" in said[0]
    search_index.choose(settings, "s3_vectors", said.append)
    assert len(said) == 1
    search_index.choose(settings, "kendra", said.append)
    assert chosen(settings) == ["kendra", "s3_vectors", "DEVELOPER_EDITION"]
