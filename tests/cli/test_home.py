"""The home folder: what makes it ours, who can read it, and what `docent down --wipe` deletes."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from local import home
from tests.support.project import ROOT


def docent(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with somebody's work in it, which is the current one."""
    folder = tmp_path / "work"
    (folder / "thesis").mkdir(parents=True)
    (folder / "thesis" / "chapter.txt").write_text("Years of work.")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("named", ["", " ", ".", "thesis", ".."])
def test_a_folder_that_docent_did_not_make_is_never_deleted(
    theirs: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCENT_HOME", named)
    done = docent("down", "--wipe")
    assert done.exit_code == 1
    assert "DOCENT_HOME" in done.output
    assert (theirs / "thesis" / "chapter.txt").read_text() == "Years of work."


@pytest.mark.parametrize("named", ["", "."])
def test_a_folder_with_other_files_does_not_become_a_home(
    theirs: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCENT_HOME", named)
    before = theirs.stat().st_mode
    done = docent("up")
    assert done.exit_code == 1
    assert "DOCENT_HOME" in done.output
    assert [*theirs.iterdir()] == [theirs / "thesis"]
    assert theirs.stat().st_mode == before


def test_a_home_is_deleted_and_what_its_links_lead_to_is_not(
    theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCENT_HOME", str(tmp_path / "home"))
    claim(tmp_path / "home")
    (tmp_path / "home" / "s3").mkdir()
    (tmp_path / "home" / "s3" / "object").write_text("…")
    (tmp_path / "home" / "program").symlink_to(theirs)
    assert docent("down", "--wipe").exit_code == 0
    assert not (tmp_path / "home").exists()
    assert (theirs / "thesis" / "chapter.txt").exists()


def test_a_home_that_is_not_there_is_deleted_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCENT_HOME", str(tmp_path / "home"))
    assert docent("down", "--wipe").exit_code == 0


def test_an_interrupted_deletion_can_be_repeated(tmp_path: Path) -> None:
    claim(tmp_path / "home")
    (tmp_path / "home" / "file").touch()
    (tmp_path / "home" / home.MARK).unlink()
    with pytest.raises(home.NotOurFolderError):
        home.delete(tmp_path / "home")
    (tmp_path / "home" / home.MARK).touch()
    home.delete(tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_home_from_before_the_mark_is_ours(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "current").symlink_to(".")
    claim(tmp_path)
    assert (tmp_path / home.MARK).exists()


def test_what_other_commands_wrote_before_the_first_start_is_kept_in_the_home(tmp_path: Path) -> None:
    """`docent events --stack` needs nothing started, and prepares its events in the same folder."""
    folder = tmp_path / ".docent"
    (folder / "cloud").mkdir(parents=True)
    (folder / "cloud" / "env.json").write_text("{}")
    claim(folder)
    assert home.is_ours(folder)
    assert (folder / "cloud" / "env.json").read_text() == "{}"


def test_an_existing_home_and_all_that_is_written_later_is_its_owners_only(tmp_path: Path) -> None:
    folder, outside = tmp_path / "home", tmp_path / "outside"
    outside.write_text("…")
    outside.chmod(0o644)
    (folder / "state").mkdir(parents=True)
    (folder / "state" / "current").symlink_to(".")
    (folder / "link").symlink_to(outside)
    for name, mode in (("you.json", 0o644), ("state/cognito.json", 0o666), ("run", 0o755)):
        (folder / name).write_text("…")
        (folder / name).chmod(mode)
    folder.chmod(0o755)
    claim(folder, "import subprocess; subprocess.run(['touch', home / 'of-a-child']); (home / 'later').mkdir()")
    modes = {path.name: stat.S_IMODE(path.lstat().st_mode) for path in folder.rglob("*") if not path.is_symlink()}
    assert modes == {
        **dict.fromkeys(("you.json", "cognito.json", "of-a-child", home.MARK), 0o600),
        **dict.fromkeys(("state", "later", "run"), 0o700),
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def claim(folder: Path, afterwards: str = "") -> None:
    """In a process of its own, because it changes which permissions the process gives."""
    program = (
        f"from pathlib import Path; from local.home import claim; claim(home := Path({str(folder)!r})); {afterwards}"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, env=os.environ)
