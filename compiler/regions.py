"""Pages that people write, with a table between two comments that is compiled."""

import re


def with_region(page: str, name: str, content: str) -> str:
    """The page with `content` between `<!-- compiled: name -->` and `<!-- end -->`. Raises ValueError without them."""
    pattern = re.compile(rf"(<!-- compiled: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not pattern.search(page):
        raise ValueError(f"The page has no place for `{name}`.")
    return pattern.sub(lambda found: f"{found[1]}{content}\n{found[2]}", page)
