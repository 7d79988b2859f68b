"""The console in a browser, on the deployed template: sign in, upload, watch, change readers, remove, ask."""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cli.governance import read_log
from docent.multipart_uploads import PART_BYTES
from governing.audit_chain import problems_of
from tests.support.api_client import ApiClient, send_form
from tests.support.browser import tick
from tests.support.clips import encoded, sound
from tests.support.http import http
from tests.support.pdfs import image_with, pdf
from tests.support.people import PASSWORD, People
from tests.support.stack import Stack
from tests.support.waiting import wait_until

MARY, ERIKA, OLGA = "mary@example.com", "erika@example.com", "olga@example.com"
STELLA = "stella@example.com"
HOSTILE = "<img src=x onerror=alert(1)> #1 100% „ü“.pdf"
MINUTES = 60_000
FACT = "The belfry of Brough Abbey is 17.5 metres tall. Its ringer is called Ingrid Halvorsen."
QUESTION = "How tall is the belfry of Brough Abbey?"
CUSTOMER, CUSTOMERS_ADDRESS = "John Whitcombe", "john.whitcombe@example.org"
LIGHT = "The light of Muckle Skerry is kept by Agnes Sinclair. It shines for 21 miles."
PUMP = "The heat pump of Skerry Sound needs 3 kW of electric power."
SHOTS = os.environ.get("DOCENT_SCREENSHOTS")
type Role = Literal["button", "link"]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        yield context


class Visit:
    """A page, and what must not happen on it."""

    def __init__(self, stack: Stack, context: BrowserContext) -> None:
        self.console = stack.target.outputs["ConsoleUrl"]
        self.own = (self.console, stack.target.outputs["SignInUrl"])
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: self.wrong.append(dialog.message))
        self.page.on("request", lambda request: self._look_at(request.url))
        self.page.on("console", lambda said: self._read(said.text))

    def _look_at(self, address: str) -> None:
        if not address.startswith((*self.own, "blob:")):
            self.wrong.append(address)

    def _read(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.wrong.append(text)

    def sign_in(self, email: str, path: str = "/") -> Page:
        self.page.goto(self.console + path)
        self.page.get_by_label("Username").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Documents", level=1)).to_be_visible(timeout=MINUTES)
        return self.page

    def shot(self, name: str) -> None:
        if SHOTS:
            for width, height in ((360, 740), (1280, 800), (2560, 1440)):
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png")
            self.page.set_viewport_size({"width": 1280, "height": 800})


@pytest.fixture
def visit(stack: Stack, context: BrowserContext, everybody: People) -> Iterator[Visit]:
    for email in (MARY, ERIKA):
        everybody.token(email)
    visit = Visit(stack, context)
    yield visit
    assert visit.wrong == []


def choose(page: Page, name: str) -> None:
    """An entry of the menu for the selected documents."""
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name=name).click()


def test_a_document_is_uploaded_watched_shared_and_removed(
    visit: Visit, stack: Stack, browser: Browser, tmp_path: Path
) -> None:
    page = visit.sign_in(MARY, "/documents?status=INGESTING")
    assert page.url == f"{visit.console}/documents?status=INGESTING", "the deep link is where it was"
    page.goto(f"{visit.console}/documents")
    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_visible(timeout=MINUTES)
    visit.shot("empty")

    (tmp_path / HOSTILE).write_bytes(pdf(["The heat pump needs 3 kW."]))
    # So large that it is uploaded in parts.
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing" + bytes(PART_BYTES))
    page.get_by_label("Upload PDFs").set_input_files([tmp_path / HOSTILE, tmp_path / "broken.pdf"])
    expect(page.get_by_text("Uploaded", exact=True)).to_have_count(2, timeout=MINUTES)
    good, broken = (page.get_by_role("row").filter(has_text=name) for name in (HOSTILE, "broken.pdf"))
    expect(good.get_by_text("Searchable")).to_be_visible(timeout=4 * MINUTES)
    expect(broken.get_by_text("Failed")).to_be_visible(timeout=MINUTES)
    visit.shot("documents")

    good.get_by_role("checkbox").check()
    choose(page, "Change readers")
    page.get_by_placeholder("E-mail address").first.fill(ERIKA)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Who can read it then")).to_contain_text(ERIKA)
    visit.shot("readers")
    page.get_by_role("button", name="Save readers").click()
    expect(page.get_by_text("have changed")).to_be_visible(timeout=MINUTES)

    with browser.new_context() as other:
        reader = Visit(stack, other).sign_in(ERIKA)
        expect(reader.get_by_text(HOSTILE)).to_be_visible(timeout=4 * MINUTES)

    expect(good.get_by_text("Searchable")).to_be_visible(timeout=4 * MINUTES)
    good.get_by_role("checkbox").check()
    choose(page, "Remove")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(good).to_have_count(0, timeout=4 * MINUTES)
    expect(broken).to_be_visible()


