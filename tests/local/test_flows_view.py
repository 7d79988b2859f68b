"""The views of flows in a browser: a run that lights up, and the editor by mouse and by keyboard alone."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.accessibility import found_by_axe
from tests.support.browser import check_width
from tests.support.console_site import ConsoleSite, console_site
from tests.support.project import ROOT

SHOTS = os.environ.get("DOCENT_SCREENSHOTS")
FLOW = "customer-service"
FILES = ROOT / "flows"
TEXT = (FILES / f"{FLOW}.flow.json").read_text()
LAYOUT = (FILES / f"{FLOW}.layout.json").read_text()
DEFINITION = json.loads(TEXT)
RUN_ID = "7c1f0e9d3a4b5c8e6f7a2d4c0b1e9a5d"
AT = "2026-11-29T08:00:0{}Z"
VALID = {"validations": [], "refusals": [], "nodes": {}}
WARNING = {
    "message": "Data reaches the Lambda function unmasked.", "severity": "Warning", "type": "DocentUnmaskedLambda",
    "details": {"docentUnmaskedLambda": {"node": "OrderStatus"}},
}  # fmt: skip
VIOLATIONS = """document.addEventListener('securitypolicyviolation',
  each => console.error('Content Security: ' + each.violatedDirective))"""
TEST = {"name": "greeting", "text": "{}", "saved_at": AT.format(1), "saved_by": "mary@example.com"}
FILE = {"text": TEXT, "layout": LAYOUT, "revision": "1", "is_draft": False}


def row(node: str, kind: str, began: int, ended: int, **more: Any) -> dict[str, Any]:
    times = {"began_at": AT.format(began), "ended_at": AT.format(ended), "milliseconds": (ended - began) * 1000}
    documents: dict[str, Any] = {"inputs": {}, "outputs": {}, "conditions": []}
    return (
        {"node": node, "type": kind, "rounds": 1, "guardrail": {"outcome": "none", "kinds": []}}
        | documents
        | times
        | more
    )


def trace(kind: str, node: str, **more: Any) -> dict[str, Any]:
    return {"flowTraceEvent": {"trace": {kind: {"nodeName": node, **more}}}}


EVENTS = [
    {"flowInputEvent": {"nodeName": "FlowInputNode", "content": {"document": "I am {NAME}."}}},
    trace("nodeInputTrace", "Classify", fields=[{"nodeInputName": "message", "source": {"nodeName": "FlowInputNode"}}]),
    trace("nodeOutputTrace", "Classify"),
    trace("nodeOutputTrace", "NormalizeLabel"),
    trace("conditionNodeResultTrace", "Route", satisfiedConditions=[{"conditionName": "default"}]),
    trace("nodeOutputTrace", "GeneralAnswer"),
    {"flowOutputEvent": {"nodeName": "GeneralOutput", "content": {"document": "Dear Mr. {NAME}"}}},
]
NODES = [
    row("FlowInputNode", "Input", 0, 0, outputs={"document": "I am {NAME}."}),
    row("Classify", "Prompt", 0, 1, inputs={"message": "I am {NAME}."}, outputs={"modelCompletion": "other\n"},
        input_tokens=90, output_tokens=2, model_milliseconds=910, cost=0.0003),
    row("Route", "Condition", 1, 1, inputs={"label": "other"}, conditions=["default"]),
    row("GeneralAnswer", "Prompt", 1, 6, inputs={"message": "I am {NAME}."},
        outputs={"modelCompletion": "Dear Mr. {NAME}"}, guardrail={"outcome": "masked", "kinds": ["NAME", "EMAIL"]}),
    row("GeneralOutput", "Output", 6, 6, inputs={"document": "Dear Mr. {NAME}"}),
]  # fmt: skip
RUN = {
    "run_id": RUN_ID, "flow": FLOW, "version": "3", "status": "SUCCEEDED", "created_at": AT.format(0),
    "ended_at": AT.format(6), "milliseconds": 6000, "transitions": 7, "cost": 0.0011,
}  # fmt: skip
OUTPUTS = [{"node": "GeneralOutput", "document": "Dear Mr. {NAME}, open the page of your account."}]
DIFFERENCES = [
    {"change": "changed", "what": "text", "where": "NormalizeLabel", "name": "inlineCode.code",
     "lines": ["- label.strip()", "+ label.strip().lower()"]},
    {"change": "changed", "what": "condition", "where": "Route", "name": "isOrder", "before": 'label == "order"',
     "after": 'label == "orders"'},
    {"change": "added", "what": "connection", "where": "Route → Refund", "name": "if isRefund"},
]  # fmt: skip
DAYS = [{"day": f"2026-11-2{day}", "runs": 9, "p50": 900 + 40 * day, "p95": 1900 + 90 * day} for day in range(5, 10)]


@pytest.fixture
def site() -> Iterator[ConsoleSite]:
    with console_site() as site:
        site.capabilities = ["documents", "flows"]
        versions = [
            {"version": str(number), "created_at": AT.format(number), "answers": number == 3} for number in (3, 2, 1)
        ]
        found = VALID | {"validations": [WARNING]}
        details = {"definition": DEFINITION, "layout": json.loads(LAYOUT), "validation": found, "may_edit": True}
        site.replies |= {
            ("GET", "/flows"): {"flows": [{"name": FLOW, "version": "3"}], "may_edit": True},
            ("GET", f"/flows/{FLOW}"): {"name": FLOW, "version": "3", "versions": versions, **details},
            ("GET", f"/flows/{FLOW}/file"): FILE,
            ("PUT", f"/flows/{FLOW}/file"): lambda: FILE | site.saved[-1][1] | {"revision": "2", "is_draft": True},
            ("POST", "/flows/validate"): found,
            ("POST", f"/flows/{FLOW}/invoke"): RUN | {"outputs": OUTPUTS, "events": EVENTS, "nodes": NODES},
            ("GET", f"/flows/{FLOW}/runs"): {"runs": [RUN]},
            ("GET", f"/flows/{FLOW}/runs/{RUN_ID}"): RUN
            | {"outputs": OUTPUTS, "events": EVENTS, "nodes": NODES, "definition": DEFINITION, "input": "I am {NAME}."},
            ("GET", f"/flows/{FLOW}/differences"): {"before": "3", "after": "file", "differences": DIFFERENCES},
            ("PUT", f"/flows/{FLOW}/tests/greeting"): TEST,
            ("GET", f"/flows/{FLOW}/measures"): {
                "runs": 45,
                "transitions": 315,
                "transitions_cost": 0.011,
                "nodes": [{"node": name, "days": DAYS} for name in ("Classify", "GeneralAnswer")],
            },
        }
        yield site


@pytest.fixture
def page(browser: Browser, site: ConsoleSite) -> Iterator[Page]:
    size = {"width": 1280, "height": 900}
    with browser.new_context(viewport=size, reduced_motion="reduce") as context:  # type: ignore[arg-type]
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        # Also what is blocked without a word on the console.
        page.add_init_script(VIOLATIONS)
        yield page
    assert wrong == []


def shot(page: Page, name: str) -> None:
    if SHOTS:
        for width, height in ((360, 740), (1280, 900), (1920, 1080)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(500)
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def node(page: Page, name: str) -> Locator:
    return page.locator(f'.react-flow__node[data-id="{name}"]')


def outline(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Outline")


def open_editor(page: Page, site: ConsoleSite) -> None:
    page.goto(f"{site.address}/flows/{FLOW}?tab=editor")
    expect(outline(page).get_by_role("button")).to_have_count(len(DEFINITION["nodes"]))
    expect(node(page, "Classify")).to_be_visible()


def test_a_run_lights_up_and_its_trace_shows_the_bottleneck(site: ConsoleSite, page: Page) -> None:
    page.goto(f"{site.address}/flows")
    page.get_by_role("link", name=FLOW).click()
    expect(page.locator(".react-flow__node")).to_have_count(len(DEFINITION["nodes"]))
    expect(page.locator(".react-flow__edge")).to_have_count(len(DEFINITION["connections"]))
    expect(node(page, "OrderStatus")).to_have_accessible_name(re.compile("With a warning"))
    expect(node(page, "Classify")).to_have_accessible_name(re.compile("Valid"))
    shot(page, "flow")
    page.get_by_role("textbox", name="Input", exact=True).fill("I am John Smith.")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text(OUTPUTS[0]["document"])).to_be_visible()
    expect(node(page, "GeneralAnswer")).to_have_accessible_name(re.compile("Has run"))
    expect(node(page, "OrderStatus")).not_to_have_accessible_name(re.compile("Has run"))
    shot(page, "flow-lit")
    page.get_by_role("link", name="Open the trace").click()
    expect(page.get_by_text("GeneralAnswer is the bottleneck: 83 %", exact=False)).to_be_visible()
    line = page.get_by_role("button", name=re.compile("GeneralAnswer.*slowest"))
    line.click()
    expect(page.get_by_text("masked: NAME, EMAIL")).to_be_visible()
    shot(page, "flow-run")
    page.get_by_role("link", name=f"Runs of {FLOW}").click()
    expect(page.get_by_role("table", name="Runs")).to_be_visible()
    page.get_by_role("tab", name="Times").click()
    expect(page.get_by_role("img", name=re.compile("2026-11-29: median"))).to_have_count(2)
    shot(page, "flow-times")
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_role("button", name=re.compile("Have version . answer"))).to_have_count(2)
    compared = page.get_by_role("region", name="Compare")
    expect(compared.get_by_role("listitem")).to_have_count(len(DIFFERENCES))
    expect(compared).to_contain_text('Route condition isOrder changedlabel == "order" → label == "orders"')
    shot(page, "flow-versions")


def test_a_run_is_saved_as_a_test(site: ConsoleSite, page: Page) -> None:
    page.goto(f"{site.address}/flows/{FLOW}/runs/{RUN_ID}")
    page.get_by_role("button", name="Save as a test").click()
    dialog = page.get_by_role("dialog", name="Save as a test")
    save = dialog.get_by_role("button", name="Save")
    dialog.get_by_label("Name of the test").fill("Greeting 1")
    expect(save).to_be_disabled()
    dialog.get_by_label("Name of the test").fill("greeting")
    dialog.get_by_label("The path and all texts").check()
    shot(page, "flow-save-test")
    save.click()
    expect(page.get_by_text(f"docent flow pull {FLOW}", exact=False)).to_be_visible()
    assert site.saved == [(f"/flows/{FLOW}/tests/greeting", {"run_id": RUN_ID, "compare": "texts"})]


def test_nodes_are_dragged_connected_and_deleted_on_the_canvas(site: ConsoleSite, page: Page) -> None:
    open_editor(page, site)
    shot(page, "flow-editor")
    save = page.get_by_role("button", name="Save", exact=True)
    expect(save).to_be_disabled()
    drag(page, node(page, "Classify").get_by_text("Classify"), 0, 60)
    expect(save).to_be_enabled()
    page.get_by_role("button", name="Undo").click()
    expect(save).to_be_disabled()
    drag(page, node(page, "Classify").get_by_text("Classify"), 0, 60)
    source = page.locator('[data-nodeid="NormalizeLabel"][data-handleid="out:response"]')
    target = page.locator('[data-nodeid="GeneralOutput"][data-handleid="in:document"]')
    source.drag_to(target)
    # Two connections lead into it now.
    expect(node(page, "GeneralOutput")).to_have_accessible_name(re.compile("Invalid"))
    site.replies["POST", "/flows/validate"] = VALID
    node(page, "GeneralOutput").get_by_text("GeneralOutput").click()
    page.keyboard.press("Delete")
    expect(page.locator(".react-flow__node")).to_have_count(len(DEFINITION["nodes"]) - 1)
    save.click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    [(_, sent)] = site.saved
    definition, layout = json.loads(sent["text"]), json.loads(sent["layout"])["nodes"]
    assert [each["name"] for each in definition["nodes"]] == [
        each["name"] for each in DEFINITION["nodes"] if each["name"] != "GeneralOutput"
    ]
    kept = [each for each in DEFINITION["connections"] if "GeneralOutput" not in (each["source"], each["target"])]
    assert definition["connections"] == kept
    assert layout["Classify"]["y"] > json.loads(LAYOUT)["nodes"]["Classify"]["y"]
    assert "GeneralOutput" not in layout
    lines = TEXT.splitlines()
    assert [
        line for line in sent["text"].splitlines() if line.rstrip(",") not in {each.rstrip(",") for each in lines}
    ] == []


def drag(page: Page, what: Locator, x: float, y: float) -> None:
    box = what.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 5 + x / 2, box["y"] + 5 + y / 2)
    page.mouse.move(box["x"] + 5 + x, box["y"] + 5 + y)
    page.mouse.up()


class Keyboard:
    """Reaches everything with the tabulator, as somebody does who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, what: Locator, key: str = "Tab") -> None:
        for _ in range(300):
            if what.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{what} cannot be reached")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def replace(self, text: str) -> None:
        self.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, what: Locator, option: str) -> None:
        """Of a select."""
        self.reach(what)
        self.press("Enter")
        self.page.keyboard.type(option)
        self.press("ArrowDown", "Enter")


