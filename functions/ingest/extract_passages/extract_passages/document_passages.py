"""The passages of one PDF, in order, each in its language and on one page. What cannot be read is a gap."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from docent.documents import Gap
from docent.errors import PermanentError
from docent.errors.ingest import ExtractionStoppedError, OversizedPdfError, UnreadablePageError
from passages.layout import Block, Page, Sheet, blocks_of
from passages.splitting import Passage, language_of, passages_by_page

from .extraction_limits import Limits
from .page_worker import Clock, Lost, in_worker
from .pdf_pages import characters_of, read_sheets

_LANGUAGE_PAGES = 20  # the pages that tell a document's language


@dataclass(frozen=True, slots=True)
class NumberedPassage:
    """`n` counts the passages of the document from 0. `language` is `de` or `en`."""

    n: int
    page: int
    text: str
    language: str


class DocumentPassages:
    """Reads the PDF at `path`, which messages call `name`. Once all passages are taken, `gaps` are complete.

    All pages are read before the first passage is made: a line is a running head because other pages have it too.
    """

    def __init__(self, path: str, name: str, limits: Limits, clock: Clock = time.monotonic) -> None:
        self._path = path
        self._name = name
        self._limits = limits
        self._clock = clock
        self._deadline = clock() + limits.seconds
        self.page_count = 0
        self.gaps: list[Gap] = []

    def __iter__(self) -> Iterator[NumberedPassage]:
        """Raises the error that the whole document fails with."""
        sheets = self._sheets()
        blocks = blocks_of(list(sheets.values()))
        language = language_of("\n".join(map(_text_of, blocks[:_LANGUAGE_PAGES])))
        n = 0
        for passages in self._split(list(sheets), blocks):
            on_page = language_of("\n".join(passage.text for passage in passages), language)
            for passage in passages:
                yield NumberedPassage(n, passage.page or 0, passage.text, language_of(passage.text, on_page))
                n += 1

    def write(self, path: str) -> int:
        """Writes a line for each passage; returns how many there are."""
        count = 0
        with Path(path).open("w", encoding="utf-8") as file:
            for passage in self:
                file.write(json.dumps(asdict(passage), ensure_ascii=False) + "\n")
                count += 1
        return count

    def _sheets(self) -> dict[int, Sheet]:
        """The pages that can be read, by number."""

        def read(first: int) -> Iterator[int | Sheet | str]:
            told = read_sheets(self._path, self._name, self._limits, max(1, first))
            # The number of pages comes first, as page 0; a worker that goes on with another page tells it no more.
            page_count = next(told)
            return chain([page_count], told) if first == 0 else told

        sheets: dict[int, Sheet] = {}
        characters = 0
        for page, told in enumerate(in_worker(read, self._limits, self._deadline, self._clock)):
            if isinstance(told, int):
                self.page_count = told
            elif isinstance(told, Sheet):
                characters += characters_of(told)
                if characters > self._limits.max_characters:
                    why = f"{self._name} has more than {self._limits.max_characters:,} characters"
                    self._add_gap(page, OversizedPdfError(f"{why}; its text is missing {self._from(page)}."))
                    break
                sheets[page] = told
            elif page == 0:
                reason = told.reason if isinstance(told, Lost) else told
                raise ExtractionStoppedError(f"{self._name} could not be opened: it {reason}.")
            else:
                self._lose(page, told)
        return sheets

    def _split(self, numbers: Sequence[int], blocks: Sequence[list[Block]]) -> Iterator[list[Passage]]:
        """The passages of each page."""
        pages = [Page(number, found) for number, found in zip(numbers, blocks, strict=True)]

        def split(first: int) -> Iterator[list[Passage]]:
            return passages_by_page(pages[first:])

        made = in_worker(split, self._limits, self._deadline, self._clock)
        # At the end of the time there is one Lost for all pages that are left.
        for number, told in zip(numbers, made, strict=False):
            if isinstance(told, Lost):
                self._lose(number, told)
            else:
                yield told

    def _lose(self, page: int, told: Lost | str) -> None:
        if page > self.page_count:  # the last worker that may fail did so on the last page
            return
        if isinstance(told, Lost) and told.end:
            why = f"{self._name} {told.reason}; its text is missing {self._from(page)}."
            self._add_gap(page, ExtractionStoppedError(why))
        else:
            reason = told.reason if isinstance(told, Lost) else told
            self._add_gap(page, UnreadablePageError(f"Page {page} of {self._name} {reason}; its text is missing."))

    def _from(self, page: int) -> str:
        return f"on page {page}" if page == self.page_count else f"on pages {page} to {self.page_count}"

    def _add_gap(self, page: int, error: PermanentError) -> None:
        told = error.to_json()
        self.gaps.append(Gap(page, told["name"], told["message"]))


def _text_of(blocks: Sequence[Block]) -> str:
    return "\n".join(block.text for block in blocks)
