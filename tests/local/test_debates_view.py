"""The view of debates in a browser: from the list to the run, and to one debate beside its document."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.console_site import ConsoleSite, console_site

SHOTS = os.environ.get("DOCENT_SCREENSHOTS")
RUN_ID = "7c1f0e9d3a4b5c8e6f7a2d4c0b1e9a5d"
RUN = {
    "run_id": RUN_ID, "name": "november", "source": "s3://docent/debates/1/november.jsonl", "generation": "1",
    "created_at": "2026-11-29T08:00:00Z", "updated_at": "2026-11-29T08:05:00Z",
}  # fmt: skip
PLAN = {
    "techniques": ["expert", "debate"], "rounds": 2, "turns": False, "votes": 1, "temperature": 0.7,
    "debater_a": "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "debater_b": "eu.amazon.nova-pro-v1:0",
    "judge": "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
}  # fmt: skip
LINES = [f"Line {number} tells of the weather, and of nothing else." for number in range(120)]
LINES[100] = "The company lost $10.6 billion in 2005."
DOCUMENT = "\n".join(LINES)
QUOTE = "lost $10.6 billion"
PLACE = [DOCUMENT.index(QUOTE), DOCUMENT.index(QUOTE) + len(QUOTE)]
CASE = {
    "number": 2, "id": "gm", "question": "Which one is right?", "answer_a": "It lost $10.6 billion.",
    "answer_b": "It lost $10 billion.", "label": "A", "error_types": ["meaning shift"],
}  # fmt: skip


def share(part: float, of: int, low: float, high: float) -> dict[str, Any]:
    return {"part": part, "of": of, "share": part / of, "low": low, "high": high}


def measures(technique: str, accuracy: dict[str, Any]) -> dict[str, Any]:
    half = share(1, 2, 0.1, 0.9)
    return {
        "technique": technique, "cases": 2, "accuracy": accuracy, "accuracy_of_decided": accuracy,
        "consistency": {"flipped": share(0, 2, 0, 0.66)},
        "could_explain": {"first_won": half, "longer_won": half, "own_family_won": half},
    }  # fmt: skip


def said(side: str, round: int, text: str, *quotes: dict[str, Any]) -> dict[str, Any]:
    return {
        "side": side, "round": round, "text": text, "quotes": list(quotes), "was_cut": False,
        "model_id": PLAN["debater_a" if side == "A" else "debater_b"],
    }  # fmt: skip


def unit(name: str, sides: str, *arguments: dict[str, Any]) -> dict[str, Any]:
    speakers = [
        {"side": side, "model_id": PLAN[who]} for side, who in zip(sides, ("debater_a", "debater_b"), strict=False)
    ]
    votes = [
        {"first": first, "side": "A", "reason": None, "after": 2, "reasoning": "It is verified.", "model_id": "j"}
        for first in "AB"
    ]  # fmt: skip
    return {"name": name, "speakers": speakers, "said": list(arguments), "votes": votes}


VERIFIED = said(
    "A", 1, f"The transcript says that it <v_quote>{QUOTE}</v_quote>.",
    {"text": QUOTE, "likeness": "exact", "places": [PLACE]},
)  # fmt: skip
UNVERIFIED = said(
    "B",
    1,
    "It is about <u_quote>$10 billion</u_quote>.",
    {"text": "$10 billion", "likeness": "not_found", "places": []},
)
VOTES = {"A": 2, "B": 0, "none": 0}
DETAILS = CASE | {
    "document": DOCUMENT,
    "techniques": [
        {"technique": "expert", "units": [unit("expert", "")], "verdict": {"side": "A", "votes": VOTES}},
        {
            "technique": "debate",
            "units": [unit("debate-AB", "AB", VERIFIED, UNVERIFIED), unit("debate-BA", "BA", VERIFIED, UNVERIFIED)],
            "verdict": {"side": "A", "votes": VOTES | {"A": 4}},
        },
    ],
}


@pytest.fixture
def site() -> Iterator[ConsoleSite]:
    with console_site() as site:
        site.capabilities = ["debates", "documents"]
        link = f"{site.address}/files/source/"
        links = {
            "verdicts": f"{link}verdicts.jsonl",
            "report": f"{link}report.json",
            "report_page": f"{link}report.html",
        }
        report = {
            "techniques": [
                measures("expert", share(1.5, 2, 0.2, 0.97)),
                measures("debate", share(2, 2, 0.34, 1)),
            ],
            "compared": [],
            "changed": None,
        }
        site.files["report.json"] = json.dumps(report).encode()
        judged = {"status": "JUDGED", "counts": {"decided": 3, "undecided": 1}, "cost": 0.0421, "plan": PLAN}
        units = [
            {"name": name, "rounds": rounds, "votes": 2, "judged": True}
            for name, rounds in (("expert", 0), ("debate-AB", 2), ("debate-BA", 2))
        ]
        site.replies |= {
            ("GET", "/debates"): {"runs": [RUN | {"status": "JUDGED", "counts": judged["counts"]}]},
            ("GET", f"/debates/{RUN_ID}"): RUN
            | judged
            | {"cases": 1, "refused": 1, "links": links | {"expires_at": "2026-11-29T12:00:00Z"}},
            ("GET", f"/debates/{RUN_ID}/cases"): {"cases": [CASE | {"units": units}]},
            ("GET", f"/debates/{RUN_ID}/cases/2"): DETAILS,
        }
        yield site


@pytest.fixture
def page(browser: Browser, site: ConsoleSite) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        yield page
    assert wrong == []


def shot(page: Page, name: str) -> None:
    if SHOTS:
        for width, height in ((360, 740), (1280, 800)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(700)
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=width == 360)


def test_a_quote_of_a_debate_leads_to_its_place_in_the_document(site: ConsoleSite, page: Page) -> None:
    page.goto(f"{site.address}/debates")
    shot(page, "debates")
    page.get_by_role("link", name="november").click()
    accuracy = page.get_by_role("table", name="Accuracy")
    expect(accuracy.get_by_role("img")).to_have_count(2)
    expect(page.get_by_text("Under 30 labelled cases no winner is drawn", exact=False)).to_be_visible()
    shot(page, "debate-run")
    page.get_by_role("link", name="gm").click()
    place = page.locator("mark", has_text=QUOTE)
    expect(place).not_to_be_in_viewport()
    page.get_by_role("button", name=QUOTE).first.click()
    expect(place).to_be_in_viewport()
    expect(place).to_be_focused()
    expect(page.get_by_title("Not in the document word for word").first).to_be_visible()
    shot(page, "debate-case")
    page.get_by_text("Expert judge").click()
    expect(page.get_by_role("button", name=QUOTE)).to_have_count(0)
