"""The port: what an adapter of a search index does for a document."""

from collections.abc import Callable, Sequence
from itertools import batched
from typing import Any, Literal, Protocol

from docent.deadlines import Deadline
from docent.derived_keys import GenerationKeys
from docent.documents import Document, Image
from docent.errors import TransientError
from docent.readers import Readers

from .index_entries import Entry, ImageReading

type EntryState = Literal["pending", "indexed", "failed", "absent"]


class SearchIndex(Protocol):
    """`put`, `remove` and `settled` work through what they are given batch by batch, and return how many they are done
    with, from the first one on. They end early when time runs out, or when the index cannot take a batch now: what is
    done need not be done again. Only if that is the first batch they raise the TransientError.
    """

    def record_of(self, keys: GenerationKeys) -> str:
        """The key of the record of what one upload has put into this index, and no other."""
        ...

    def access_for(self, readers: Readers) -> Any:
        """Who can find an entry, as its entries carry it."""
        ...

    def text(self, document: Document, access: Any) -> Sequence[Entry]: ...

    def image(self, document: Document, access: Any, image: Image, reading: ImageReading) -> Sequence[Entry]: ...

    def put(self, entries: Sequence[Entry], refuse: Callable[[str, str], None]) -> int:
        """`refuse` is told what the index refuses for good: `(part, reason)`."""
        ...

    def remove(self, keys: Sequence[str]) -> int: ...

    def settled(self, keys: Sequence[str], is_settled: Callable[[str, EntryState, str], bool]) -> int:
        """`is_settled` is told `(key, state, the index's reason when it failed)`. The first batch with an entry that is
        not settled is the last one that is asked about."""
        ...

    def found(self, document_id: str, generation: str) -> Sequence[str] | None:
        """Keys of one upload that a search finds now, not all of them; None where `settled` has asked the search."""
        ...


def work_through[T](items: Sequence[T], size: int, deadline: Deadline, work: Callable[[Sequence[T]], bool]) -> int:
    """As the port works: `size` items a call of `work`, which is false if it is not done with them."""
    done = 0
    for batch in batched(items, size, strict=False):
        if done and not deadline.seconds:
            return done
        try:
            if not work(batch):
                return done
        except TransientError:
            if not done:
                raise
            return done
        done += len(batch)
    return done