def test_a_node_is_added_connected_renamed_and_undone_by_keyboard_alone(site: ConsoleSite, page: Page) -> None:
    open_editor(page, site)
    site.replies["POST", "/flows/validate"] = VALID
    keyboard = Keyboard(page)
    keyboard.reach(page.get_by_role("button", name="Add a node"))
    keyboard.press("Enter", "ArrowDown", "Enter")
    heading = page.get_by_role("heading", name=re.compile("Output: Output_1"))
    expect(heading).to_be_focused()
    keyboard.reach(page.get_by_label("Name", exact=True))
    keyboard.replace("Copy")
    keyboard.press("Enter")
    expect(outline(page).get_by_role("button", name=re.compile("Copy"))).to_have_attribute("aria-current", "true")
    keyboard.choose(page.get_by_role("button", name=re.compile("document comes from")), "NormalizeLabel")
    entry = outline(page).get_by_role("button", name=re.compile("NormalizeLabel.*leads to.*Copy"))
    expect(entry).to_be_visible()
    # A port that is renamed turns all red that used it.
    site.refusals["/flows/validate"] = "The API is away."
    keyboard.reach(entry, "Shift+Tab")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("NormalizeLabel"))).to_be_focused()
    keyboard.reach(page.get_by_label("Name of output 1"))
    keyboard.replace("label")
    invalid = outline(page).get_by_role("img", name="Invalid")
    expect(invalid).to_have_count(3)
    shot(page, "flow-editor-red")
    message = page.get_by_role("button", name=re.compile("Copy.*comes from an output that the node does not have"))
    keyboard.reach(message, "Shift+Tab")
    keyboard.press("Enter")
    expect(page.locator("li[aria-current=true]")).to_contain_text("NormalizeLabel_response_to_Copy_document")
    site.refusals.clear()
    keyboard.press("Control+z")
    expect(invalid).to_have_count(0)
    keyboard.reach(page.get_by_role("button", name="Save", exact=True), "Shift+Tab")
    keyboard.press("Enter")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    [(_, sent)] = site.saved
    definition = json.loads(sent["text"])
    assert definition["nodes"][:-1] == DEFINITION["nodes"]
    assert definition["nodes"][-1]["name"] == "Copy"
    assert definition["connections"][:-1] == DEFINITION["connections"]
    assert definition["connections"][-1]["configuration"] == {
        "data": {"sourceOutput": "response", "targetInput": "document"}
    }
    assert sent["revision"] == "1"
    assert json.loads(sent["layout"])["nodes"] | {"Copy": None} == json.loads(LAYOUT)["nodes"] | {"Copy": None}


