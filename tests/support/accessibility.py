"""What axe finds on a page that not everybody can use."""

import pytest
from playwright.sync_api import Page

from tests.support.project import ROOT

AXE = ROOT / "console/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def found_by_axe(page: Page) -> list[tuple[str, list[str]]]:
    """The rules that are broken, each with the elements that break it."""
    if not AXE.exists():
        pytest.skip("axe is not installed: `make test` does that")
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]