class Keyboard:
    """A user without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, target: Locator, key: str = "Tab") -> None:
        expect(target).to_be_visible(timeout=MINUTES)
        for _ in range(200):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{target} is not reached with {key}")

    def press(self, role: Role, name: str, key: str = "Enter", **more: Any) -> None:
        self.go_to(self.page.get_by_role(role, name=name, **more).first)
        self.page.keyboard.press(key)

    def choose(self, menu: str, entry: str) -> None:
        self.press("button", menu)
        self.go_to(self.page.get_by_role("menuitem", name=entry), "ArrowDown")
        self.page.keyboard.press("Enter")

    def type_into(self, field: Locator, text: str) -> None:
        self.go_to(field)
        self.page.keyboard.type(text)


def test_the_whole_journey_by_keyboard_alone(visit: Visit, tmp_path: Path) -> None:
    page, name = visit.page, "pump #2.pdf"
    keys = Keyboard(page)
    page.goto(visit.console)
    keys.type_into(page.get_by_label("Username"), MARY)
    keys.type_into(page.get_by_label("Password"), PASSWORD)
    page.keyboard.press("Enter")

    pages = ["The first page.", f"{PUMP} See the plate below."]
    (tmp_path / name).write_bytes(pdf(pages, [[], [image_with("HEAT PUMP 3 KW")]]))
    with page.expect_file_chooser() as chooser:
        keys.press("button", "Upload PDFs", exact=True)
    chooser.value.set_files([tmp_path / name])
    row = page.get_by_role("row").filter(has_text=name)
    expect(row.get_by_text("Searchable")).to_be_visible(timeout=4 * MINUTES)

    keys.go_to(row.get_by_role("link", name=name))
    page.keyboard.press("Enter")
    expect(page.locator("[data-page='1'] canvas[data-drawn=true]")).to_be_visible(timeout=MINUTES)
    keys.press("button", "Next page")
    keys.go_to(page.locator("[data-page='2']").get_by_role("button", name="Image 1, page 2"))
    page.keyboard.press("Enter")
    side = page.get_by_role("tabpanel")
    expect(side.get_by_text("HEAT PUMP", exact=False).first).to_be_visible()
    image = side.get_by_role("img").first
    expect(image).to_have_js_property("complete", True, timeout=MINUTES)
    assert image.evaluate("image => image.naturalWidth") > 0
    visit.shot("document")
    keys.go_to(page.get_by_role("tab", selected=True))
    keys.go_to(page.get_by_role("tab", name="Trace"), "ArrowRight")
    page.keyboard.press("Enter")
    expect(side.get_by_role("button", name="ClaimDocument")).to_be_visible(timeout=MINUTES)
    expect(side.get_by_role("button", name="Image 1, page 2")).to_be_visible()
    visit.shot("trace")

    keys.press("link", "Ask", exact=True)
    keys.type_into(
        page.get_by_role("textbox", name="Your question"), "How much power does the pump of Skerry Sound need?"
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Helpful", exact=True)).to_be_visible(timeout=2 * MINUTES)
    keys.go_to(page.get_by_role("list", name="Sources").get_by_role("link").first)
    page.keyboard.press("Enter")
    expect(page.locator("[data-page='2'] canvas[data-drawn=true]")).to_be_visible(timeout=MINUTES)
    expect(page.get_by_role("img", name="The cited passage").or_(side.get_by_role("img").first)).to_be_visible()
    visit.shot("passage")

    keys.press("link", "Documents", exact=True)
    keys.go_to(row.get_by_role("checkbox"))
    page.keyboard.press("Space")
    keys.choose("Actions", "Change readers")
    keys.type_into(page.get_by_placeholder("E-mail address").first, ERIKA)
    page.keyboard.press("Enter")
    keys.press("button", "Save readers")
    expect(page.get_by_text("have changed")).to_be_visible(timeout=MINUTES)
    expect(row.get_by_text("Searchable")).to_be_visible(timeout=4 * MINUTES)
    keys.go_to(row.get_by_role("checkbox"))
    page.keyboard.press("Space")
    keys.choose("Actions", "Remove")
    keys.go_to(page.get_by_role("dialog").get_by_role("button", name="Remove"))
    page.keyboard.press("Enter")
    expect(row).to_have_count(0, timeout=4 * MINUTES)
    keys.choose(MARY, "Sign out")
    expect(page.get_by_label("Password")).to_be_visible(timeout=MINUTES)


def test_a_page_that_is_loaded_again_is_signed_in_and_at_the_same_place(visit: Visit) -> None:
    page = visit.sign_in(MARY)
    page.goto(f"{visit.console}/documents?name=heat")
    expect(page.get_by_role("searchbox")).to_have_value("heat", timeout=MINUTES)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "eyJ" not in kept, "no token is stored"
    page.get_by_role("button", name=MARY).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible(timeout=MINUTES)


def test_a_question_is_answered_with_its_source_and_its_reasons(visit: Visit, running_stack: Stack) -> None:
    target, bucket, key = running_stack.target, running_stack.library.bucket, "asked/belfry.pdf"
    metadata = {"docent-readers": json.dumps({"users": [MARY]})}
    target.s3.put_object(Bucket=bucket, Key=key, Body=pdf([FACT]), Metadata=metadata)
    running_stack.settled(key)
    page = visit.sign_in(MARY)
    page.get_by_role("navigation").get_by_role("link", name="Ask").click()
    question = page.get_by_role("textbox", name="Your question")
    question.fill(QUESTION)
    page.reload()
    expect(question).to_have_value(QUESTION, timeout=MINUTES)
    question.press("Enter")

    expect(page.get_by_role("button", name="Helpful", exact=True)).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text("17.5 metres").first).to_be_visible()
    expect(page.get_by_text("support this answer")).to_be_visible(timeout=MINUTES)
    expect(page.get_by_role("list", name="Sources").get_by_text("belfry.pdf")).to_be_visible()
    page.get_by_role("button", name="Why this answer").click()
    expect(page.get_by_text("Passages that were found")).to_be_visible()
    visit.shot("answer")

    page.get_by_role("button", name="Not helpful").click()
    page.get_by_label("What was wrong?").fill("<b>It is taller.</b>")
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_text("Your feedback was saved")).to_be_visible(timeout=MINUTES)

    page.reload()
    expect(page.get_by_text("17.5 metres").first).to_be_visible(timeout=MINUTES)
    deletes = page.get_by_role("button", name=f"Delete {QUESTION}")
    before = deletes.count()
    deletes.first.click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(deletes).to_have_count(before - 1, timeout=MINUTES)


def test_an_operator_sees_why_a_document_failed_and_redrives_it(visit: Visit, stack: Stack, everybody: People) -> None:
    everybody.token(OLGA, ["everyone"])  # the operators of this machine
    stack.faults("kendra.BatchPutDocument=ValidationException")
    assert stack.ingest("operated/console.pdf", pdf(["The winch of Kirkwall."]))["status"] == "FAILED"
    stack.faults("")
    page = visit.sign_in(OLGA)
    page.get_by_role("navigation").get_by_role("link", name="Operations").click()
    # Which workflow is shown first depends on what failed in other tests of this stack.
    page.get_by_role("link", name=re.compile("of Ingest documents: Failed$")).click(timeout=MINUTES)
    row = page.get_by_role("row").filter(has_text="operated/console.pdf")
    expect(row.get_by_text("AWS answered ValidationException")).to_be_visible(timeout=MINUTES)
    visit.shot("operations")
    row.get_by_role("button", name="Redrive: operated/console.pdf").click()
    expect(page.get_by_text("One execution continues")).to_be_visible(timeout=MINUTES)
    assert stack.settled("operated/console.pdf")["status"] == "INGESTED"


def test_a_flow_lights_up_with_nothing_personal_in_its_trace_and_is_checked_while_it_is_edited(
    visit: Visit, everybody: People
) -> None:
    everybody.token(OLGA, ["everyone"])  # the flow editors of this machine
    page = visit.sign_in(OLGA)
    page.get_by_role("navigation").get_by_role("link", name="Flows").click()
    page.get_by_role("link", name="customer-service").click()
    said = f"My name is Mr. {CUSTOMER}, {CUSTOMERS_ADDRESS}. How do I set up an account?"
    page.get_by_role("textbox", name="Input", exact=True).fill(said)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("Dear Mr. {NAME}", exact=False)).to_be_visible(timeout=MINUTES)
    answered = page.locator('.react-flow__node[data-id="GeneralAnswer"]')
    expect(answered).to_have_accessible_name(re.compile("Has run"))
    visit.shot("flow")
    page.get_by_role("link", name="Open the trace").click()
    page.get_by_role("button", name=re.compile("^GeneralAnswer")).click(timeout=MINUTES)
    expect(page.get_by_text(re.compile("masked: .*NAME"))).to_be_visible()
    page.get_by_role("button", name=re.compile("All events")).click()
    visit.shot("flow-run")
    trace = page.locator("#content").inner_text()
    assert "{NAME}" in trace
    assert [each for each in (CUSTOMER, CUSTOMER.split()[1], CUSTOMERS_ADDRESS) if each in trace] == []

    page.goto(f"{visit.console}/flows/customer-service?tab=editor")
    outline = page.get_by_role("navigation", name="Outline")
    outline.get_by_role("button", name=re.compile("NormalizeLabel Inline code")).click(timeout=MINUTES)
    with page.expect_response("**/api/flows/validate") as reply:
        page.get_by_role("textbox", name="Name of output 1").fill("label")
    expect(outline.get_by_role("img", name="Invalid")).to_have_count(2)
    assert reply.value.ok
    expect(page.get_by_text("UnknownConnectionSourceOutput", exact=False)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()

    page.goto(f"{visit.console}/flows/order-desk")
    page.get_by_role("textbox", name="Input", exact=True).fill("Where is my order?")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("Please tell me the number of your order.")).to_be_visible(timeout=MINUTES)
    page.get_by_role("textbox", name="Answer to the question").fill("999999")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("There is no order 999999.", exact=False)).to_be_visible(timeout=MINUTES)
    visit.shot("flow-turns")
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_text("They mean the same")).to_be_visible(timeout=MINUTES)


def test_a_document_that_somebody_else_shares_is_pushed(visit: Visit, stack: Stack) -> None:
    frames: list[str] = []
    visit.page.on("websocket", lambda socket: socket.on("framereceived", lambda text: frames.append(str(text))))
    page = visit.sign_in(MARY)
    stack.put("pushed/console.pdf", pdf(["The buoy of Kirkwall."]), json.dumps({"users": [MARY]}))
    row = page.get_by_role("row").filter(has_text="pushed/console.pdf")
    expect(row.get_by_text("Searchable")).to_be_visible(timeout=MINUTES)
    assert any('"watching"' in each for each in frames)
    assert any('"changed"' in each and '"INGESTED"' in each for each in frames)


def test_a_browser_without_a_network_is_told(visit: Visit, context: BrowserContext) -> None:
    page = visit.sign_in(MARY)
    context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible(timeout=MINUTES)
    context.set_offline(False)
    expect(page.get_by_text("You are offline")).to_have_count(0, timeout=MINUTES)


def test_a_data_product_is_found_asked_for_approved_answered_from_and_lost(
    visit: Visit, stack: Stack, browser: Browser, everybody: People
) -> None:
    made = {"product_id": "lights", "name": "Lights of the coast", "classification": "personal_data"}
    owner = ApiClient(stack.target, everybody.token(OLGA, ["harbour"]))
    assert owner.call("POST", "/products", made | {"department": "harbour", "description": LIGHT})[0] == 201
    assert owner.call("PUT", "/products/lights", {"version": 1, "status": "published"})[0] == 200
    stack.put(
        "lights/keeper.pdf", pdf([LIGHT], [[image_with("KEEPER OF THE LIGHT")]]), json.dumps({"products": ["lights"]})
    )
    assert stack.settled("lights/keeper.pdf")["status"] == "INGESTED"

    page = visit.sign_in(ERIKA, "/documents")
    page.get_by_role("navigation").get_by_role("link", name="Data products").click()
    page.get_by_role("searchbox").fill("coast")
    page.get_by_role("button", name="Every classification").click()
    page.get_by_role("option", name="Personal data").click()
    row = page.get_by_role("row").filter(has_text="Lights of the coast")
    visit.shot("products")
    row.get_by_role("button", name="Ask for access: Lights of the coast").click()
    page.get_by_label("Purpose").fill("A new chart")
    page.get_by_label("Last day").fill((datetime.now(UTC) + timedelta(days=30)).date().isoformat())
    visit.shot("request")
    page.get_by_role("dialog").get_by_role("button", name="Ask for access").click()
    expect(page.get_by_text("You have asked")).to_be_visible(timeout=MINUTES)
    row.get_by_role("link", name="Lights of the coast").click()
    expect(page.get_by_role("row").filter(has_text="A new chart").get_by_text("Waiting")).to_be_visible(timeout=MINUTES)

    everybody.token(STELLA, ["stewards"])
    with browser.new_context(viewport={"width": 1280, "height": 800}) as other:
        steward = Visit(stack, other)
        desk = steward.sign_in(STELLA, "/documents")
        desk.get_by_role("navigation").get_by_role("link", name="Access", exact=True).click()
        desk.get_by_text("For me to decide").click()
        steward.shot("review")
        desk.get_by_role("button", name=f"Approve: Lights of the coast, {ERIKA}").click()
        expect(desk.get_by_text("You have approved it")).to_be_visible(timeout=MINUTES)
        expect(page.get_by_text("You have access")).to_be_visible(timeout=2 * MINUTES)

        page.get_by_role("navigation").get_by_role("link", name="Ask").click()
        asked = page.get_by_role("textbox", name="Your question")
        asked.fill("Who keeps the light of Muckle Skerry?")
        asked.press("Enter")
        expect(page.get_by_text("Agnes Sinclair").first).to_be_visible(timeout=2 * MINUTES)
        page.get_by_role("list", name="Sources").get_by_role("link").first.click()
        page.get_by_role("tab", name="Lineage").click()
        lists = page.get_by_role("region", name="Answers to you")
        expect(lists.get_by_text("Who keeps the light")).to_be_visible(timeout=MINUTES)
        node = page.locator(".react-flow__node").filter(has_text="Who keeps the light")
        Keyboard(page).go_to(node)
        page.keyboard.press("Enter")
        expect(lists.get_by_role("button").first).to_have_attribute("aria-pressed", "true")
        visit.shot("lineage")

        desk.goto(f"{steward.console}/products/lights")
        granted = desk.get_by_role("row").filter(has_text=ERIKA)
        expect(granted.get_by_text("personal_data_needs_a_steward")).to_be_visible(timeout=MINUTES)
        granted.get_by_role("button", name=re.compile("^Why")).click()
        expect(desk.get_by_role("dialog").get_by_text("These policies allow it now")).to_be_visible(timeout=MINUTES)
        steward.shot("explained")
        desk.get_by_role("dialog").get_by_role("button", name="Close").last.click()
        steward.shot("product")
        desk.get_by_role("tab", name="Lineage").click()
        expect(desk.get_by_role("region", name="Who was answered").get_by_text(ERIKA)).to_be_visible(timeout=MINUTES)
        steward.shot("product-lineage")
        desk.get_by_role("tab", name="Who has what").click()
        granted.get_by_role("button", name=re.compile("^Revoke")).click()
        desk.get_by_role("dialog").get_by_role("button", name="Revoke").click()
        expect(desk.get_by_text("It has ended")).to_be_visible(timeout=MINUTES)
        desk.get_by_role("navigation").get_by_role("link", name="Log of decisions").click()
        expect(desk.get_by_text("The log is whole", exact=False)).to_be_visible(timeout=MINUTES)
        with desk.expect_download() as saved:
            desk.get_by_role("button", name="Download").click()
        entries, anchors = read_log(json.loads(line) for line in saved.value.path().read_text().splitlines())
        assert problems_of(entries, anchors) == []
        assert "AccessEnded" in entries[-1].told
        steward.shot("audit")
        assert steward.wrong == []

    page.get_by_role("navigation").get_by_role("link", name="Ask").click()
    page.get_by_role("link", name="Who keeps the light of Muckle Skerry?").first.click()
    expect(page.get_by_text("you can no longer read a document")).to_be_visible(timeout=MINUTES)
    expect(page.get_by_text("Agnes Sinclair")).to_have_count(0)


def test_a_call_is_labelled_in_the_page_and_its_manifest_has_what_was_marked(
    visit: Visit, stack: Stack, everybody: People
) -> None:
    spoken = [(0.5, 1.2), (2.0, 2.801)]
    owner = ApiClient(everybody.target, everybody.token(MARY, ["annotators"]))
    stack.put("labeling/annotators/page.mp3", encoded(sound(4, spoken, 44_100), "libmp3lame", "mp3", 44_100))
    made = owner.call("POST", "/label-tasks", {"name": "page", "schema": "customer-call", "options": {}})[1]
    line = json.dumps({"source-ref": f"s3://{stack.library.bucket}/labeling/annotators/page.mp3", "call-id": HOSTILE})
    assert send_form(made["upload"]["url"], made["upload"]["fields"], line.encode()) == 204
    task = f"/label-tasks/{made['task_id']}"
    assert owner.call("POST", f"{task}/start")[0] == 202
    wait_until(lambda: owner.call("GET", task)[1]["status"] not in ("CHECKING", "PREPARING"), 300)

    page = visit.sign_in(MARY)
    page.get_by_role("navigation").get_by_role("link", name="Labeling").click()
    page.get_by_role("link", name="page", exact=True).click()
    page.get_by_role("button", name="Label the next item").click()
    expect(page.get_by_role("region", name="Segments of the clip")).to_be_focused(timeout=MINUTES)
    at = page.get_by_role("textbox", name="Go to time")
    for edges in spoken:
        for time in edges:
            at.fill(f"{time:.3f}")
            at.press("Enter")
            page.keyboard.press("b")
    page.keyboard.press("z")
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("l")
    tick(page.get_by_role("radio", name="4"))
    visit.shot("labeling")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("1 of 1 items are done", exact=True)).to_be_visible(timeout=MINUTES)

    assert owner.call("POST", f"{task}/export", {})[0] == 202
    wait_until(lambda: owner.call("GET", task)[1]["export"]["status"] != "EXPORTING", 300)
    links = owner.call("GET", task)[1]["export"]["links"]
    label = json.loads(http.get(links["output.manifest"]).text)["label"]
    streams = label["annotations"]["streams"]["speaker"]
    assert [(each["start"], each["end"]) for each in streams] == spoken
    assert owner.call("DELETE", task)[0] == 204
