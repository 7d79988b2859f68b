"""`docent up --models`: what the choice of a home's models needs, and how long it lasts."""

from pathlib import Path

import pytest

from cli import search_models
from cli.target import CommandError
from local.models import fetch
from local.models.catalogue import FILES
from local.models.chosen import VARIABLE
from local.settings import LocalSettings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalSettings:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (tmp_path / "home").mkdir()
    return LocalSettings(home=tmp_path / "home", port=4566, faults="", llm_url=None, wait_scale="1")


@pytest.fixture
def downloaded(settings: LocalSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files whose hashes are taken for right."""
    monkeypatch.setattr(fetch, "is_whole", lambda file, path: path.is_file())
    fetch.cache_folder().mkdir(parents=True)
    for file in FILES:
        (fetch.cache_folder() / file.name).touch()


def test_a_home_has_the_standard_models(settings: LocalSettings) -> None:
    said: list[str] = []
    search_models.choose(settings, None, said.append)
    assert settings.server_environment()[VARIABLE] == "standard"
    assert said == []
    assert list(settings.home.iterdir()) == []


def test_the_choice_is_kept_until_another(settings: LocalSettings, downloaded: None) -> None:
    said: list[str] = []
    search_models.choose(settings, "better", said.append)
    search_models.choose(settings, None, said.append)
    assert settings.server_environment()[VARIABLE] == "better"
    assert said == ["The search uses the better models. Passages that are indexed already are embedded again."]
    search_models.choose(settings, "standard", said.append)
    search_models.choose(settings, None, said.append)
    assert settings.server_environment()[VARIABLE] == "standard"


def test_without_their_files_the_models_are_not_chosen(settings: LocalSettings) -> None:
    with pytest.raises(CommandError, match=r"could not be downloaded.*Check the network"):
        search_models.choose(settings, "better", lambda _: None)
    assert settings.models == "standard"
