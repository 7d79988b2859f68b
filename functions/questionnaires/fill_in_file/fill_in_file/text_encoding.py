"""The encoding of CSV, text, Markdown and JSON files: read with it, written with it."""

import codecs
from dataclasses import dataclass
from typing import Self

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_READ = 200_000  # bytes that an encoding is guessed by, as when the questions were found


@dataclass(frozen=True, slots=True)
class Encoding:
    """`mark` is the byte order mark that the file begins with."""

    name: str
    mark: bytes = b""

    @classmethod
    def of(cls, source: bytes) -> Self:
        for mark, name in _MARKS:
            if source.startswith(mark):
                return cls(name, mark)
        try:
            source.decode("utf-8")
            return cls("utf-8")
        except UnicodeDecodeError:
            # Windows' own where it reads the same: it has the most characters for what is added.
            best = from_bytes(source[:_READ]).best()
            return cls(best.encoding if best and "cp1252" not in best.could_be_from_charset else "cp1252")

    def decode(self, source: bytes) -> str:
        """Bytes that are not of this encoding are kept: `encode` writes them as they were."""
        return source.removeprefix(self.mark).decode(self.name, "surrogateescape")

    def encode(self, text: str) -> bytes:
        return self.mark + text.encode(self.name, "surrogateescape")

    def fitting(self, text: str) -> str:
        """The text with a question mark for each character that the encoding lacks."""
        return text.encode(self.name, "replace").decode(self.name)