def test_a_node_is_moved_and_removed_by_keyboard_on_the_canvas(site: ConsoleSite, page: Page) -> None:
    open_editor(page, site)
    site.replies["POST", "/flows/validate"] = VALID
    keyboard = Keyboard(page)
    keyboard.reach(node(page, "GeneralOutput"))
    keyboard.press("Enter", "ArrowDown", "ArrowDown", "ArrowRight")
    save = page.get_by_role("button", name="Save", exact=True)
    expect(save).to_be_enabled()
    keyboard.reach(save, "Shift+Tab")
    keyboard.press("Enter")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    [(_, sent)] = site.saved
    before, after = json.loads(LAYOUT)["nodes"], json.loads(sent["layout"])["nodes"]
    moved = after["GeneralOutput"]
    assert moved["x"] > before["GeneralOutput"]["x"]
    assert moved["y"] > before["GeneralOutput"]["y"]
    assert after | {"GeneralOutput": None} == before | {"GeneralOutput": None}
    assert sent["text"] == TEXT, "where a node is means nothing"
    keyboard.reach(node(page, "GeneralOutput"))
    keyboard.press("Enter", "Delete")
    expect(page.locator(".react-flow__node")).to_have_count(len(DEFINITION["nodes"]) - 1)
    keyboard.press("Control+z")
    expect(page.locator(".react-flow__node")).to_have_count(len(DEFINITION["nodes"]))


