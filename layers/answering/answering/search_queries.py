"""What the index is asked: a question as Kendra takes it, and further ways to say it."""

from collections.abc import Iterable
from typing import Any

from docent.callers import Caller
from docent.readers import product_group

# https://docs.aws.amazon.com/kendra/latest/dg/quotas.html; of what is left it reads thirty words that count.
MAX_CHARS = 1000
# https://docs.aws.amazon.com/kendra/latest/APIReference/API_UserContext.html
MAX_GROUPS, MAX_NAME = 2048, 200


def queries_of(*questions: str) -> list[str]:
    """Each once, cut to what Kendra takes."""
    cut = dict.fromkeys(query for question in questions if (query := _cut(" ".join(question.split()))))
    return list(cut)


def _cut(text: str) -> str:
    if len(text) <= MAX_CHARS:
        return text
    return text[: MAX_CHARS + 1].rpartition(" ")[0].strip() or text[:MAX_CHARS]


def user_context(caller: Caller) -> dict[str, Any]:
    """Who searches: what they may not read is not found."""
    products = [product_group(product_id) for product_id in sorted(caller.products)]
    groups = list(_named((*products, *caller.groups)))[:MAX_GROUPS]
    if groups and not caller.user:  # of a file that belongs to a group only
        return {"Groups": groups}
    return {"UserId": caller.user} | ({"Groups": groups} if groups else {})


def _named(groups: Iterable[str]) -> Iterable[str]:
    """A group of a longer name cannot stand in an access list, either."""
    return (group for group in dict.fromkeys(groups) if 0 < len(group) <= MAX_NAME and group.isprintable())
