"""The parts in which a task is exported, so that each is written in the time of one function."""

# A part of a task with one answer for each item takes about a minute.
ITEMS = 5_000


def parts_of(lines: int) -> int:
    """How many parts there are; one of a task without lines."""
    return max(1, -(-lines // ITEMS))


def numbers_of(part: int) -> range:
    """The numbers of a part's items. Parts are counted from 1."""
    return range((part - 1) * ITEMS + 1, part * ITEMS + 1)


def archive_name(part: int) -> str:
    """As a person gets it."""
    return "labels.zip" if part == 1 else f"labels-{part}.zip"
