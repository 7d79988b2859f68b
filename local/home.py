"""The folder with all state of this machine. It carries a mark, and only its owner can read it."""

import contextlib
import os
import shutil
from pathlib import Path

MARK = ".docent-home"
# Commands and tests write these before anything is started.
BEFORE = frozenset({"cloud", "idp"})
_TEXT = "This folder holds the state of Docent's local AWS. `docent down --wipe` deletes all of it.\n"


class NotOurFolderError(Exception):
    """A folder that is not ours to fill or to delete, and what to do about it."""


def claim(home: Path) -> None:
    """Make the folder ours and private, and let this process and its children write files for their owner only.

    Raises NotOurFolderError if other things are in it.
    """
    if home.exists() and not is_ours(home) and (not home.is_dir() or {path.name for path in home.iterdir()} - BEFORE):
        raise NotOurFolderError(f"{home} holds other files. Set DOCENT_HOME to a folder that is new or empty.")
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).write_text(_TEXT)
    os.umask(0o077)
    make_private(home)


def is_ours(home: Path) -> bool:
    # Homes from before the mark have a link to their current snapshot.
    return (home / MARK).is_file() or (home / "state" / "current").is_symlink()


def delete(home: Path) -> None:
    """Delete the folder. Raises NotOurFolderError if it is not ours."""
    if not home.exists():
        return
    if not is_ours(home):
        raise NotOurFolderError(f"{home} was not made by `docent up`, so nothing is deleted. Check DOCENT_HOME.")
    (home / MARK).write_text(_TEXT)  # stays until all else is gone, so that an interrupted deletion can be repeated
    for path in home.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != MARK:
            path.unlink()
    shutil.rmtree(home)


def make_private(folder: Path) -> None:
    """Take every permission of others away. Links are not followed."""
    folder.chmod(0o700)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            with contextlib.suppress(OSError):  # it was deleted meanwhile, or a container made it as another user
                mode = path.lstat().st_mode
                if mode & 0o077 and not path.is_symlink():
                    path.chmod(mode & 0o700)
