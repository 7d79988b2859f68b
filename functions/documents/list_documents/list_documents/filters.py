"""Which documents of a list the caller wants to see."""

import unicodedata
from dataclasses import dataclass

from docent.document_rows import DocumentRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part of the file name, and a status; an empty one matches every document that is not removed."""

    name: str = ""
    status: str = ""

    def matches(self, row: DocumentRow) -> bool:
        if row.status == "REMOVED" or self.status not in ("", row.status):
            return False
        return _folded(self.name) in _folded(row.file_name)


def _folded(text: str) -> str:
    """Without upper case, and with each letter in one piece with its marks, as the names of uploads are."""
    return unicodedata.normalize("NFC", text).casefold()
