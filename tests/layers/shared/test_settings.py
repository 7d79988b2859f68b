"""Settings are read once, from the environment, and everything wrong with them is named at once."""

from dataclasses import dataclass

import pytest

from docent.errors import MisconfiguredError
from docent.settings import read_settings


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    max_pages: int
    input_token_price: float
    language: str = "de"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DERIVED_BUCKET", "docent-derived")
    monkeypatch.setenv("MAX_PAGES", "1000")
    monkeypatch.setenv("INPUT_TOKEN_PRICE", "0.8")


def test_a_setting_comes_from_the_variable_of_its_name_in_its_type() -> None:
    assert read_settings(Settings) == Settings("docent-derived", 1000, 0.8, "de")


def test_a_default_gives_way_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    assert read_settings(Settings).language == "en"


def test_everything_missing_or_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DERIVED_BUCKET")
    monkeypatch.setenv("MAX_PAGES", "")
    monkeypatch.setenv("INPUT_TOKEN_PRICE", "free")
    with pytest.raises(MisconfiguredError) as raised:
        read_settings(Settings)
    assert "DERIVED_BUCKET is not set, MAX_PAGES is not set, INPUT_TOKEN_PRICE is not a number." in str(raised.value)


def test_a_value_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_PAGES", "a secret in the wrong place")
    with pytest.raises(MisconfiguredError) as raised:
        read_settings(Settings)
    assert "secret" not in str(raised.value)
