"""Zip packages of Office: what they declare is checked before a byte of them is unpacked."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from docent.errors.questionnaires import (
    EncryptedQuestionnaireError,
    OversizedQuestionnaireError,
    UnreadableQuestionnaireError,
)

MAX_BYTES = 512 * 1024 * 1024
MAX_ENTRIES = 10_000
# Of one part: as a tree it takes about ten times as much memory, as a stream only what is kept of it.
MAX_TREE_BYTES = 64 * 1024 * 1024
MAX_STREAM_BYTES = 256 * 1024 * 1024
_PARSER: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


class Package:
    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise UnreadableQuestionnaireError(f"{name} is not a complete Office file ({error}).") from error
        if len(entries) > MAX_ENTRIES:
            raise OversizedQuestionnaireError(f"{name} has {len(entries)} parts, and {MAX_ENTRIES} are allowed.")
        size = sum(entry.file_size for entry in entries)
        if size > MAX_BYTES:
            raise OversizedQuestionnaireError(
                f"{name} unpacks to {size >> 20} MB, and {MAX_BYTES >> 20} MB are allowed."
            )
        if any(entry.flag_bits & 1 for entry in entries):
            raise EncryptedQuestionnaireError(f"{name} is encrypted.")
        self._entries = {entry.filename.lstrip("/"): entry for entry in entries}

    def __contains__(self, part: str) -> bool:
        return part in self._entries

    def tree(self, part: str) -> Any:
        """The root element of a part. A part that unpacks to more than it declares is damaged to zipfile."""
        self._check(part, MAX_TREE_BYTES)
        try:
            with self._zip.open(self._entries[part]) as file:
                return etree.parse(file, etree.XMLParser(**_PARSER)).getroot()
        except (KeyError, *_DAMAGED) as error:
            raise self._damaged(part, error) from error

    def elements(self, part: str, *names: str) -> Iterator[Any]:
        """The elements of these names, one after another, each cleared when the next is asked for."""
        self._check(part, MAX_STREAM_BYTES)
        try:
            with self._zip.open(self._entries[part]) as file:
                for _, element in etree.iterparse(file, tag=[f"{{*}}{name}" for name in names], **_PARSER):
                    yield element
                    element.clear()
                    while element.getprevious() is not None and element.getparent() is not None:
                        del element.getparent()[0]
        except (KeyError, *_DAMAGED) as error:
            raise self._damaged(part, error) from error

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """`{id: (kind, part)}` of a part; of the package for the empty name."""
        folder, file = posixpath.split(part)
        of = posixpath.join(folder, "_rels", f"{file}.rels")
        if of not in self:
            return {}
        found: dict[str, tuple[str, str]] = {}
        for each in self.tree(of):
            if isinstance(each.tag, str) and each.get("TargetMode") != "External":
                target = each.get("Target", "")
                path = (
                    target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                )
                found[each.get("Id", "")] = (each.get("Type", "").rsplit("/", 1)[-1], path)
        return found

    def main_part(self, usual: str) -> str:
        targets = [part for kind, part in self.relations("").values() if kind == "officeDocument" and part in self]
        return targets[0] if targets else usual

    def _check(self, part: str, allowed: int) -> None:
        size = self._entries[part].file_size if part in self._entries else 0
        if size > allowed:
            happened = f"{part} of {self.name} unpacks to {size >> 20} MB, and {allowed >> 20} MB are allowed."
            raise OversizedQuestionnaireError(happened)

    def _damaged(self, part: str, error: Exception) -> UnreadableQuestionnaireError:
        return UnreadableQuestionnaireError(f"{part} of {self.name} cannot be read ({type(error).__name__}).")


_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    SyntaxError,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    AssertionError,
)


def local_name(element: Any) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""
