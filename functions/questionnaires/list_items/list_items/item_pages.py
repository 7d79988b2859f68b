"""Pages of a questionnaire's items, filtered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from docent.api import decode_next, encode_next
from docent.errors import InvalidRequestError
from docent.names import user_name
from docent.questionnaire_items import Item, Reading, not_found

# Items looked at for one request at most: with a rare filter a page is short, and leads to the next.
MAX_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class Filters:
    """What an item must be; None is anything."""

    status: str | None = None
    confidence: str | None = None
    review: str | None = None
    assignee: str | None = None
    needs_review: bool | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        needs = query.get("needs_review")
        assignee = query.get("assignee")
        return cls(
            query.get("status"),
            query.get("confidence"),
            query.get("review"),
            user_name(assignee) if assignee else None,
            None if needs is None else needs == "true",
        )

    def hold(self, item: Item) -> bool:
        pairs = (
            (self.status, item.status),
            (self.confidence, item.confidence),
            (self.review, item.review),
            (self.assignee, item.assignee),
            (self.needs_review, item.needs_review),
        )
        return all(wanted is None or wanted == told for wanted, told in pairs)


@dataclass(frozen=True, slots=True)
class Page:
    """`following` is the number of the item behind which the following page begins; None on the last page."""

    items: list[Item]
    following: int | None
    looked_at: int


def fill_page(items: Iterable[Item], reading: Reading, filters: Filters, limit: int, *, is_first: bool) -> Page:
    """Raises NotFoundError if the caller can read nothing of the questionnaire."""
    page: list[Item] = []
    may_read, last, looked_at = reading.is_whole or not is_first, 0, 0
    for item in items:
        if len(page) == limit or (looked_at == MAX_LOOKED_AT and may_read):
            return Page(page, last, looked_at)
        last, looked_at = item.number, looked_at + 1
        if not reading.allows(item):
            continue
        may_read = True
        if filters.hold(item):
            page.append(item)
    if not may_read:
        raise not_found()
    return Page(page, None, looked_at)


def number_of(following: str | None) -> int:
    """Raises InvalidRequestError for what no page gave."""
    match decode_next(following) if following else 0:
        case int(number) if 0 <= number < 1_000_000 and not isinstance(number, bool):
            return number
        case _:
            detail = {"field": "/query/next", "detail": "is none that a page before gave"}
            raise InvalidRequestError("`next` is not usable.", (detail,))


def place_of(number: int) -> str:
    return encode_next(number)