def test_what_is_not_saved_is_not_left_and_not_overwritten(site: ConsoleSite, page: Page) -> None:
    open_editor(page, site)
    page.get_by_role("button", name="Arrange").click()
    outline(page).get_by_role("button", name=re.compile("Classify Prompt")).click()
    page.get_by_role("button", name="Add an input").click()
    page.get_by_role("tab", name="Runs").click()
    page.get_by_role("tab", name="Editor").click()
    expect(page.get_by_label("Name of input 2")).to_have_value("value")
    page.get_by_role("link", name="All flows").click()
    page.get_by_role("dialog").get_by_text("Stay").click()
    site.conflicts[f"/flows/{FLOW}/file"] = "Somebody else has saved this flow."
    theirs = FILE | {"text": TEXT.replace("Labels: order", "Labels: orders"), "revision": "7"}
    site.replies["GET", f"/flows/{FLOW}/file"] = theirs | {
        "is_draft": True,
        "saved_by": "ann",
        "saved_at": AT.format(9),
    }
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog", name=re.compile("ann saved this flow"))
    expect(dialog.get_by_role("region", name="Classify")).to_contain_text("Labels: orders")
    shot(page, "flow-conflict")
    site.conflicts.clear()
    dialog.get_by_role("button", name="Save yours over theirs").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert [sent["revision"] for _, sent in site.saved] == ["1", "7"]
    page.get_by_role("link", name="All flows").click()
    expect(page.get_by_role("heading", name="Flows")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_a_flow_is_edited(site: ConsoleSite, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    open_editor(page, site)
    outline(page).get_by_role("button", name=re.compile("Route Condition")).click()
    page.get_by_role("button", name="Remove isOrder", exact=True).click()
    page.get_by_role("button", name="Configuration as JSON").click()
    for width, height in ((360, 740), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        assert found_by_axe(page) == []
        check_width(page, width)
    shot(page, f"flow-editor-{scheme}")
