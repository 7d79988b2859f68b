"""Which files `docent upload` takes, and the keys they get."""

import os
import unicodedata
from pathlib import Path

import pytest

from cli.found_files import find_uploads
from cli.target import CommandError


def files(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.7")
    return folder


def keys(*paths: Path, prefix: str = "", tell: list[str] | None = None) -> list[str]:
    return [upload.key for upload in find_uploads(paths, prefix, tell=(tell if tell is not None else []).append)]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    folder = files(tmp_path / "docs", "a.pdf", "sub/b.pdf", ".hidden.pdf", ".git/config", "sub/.cache/c.pdf")
    assert keys(folder) == ["docs/a.pdf", "docs/sub/b.pdf"]


def test_the_current_folder_has_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files(tmp_path / "docs", "a.pdf", ".git/HEAD"))
    assert keys(Path()) == ["docs/a.pdf"]


def test_a_hidden_file_that_is_named_is_uploaded(tmp_path: Path) -> None:
    assert keys(files(tmp_path, ".a.pdf") / ".a.pdf") == [".a.pdf"]


def test_a_link_to_a_file_of_the_folder_has_its_own_key(tmp_path: Path) -> None:
    folder = files(tmp_path / "docs", "a.pdf")
    (folder / "b.pdf").symlink_to("a.pdf")
    assert keys(folder) == ["docs/a.pdf", "docs/b.pdf"]


def test_links_that_lead_out_of_the_folder_nowhere_or_in_a_circle_are_told_and_passed_over(tmp_path: Path) -> None:
    folder = files(tmp_path / "docs", "a.pdf", "sub/b.pdf")
    secret = files(tmp_path, "secret/id_rsa") / "secret"
    (folder / "dangling.pdf").symlink_to("nothing.pdf")
    (folder / "itself.pdf").symlink_to("itself.pdf")
    (folder / "outside.pdf").symlink_to(secret / "id_rsa")
    (folder / "folder-outside").symlink_to(secret)
    (folder / "sub" / "up").symlink_to("..")
    told: list[str] = []
    assert keys(folder, tell=told) == ["docs/a.pdf", "docs/sub/b.pdf"]
    assert len(told) == 5
    assert all("is a symbolic link" in sentence and "passed over" in sentence for sentence in told)


def test_a_linked_folder_or_file_that_is_named_is_uploaded(tmp_path: Path) -> None:
    files(tmp_path / "docs", "a.pdf")
    (tmp_path / "link").symlink_to("docs")
    (tmp_path / "b.pdf").symlink_to("docs/a.pdf")
    assert keys(tmp_path / "link", tmp_path / "b.pdf") == ["docs/a.pdf", "b.pdf"]


@pytest.mark.parametrize("target", ["nothing", "link"], ids=["dangling", "loop"])
def test_a_named_link_that_leads_nowhere_says_so(tmp_path: Path, target: str) -> None:
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(CommandError, match="is a symbolic link that leads nowhere"):
        find_uploads([tmp_path / "link"])


def test_what_is_neither_a_file_nor_a_folder_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CommandError, match="neither a file nor a folder"):
        find_uploads([tmp_path / "pipe"])


def test_a_name_decomposed_by_macos_gets_the_key_that_others_type(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Prüfbericht.pdf")
    assert keys(files(tmp_path, decomposed) / decomposed, prefix=unicodedata.normalize("NFD", "März/")) == [
        "März/Prüfbericht.pdf"
    ]


def test_two_names_that_differ_only_in_how_they_are_composed_are_refused(tmp_path: Path) -> None:
    folder = files(tmp_path / "docs", "ü.pdf", unicodedata.normalize("NFD", "ü.pdf"))
    with pytest.raises(CommandError, match=r"would both get the key docs/ü\.pdf"):
        find_uploads([folder])


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    folder = files(tmp_path / "docs", os.fsdecode(b"\xff.pdf"))
    with pytest.raises(CommandError, match="not UTF-8"):
        find_uploads([folder])


def test_a_key_that_s3_cannot_take_is_refused_with_its_size(tmp_path: Path) -> None:
    path = files(tmp_path, "a.pdf") / "a.pdf"
    with pytest.raises(CommandError, match="1025 bytes, and S3 takes 1024"):
        find_uploads([path], "ü" * 510)
    assert len(keys(path, prefix="ü" * 509)[0].encode()) == 1023


def test_a_folder_with_hidden_files_only_has_nothing_to_upload(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nothing to upload"):
        find_uploads([files(tmp_path / "docs", ".a.pdf")])


def test_odd_but_legal_names_are_kept(tmp_path: Path) -> None:
    names = ["a b,c=d#e?.pdf", "100%.pdf", "[red]x[/].pdf", "a:memo:.pdf", "-rf.pdf", "quote'\".pdf"]
    assert set(keys(files(tmp_path / "docs", *names))) == {f"docs/{name}" for name in names}
