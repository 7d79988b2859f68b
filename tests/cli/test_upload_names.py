"""What `docent upload` refuses to send, before anything is sent."""

from pathlib import Path

import pytest

from cli.found_files import find_uploads
from cli.library import readers_named
from cli.target import CommandError
from docent.readers import Readers


@pytest.mark.parametrize("name", ["invoice\u202efdp.exe", "in\u200bvoice.pdf"], ids=ascii)
def test_a_file_name_that_deceives_people_is_told_in_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"%PDF")
    for path in (tmp_path, tmp_path / name):
        with pytest.raises(CommandError, match=r"holds U\+20.*Rename the file\.") as raised:
            find_uploads([path])
        assert name not in str(raised.value)
    (tmp_path / name).rename(tmp_path / "invoice.pdf")
    with pytest.raises(CommandError, match="Rename"):
        find_uploads([tmp_path / "invoice.pdf"], prefix="\u2067")


def test_readers_are_named_as_the_api_writes_them() -> None:
    readers = readers_named([" Mary@Example.com"], ["Bu\u0308ro "])
    assert readers == Readers(frozenset({"mary@example.com"}), frozenset({"Büro"}))
    with pytest.raises(CommandError, match="cannot be seen"):
        readers_named(None, ["l\u200bab"])
