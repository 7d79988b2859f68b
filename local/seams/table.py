"""The seams as the table in docs/local.md; `python -m local.seams.table` writes it there."""

from pathlib import Path

from local.seams.catalogue import SEAMS

BEGIN, END = "<!-- generated: seams -->", "<!-- end of generated: seams -->"


def render() -> str:
    """Sorted by service, then in the order of the list."""
    rows = [
        f"| {seam.service} | {seam.difference} | handled |" for seam in sorted(SEAMS, key=lambda seam: seam.service)
    ]
    return "\n".join(["| service | difference | handled or not |", "|---|---|---|", *rows])


def written_into(page: str) -> str:
    """The page with the current table."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"The page has no region between {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n{render()}\n{END}{after}"


if __name__ == "__main__":
    document = Path(__file__).parents[2] / "docs" / "local.md"
    document.write_text(written_into(document.read_text()))
