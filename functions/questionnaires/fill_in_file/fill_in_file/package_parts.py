"""An Office package: parts that are changed, added or removed, and all others as they are."""

import copy
import io
import posixpath
import shutil
import zipfile
from collections.abc import Callable
from typing import IO, Any

from lxml import etree

CONTENT_TYPES = "[Content_Types].xml"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"

type Write = Callable[[IO[bytes]], None]


class Package:
    def __init__(self, source: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(source))
        self.names = set(self._zip.namelist())
        self._trees: dict[str, Any] = {}
        self._written: dict[str, Write] = {}
        self._added: dict[str, Write] = {}
        self._removed: set[str] = set()

    def read(self, name: str) -> bytes:
        return self._zip.read(name)

    def tree(self, name: str) -> Any:
        """The root of a part, whose changes are written."""
        if name not in self._trees:
            self._trees[name] = parse_xml(self.read(name))
        return self._trees[name]

    def change(self, name: str, root: Any) -> None:
        self._trees[name] = root

    def rewrite(self, name: str, write: Write) -> None:
        """`write` gets the file that the part is written to."""
        self._written[name] = write

    def add(self, name: str, write: Write) -> None:
        self._added[name] = write

    def remove(self, name: str) -> None:
        self._removed.add(name)

    @property
    def main_part(self) -> str:
        """The workbook or the document."""
        for relation in parse_xml(self.read("_rels/.rels")):
            if relation.get("Type", "").endswith("/officeDocument"):
                return relation.get("Target").lstrip("/")
        raise KeyError("officeDocument")

    def relations(self, part: str) -> Any:
        return self.tree(relations_of(part))

    def related(self, part: str, kind: str) -> str | None:
        """The part that this one is related to in this way (`styles`, `calcChain`)."""
        for relation in parse_xml(self.read(relations_of(part))):
            if relation.get("Type", "").endswith(f"/{kind}"):
                return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), relation.get("Target")))[1:]
        return None

    def relate(self, part: str, kind: str, target: str) -> str:
        """The id of a new relation; `kind` is its type's URI."""
        relations = self.relations(part)
        ids, number = {relation.get("Id") for relation in relations}, 1
        while f"rId{number}" in ids:
            number += 1
        address = posixpath.relpath(target, posixpath.dirname(part) or ".")
        etree.SubElement(relations, f"{{{_RELATIONS}}}Relationship", Id=f"rId{number}", Type=kind, Target=address)
        return f"rId{number}"

    def unrelate(self, part: str, kind: str) -> None:
        for relation in list(self.relations(part)):
            if relation.get("Type", "").endswith(f"/{kind}"):
                relation.getparent().remove(relation)

    def declare(self, name: str, content_type: str) -> None:
        types = self.tree(CONTENT_TYPES)
        etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)

    def undeclare(self, name: str) -> None:
        for override in list(self.tree(CONTENT_TYPES)):
            if override.get("PartName") == f"/{name}":
                override.getparent().remove(override)

    def to_bytes(self) -> bytes:
        """In the order of the source. What is added comes last."""
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as target:
            for info in self._zip.infolist():
                if info.filename in self._removed:
                    continue
                name = info.filename
                with target.open(copy.copy(info), "w") as part:
                    if name in self._trees:
                        write_xml(self._trees[name], part)
                    elif name in self._written:
                        self._written[name](part)
                    else:
                        with self._zip.open(info) as untouched:
                            shutil.copyfileobj(untouched, part)
            for name, write in self._added.items():
                # A date of its own, so that the same answers give the same bytes.
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                with target.open(info, "w") as part:
                    write(part)
        return body.getvalue()


def relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def parse_xml(data: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(data, parser)


def write_xml(root: Any, file: IO[bytes]) -> None:
    root.getroottree().write(file, xml_declaration=True, encoding="UTF-8", standalone=True)
