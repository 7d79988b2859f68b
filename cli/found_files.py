"""The files that `docent upload` uploads, and their keys in the source bucket."""

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cli.plain_text import one_line
from cli.target import CommandError
from docent.names import shown, unseen_in
from docent.readers import Readers

# S3's limit, in UTF-8.
MAX_KEY_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to upload: its path, its key, and its readers (None: the stack's default)."""

    path: Path
    key: str
    readers: Readers | None = None


def find_uploads(
    paths: Iterable[Path],
    prefix: str = "",
    readers: Readers | None = None,
    tell: Callable[[str], object] = lambda _: None,
) -> list[Upload]:
    """The files to upload. The key of a file is its name; in a folder, its path from that folder on.

    In a folder, hidden files and folders are passed over; so are symbolic links to what is not in the folder, and
    `tell` gets a sentence about each. Raises CommandError if a path does not exist, if a file has a name that S3 cannot
    take or that deceives people, or if two files would get the same key.
    """
    uploads: list[Upload] = []
    for path in paths:
        if path.is_dir():
            root = Path(os.path.realpath(path))
            for file in _files_below(path, root, tell):
                uploads.append(Upload(file, str(PurePosixPath(root.name, *file.relative_to(path).parts))))
        elif path.is_file():
            uploads.append(Upload(path, path.name))
        else:
            raise CommandError(_why_not(path))
    if not uploads:
        raise CommandError("There is nothing to upload: the folder has no files, or only hidden ones.")
    found = [Upload(upload.path, _key(prefix, upload), readers) for upload in uploads]
    by_key: dict[str, Path] = {}
    for upload in found:
        other = by_key.setdefault(upload.key, upload.path)
        if other != upload.path:
            raise CommandError(
                f"{other} and {upload.path} would both get the key {upload.key}. "
                "Upload their folder instead, or use --prefix."
            )
    return found


def as_utf8(name: str) -> str:
    """A name as it is on disk, where that is UTF-8, although the locale of this terminal is another."""
    try:
        return os.fsencode(name).decode()
    except UnicodeError:
        return name


def composed(name: str) -> str:
    """macOS decomposes umlauts: the same name, typed there and elsewhere, is the same document."""
    return unicodedata.normalize("NFC", as_utf8(name))


def _files_below(folder: Path, root: Path, tell: Callable[[str], object]) -> Iterator[Path]:
    """The files in a folder, sorted; `root` is its real path. Linked folders are not entered, so there are no loops."""

    def refuse(error: OSError) -> None:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error

    for place, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if Path(place, name).is_symlink()]
        for path in (Path(place, name) for name in sorted([*files, *links]) if not name.startswith(".")):
            if path.is_symlink() and (why := _why_passed_over(path, root)):
                tell(f"{one_line(str(path))} is a symbolic link {why}. It is passed over.")
            elif path.is_file():
                yield path


def _why_passed_over(link: Path, root: Path) -> str | None:
    if not link.exists():
        return "that leads nowhere"
    if link.is_dir():
        return "to a folder"
    real = Path(os.path.realpath(link))
    return None if real.is_relative_to(root) else "to a file outside the folder; name it to upload it"


def _why_not(path: Path) -> str:
    if path.is_symlink() and not path.exists():
        return f"{path} is a symbolic link that leads nowhere. Name a file or a folder."
    if path.exists():
        return f"{path} is neither a file nor a folder."
    return f"{path} does not exist. Name a file or a folder."


def _key(prefix: str, upload: Upload) -> str:
    key = composed(prefix) + composed(upload.key)
    try:
        size = len(key.encode())
    except UnicodeEncodeError as error:
        raise CommandError(f"{upload.path} has a name that is not UTF-8, which S3 needs. Rename it.") from error
    if unseen := unseen_in(key):
        raise CommandError(
            f"The name {shown(key)} holds {unseen}, which cannot be seen or changes the writing direction. "
            "Rename the file."
        )
    if size > MAX_KEY_BYTES:
        raise CommandError(
            f"{upload.path} would get a key of {size} bytes, and S3 takes {MAX_KEY_BYTES}. "
            "Shorten the name, or use another --prefix."
        )
    return key
