"""The text of a long image that a prompt shows in parts: what two parts both show is said once."""

from collections.abc import Sequence

_IN_PARTS = "parts of it in order"  # as the prompt for long images says
_MOST = 12  # lines that two parts share


def in_parts(prompt: str) -> bool:
    return _IN_PARTS in prompt


def one_text(texts: Sequence[str]) -> str:
    lines: list[str] = []
    for text in texts:
        own = text.splitlines()
        kept, repeated = _overlap(lines, own)
        lines = lines[:kept] + own[repeated:]
    return "\n".join(lines)


def _overlap(lines: Sequence[str], own: Sequence[str]) -> tuple[int, int]:
    """How many lines to keep of those before, and to leave out of the next part.

    The last line before and the first line of the part may be cut through; then only the other part has them whole.
    """
    for shared in range(min(_MOST, len(lines), len(own)), 0, -1):
        for cut, begun in ((0, 0), (1, 0), (0, 1), (1, 1)):
            before = lines[len(lines) - cut - shared : len(lines) - cut]
            after = own[begun : begun + shared]
            if before == after and len(before) == shared:
                return len(lines) - cut, begun + shared
    return len(lines), 0
