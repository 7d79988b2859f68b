"""One word for one thing: an image is an image in every name of our code (docs/glossary.md)."""

import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.support.project import ROOT

SOURCES = [path for folder in ("functions", "layers", "cli") for path in sorted((ROOT / folder).rglob("*.py"))]
OLD_WORDS = re.compile(r"picture|(?<!con)figure", re.IGNORECASE)
# Names that other systems and people know.
KEPT = {"UnreadablePictureError", "PicturesHeldUpError"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_in_the_code_say_image(path: Path) -> None:
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
    names = {token.string for token in tokens if token.type == tokenize.NAME} | {path.stem}
    assert not {name for name in names if OLD_WORDS.search(name)} - KEPT
