"""The seams as the table in docs/local.md; `make compile` writes it there."""

from local.seams.catalogue import SEAMS


def render() -> str:
    """Sorted by service, then in the order of the list."""
    rows = [
        f"| {seam.service} | {seam.difference} | handled |" for seam in sorted(SEAMS, key=lambda seam: seam.service)
    ]
    return "\n".join(["| service | difference | handled or not |", "|---|---|---|", *rows])
