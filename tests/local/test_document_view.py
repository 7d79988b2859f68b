"""The built page of one document in a browser: what it draws, what it reads, and what it does not let happen."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pymupdf
import pytest
from PIL import Image, ImageCms, ImageDraw
from playwright.sync_api import Browser, Page, expect

from extract_images.pdf_images import Limits, read_images
from tests.support.accessibility import found_by_axe
from tests.support.browser import check_width
from tests.support.console_site import ConsoleSite, console_site
from tests.support.pdfs import image_with
from tests.support.project import CORPUS

DOCUMENT_ID, OTHER_ID = "a" * 32, "b" * 32
PATH = f"/documents/{DOCUMENT_ID}"
FILE_NAME = "<img src=x onerror=alert(1)> Pump.pdf"
SHOTS = os.environ.get("DOCENT_SCREENSHOTS")
# Where the magenta on the canvas is, and where all that is around it is.
MAGENTA = """around => {
  const canvas = document.querySelector('canvas[data-drawn=true]');
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] < 180 || data[i + 1] > 120 || data[i + 2] < 180) continue;
    const [x, y] = [(i / 4) % width, Math.floor(i / 4 / width)];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
  }
  const page = canvas.getBoundingClientRect();
  const boxes = [...document.querySelectorAll(`[data-page] ${around}`)].map(each => each.getBoundingClientRect());
  const [sx, sy] = [page.width / width, page.height / height];
  return [
    [x0 * sx, y0 * sy, x1 * sx, y1 * sy],
    [
      Math.min(...boxes.map(({ left }) => left)) - page.left,
      Math.min(...boxes.map(({ top }) => top)) - page.top,
      Math.max(...boxes.map(({ right }) => right)) - page.left,
      Math.max(...boxes.map(({ bottom }) => bottom)) - page.top,
    ],
  ];
}"""


@pytest.fixture
def site() -> Iterator[ConsoleSite]:
    with console_site() as site:
        yield site


@pytest.fixture
def page(browser: Browser, site: ConsoleSite) -> Iterator[Page]:
    """Nothing is asked of another origin, no dialog opens, no script fails, the policy is never broken."""
    wrong: list[str] = []
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(site.address) else None)
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        yield page
    assert wrong == []


def magenta() -> bytes:
    image = Image.new("RGB", (300, 200), "magenta")
    ImageDraw.Draw(image).line((40, 40, 260, 160), fill="black", width=9)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


# Pages that are rotated, cut by a CropBox, or measured in larger units.
KINDS = [
    {"Rotate": "0"},
    {"Rotate": "90"},
    {"Rotate": "180"},
    {"Rotate": "270"},
    {"CropBox": "[60 90 500 700]"},
    {"CropBox": "[60 90 500 700]", "Rotate": "90"},
    {"UserUnit": "1.5"},
    {"UserUnit": "1.5", "Rotate": "270", "CropBox": "[60 90 500 700]"},
]


def turned_pages(folder: Path, fill: Callable[[pymupdf.Page], Any]) -> bytes:
    """A page of each kind, filled by `fill`, in turned.pdf."""
    with pymupdf.open() as document:
        for kind in KINDS:
            page = document.new_page(width=595, height=842)
            fill(page)
            for name, value in kind.items():
                document.xref_set_key(page.xref, name, value)
        document.save(folder / "turned.pdf")
    return (folder / "turned.pdf").read_bytes()


def picture(picture_id: str, places: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "picture_id": picture_id,
        "kind": "embedded",
        "outcome": "clean",
        "places": places,
        "text": "",
        "description": "",
        "masked": [],
        "input_tokens": 0,
        "output_tokens": 0,
        "cost_usd": 0,
        "also_in": [],
    } | more


def put(site: ConsoleSite, body: bytes, pictures: list[dict[str, Any]], **more: Any) -> None:
    """The document that the API shows."""
    document = {
        "document_id": DOCUMENT_ID,
        "file_name": FILE_NAME,
        "status": "INGESTED",
        "page_count": 3,
        "picture_count": len(pictures),
        "gap_count": 0,
        "unread_pages": [],
        "owned": True,
        "updated_at": "2026-11-29T08:00:00Z",
        "searchable_since": "2026-11-29T08:00:00Z",
        "gaps": [],
        "states": [],
        "pictures": pictures,
        "input_tokens": 1300,
        "output_tokens": 210,
        "cost_usd": 0.0074,
    } | more
    site.files["document.pdf"] = body
    site.replies |= {
        ("GET", PATH): document,
        ("GET", f"{PATH}/file"): lambda: site.link("document.pdf"),
        ("GET", f"{PATH}/trace"): {"document_id": DOCUMENT_ID, "images": []},
    }


def drawn(page: Page, number: int) -> None:
    expect(page.locator(f"[data-page='{number}'] canvas[data-drawn=true]")).to_be_visible()


def choose_zoom(page: Page, name: str) -> None:
    page.get_by_role("button", name="Zoom").click()
    page.get_by_role("option", name=name, exact=True).click()


@pytest.mark.parametrize("zoom", ["Whole width", "50 %", "150 %"])
def test_an_outline_is_where_the_image_is_on_turned_and_cut_pages_at_each_zoom(
    site: ConsoleSite, page: Page, tmp_path: Path, zoom: str
) -> None:
    body = turned_pages(tmp_path, lambda page: page.insert_image((130, 250, 430, 450), stream=magenta()))
    found = read_images(str(tmp_path / "turned.pdf"), "turned.pdf", Limits(), lambda _: None)
    assert sorted(place.page for image in found.images for place in image.places) == list(range(1, 9))
    pictures = [
        (image.image_id, [{"page": at.page, "box": list(at.bbox)} for at in image.places]) for image in found.images
    ]
    put(site, body, [picture(*each) for each in pictures])
    page.goto(f"{site.address}{PATH}")
    drawn(page, 1)
    if zoom != "Whole width":
        choose_zoom(page, zoom)
    for number in range(1, 9):
        drawn(page, number)
        expect(page.locator("[data-page]").get_by_role("button")).to_have_count(1)
        seen, outlined = page.evaluate(MAGENTA, "button")
        assert outlined == pytest.approx(seen, abs=3), f"page {number}"
        if number < 8:
            page.get_by_role("button", name="Next page").click()


NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight"]


def passage_on(number: int) -> list[str]:
    return [f"The harbour of island {NUMBERS[number - 1]}", "is well known to every seafarer."]


def with_a_passage(page: pymupdf.Page) -> None:
    """Two lines in magenta between others, the second of which begins in the middle of a line."""
    first, second = passage_on((page.number or 0) + 1)
    page.insert_text((130, 200), "Something that nobody asked for", fontsize=20)
    page.insert_text((130, 300), first, fontsize=20, color=(1, 0, 1))
    page.insert_text((130, 340), second, fontsize=20, color=(1, 0, 1))
    page.insert_text((130, 400), "Printed in the year of the great storm", fontsize=20)


@pytest.mark.parametrize("zoom", ["Whole width", "50 %", "150 %"])
def test_a_passage_over_two_pages_is_highlighted_on_both_however_they_are_turned_and_cut(
    site: ConsoleSite, page: Page, tmp_path: Path, zoom: str
) -> None:
    put(site, turned_pages(tmp_path, with_a_passage), [])
    for number in (1, 3, 5, 7):
        words = " ".join(passage_on(number) + passage_on(number + 1))
        page.goto(f"{site.address}{PATH}?page={number}#{urlencode({'from': number, 'passage': words})}")
        drawn(page, number)
        if zoom != "Whole width":
            choose_zoom(page, zoom)
        for shown in (number, number + 1):
            drawn(page, shown)
            expect(page.get_by_role("img", name="The cited passage")).to_be_visible()
            expect(page.locator("polygon")).to_have_count(2)
            seen, highlighted = page.evaluate(MAGENTA, "polygon")
            scale = page.evaluate("document.querySelector('canvas').getBoundingClientRect().width") / 595
            # Letters have room above and below them, and little at their sides.
            assert highlighted == pytest.approx(seen, abs=12 * max(scale, 1)), f"page {shown}"
            inside = [
                highlighted[0] - seen[0],
                highlighted[1] - seen[1],
                seen[2] - highlighted[2],
                seen[3] - highlighted[3],
            ]
            assert max(inside) <= 3, f"page {shown}: {highlighted} is around {seen}"
            if shown == number:
                page.get_by_role("button", name="Next page").click()


def test_a_passage_that_is_not_on_the_page_is_told(site: ConsoleSite, page: Page, tmp_path: Path) -> None:
    put(site, turned_pages(tmp_path, with_a_passage), [])
    page.goto(f"{site.address}{PATH}?page=1#{urlencode({'from': 1, 'passage': 'Quite other words stand here'})}")
    drawn(page, 1)
    expect(page.get_by_text("The words of the cited passage were not found")).to_be_visible()
    expect(page.locator("polygon")).to_have_count(0)


def long_pdf(pages: int) -> bytes:
    noise = os.urandom(20_000).hex()
    with pymupdf.open() as document:
        for number in range(1, pages + 1):
            page = document.new_page()
            page.insert_text((50, 80), f"This is page {number}.", fontsize=20)
            # So that each page has bytes of its own.
            starts = [(number * 97 + line * 801) % 30_000 for line in range(20)]
            page.insert_text((50, 120), [noise[start : start + 90] for start in starts], fontsize=6)
        document.set_page_labels([{"startpage": 0, "style": "r"}, {"startpage": 10, "style": "D"}])
        return document.tobytes(use_objstms=1)


def test_a_long_pdf_is_read_in_parts_and_goes_on_with_a_fresh_link_when_one_has_expired(
    site: ConsoleSite, page: Page
) -> None:
    body = long_pdf(400)
    put(site, body, [], page_count=400)
    page.goto(f"{site.address}{PATH}?page=2")
    drawn(page, 2)
    expect(page.get_by_text("printed as ii", exact=True)).to_be_visible()
    read = sum(int(each.split("-")[1]) - int(each.split("=")[1].split("-")[0]) for _, each, _ in site.ranges)
    assert read < len(body) / 2, "only a part of the file is read"
    assert site.made == 1

    site.expire_links()
    page.get_by_label("Page number").fill("390")
    page.keyboard.press("Enter")
    drawn(page, 390)
    expect(page.get_by_text("This is page 390.")).to_be_attached()
    expect(page.get_by_text("printed as 380", exact=True)).to_be_visible()
    assert [status for *_, status in site.ranges].count(403) >= 1
    assert site.made == 2, "one fresh link does for all ranges"
    assert page.url.endswith("page=390")


def magenta_as(kind: str) -> bytes:
    """A page with an image that pdf.js decodes, or whose colours it computes, by WebAssembly."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = io.BytesIO()
    image = Image.open(io.BytesIO(magenta()))
    image.save(out, "JPEG2000") if kind == "JPX" else image.save(out, "JPEG", quality=95, icc_profile=profile)
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_image((130, 250, 430, 450), stream=out.getvalue())
        return document.tobytes()


@pytest.mark.parametrize("kind", ["JPX", "ICC"])
def test_an_image_that_needs_webassembly_is_drawn(site: ConsoleSite, page: Page, kind: str) -> None:
    put(site, magenta_as(kind), [picture("p1", [{"page": 1, "box": [130, 250, 430, 450]}])])
    page.goto(f"{site.address}{PATH}")
    drawn(page, 1)
    seen, outlined = page.evaluate(MAGENTA, "button")
    assert outlined == pytest.approx(seen, abs=3)
    page.wait_for_timeout(200)  # for reports of the policy


COUNT_COLOURS = """() => {
  const canvas = document.querySelector('canvas[data-drawn=true]');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


@pytest.mark.parametrize("path", sorted(CORPUS.glob("pdf/dev/image-j*/*.pdf")), ids=lambda path: path.name)
def test_a_real_image_that_needs_webassembly_is_drawn(site: ConsoleSite, page: Page, path: Path) -> None:
    put(site, path.read_bytes(), [])
    page.goto(f"{site.address}{PATH}")
    drawn(page, 1)
    assert page.evaluate(COUNT_COLOURS) > 1, "the page is not blank"
    page.wait_for_timeout(200)


@pytest.mark.parametrize(
    ("font", "words"), [("china-s", "热泵需要三千瓦"), ("japan", "三キロワットの出力"), ("korea", "열펌프는물이샌다")]
)
def test_words_of_a_font_that_is_not_in_the_pdf_can_be_selected_and_highlighted(
    site: ConsoleSite, page: Page, font: str, words: str
) -> None:
    with pymupdf.open() as document:
        document.new_page().insert_text((50, 80), words, fontname=font, fontsize=20)
        put(site, document.tobytes(), [])
    page.goto(f"{site.address}{PATH}#{urlencode({'from': 1, 'passage': words})}")
    drawn(page, 1)
    expect(page.get_by_text(words)).to_be_attached()
    expect(page.locator("polygon")).to_have_count(1)


def whole_document(site: ConsoleSite) -> None:
    words = "A heat pump of 3 kW"
    with pymupdf.open() as document:
        for number in range(3):
            page = document.new_page()
            page.insert_text((50, 80), f"Page {number + 1} of the manual", fontsize=20)
            page.insert_image((50, 320, 500, 460), stream=image_with(words))
        body = document.tobytes()
    site.files |= {"1.png": image_with(words), "2.png": image_with("Another")}
    places = [{"page": number, "box": [50, 320, 500, 460]} for number in (1, 2, 3)]
    told = {
        "text": "Ask {NAME} at {EMAIL} about <script>alert(1)</script> and {THIS}",
        "description": "A plate with the words of **the maker**",
        "outcome": "masked",
        "masked": [{"kind": "EMAIL", "count": 1}, {"kind": "NAME", "count": 1}],
        "input_tokens": 1300,
        "output_tokens": 210,
        "cost_usd": 0.0074,
        "also_in": [{"document_id": OTHER_ID, "file_name": "other <b>.pdf"}],
        "image_url": f"{site.address}/files/source/1.png",
    }
    error = {"name": "UnreadableImageError", "message": "The image is damaged. Upload the document again."}
    put(
        site,
        body,
        [
            picture("p1", places, **told),
            picture(
                "p2",
                [{"page": 2, "box": [60, 500, 200, 600]}],
                outcome="not read",
                image_url=f"{site.address}/files/source/2.png",
            ),
        ],
        status="INGESTED_WITH_GAPS",
        gaps=[
            {"page": 2, "error": error, "picture_id": "p2"},
            {"page": 3, "error": error},
            {"page": 0, "error": error},
        ],
        gap_count=3,
    )
    site.replies |= {
        ("GET", f"{PATH}/trace"): trace(),
        ("POST", f"{PATH}/redrive"): {"document_id": DOCUMENT_ID, "status": "INGESTING"},
    }


def trace() -> dict[str, Any]:
    def state(name: str, start: int, end: int, status: str = "SUCCEEDED", **more: Any) -> dict[str, Any]:
        return {
            "name": name,
            "status": status,
            "started_at": f"2026-11-29T08:00:{start:02}.000Z",
            "ended_at": f"2026-11-29T08:00:{end:02}.000Z",
            "attempts": 1,
            "input": {},
            "output": {},
        } | more

    error = {"name": "ThrottledError", "message": "The model was busy. Redrive the execution in a few minutes."}
    images = [
        {
            "picture_id": "p1",
            "pages": [1, 2, 3],
            "status": "SUCCEEDED",
            "started_at": "2026-11-29T08:00:05.000Z",
            "ended_at": "2026-11-29T08:00:12.000Z",
            "states": [state("CaptionImage", 5, 10, attempts=3), state("MaskText", 10, 12)],
        }
    ]
    states = [
        state("ClaimDocument", 0, 1),
        state("ExtractImages", 1, 5, output={"manifest": "s3://derived/a/manifest.json", "count": 2}),
        state("CaptionImages", 5, 14),
        state("IndexPassages", 14, 20, "FAILED", attempts=4, error=error),
    ]
    return {
        "document_id": DOCUMENT_ID,
        "execution": {
            "workflow": "ingest_document",
            "execution_arn": "arn:aws:states:eu-central-1:123456789012:execution:ingest:1",
            "status": "FAILED",
            "started_at": "2026-11-29T08:00:00.000Z",
            "ended_at": "2026-11-29T08:00:20.000Z",
            "redrives": 1,
            "can_be_redriven": True,
            "error": error,
            "states": states,
            "is_whole": True,
        },
        "images": images,
    }


def shot(page: Page, name: str) -> None:
    if SHOTS:
        for width, height in ((360, 740), (1280, 800), (2560, 1440)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(700)
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=width == 360)
        page.set_viewport_size({"width": 1280, "height": 800})


def test_an_image_leads_to_what_was_read_in_it(site: ConsoleSite, page: Page) -> None:
    whole_document(site)
    page.goto(f"{site.address}{PATH}")
    drawn(page, 1)
    expect(page.get_by_role("heading", name=FILE_NAME)).to_be_visible()
    shot(page, "document")
    page.locator("[data-page]").get_by_role("button", name="Image 1, page 1").click()
    side = page.get_by_role("tabpanel")
    expect(side.get_by_role("img", name="A plate with")).to_be_visible()
    expect(side).to_contain_text("about <script>alert(1)</script> and {THIS}")
    expect(side.get_by_title("Masked: EMAIL")).to_have_text("EMAIL")
    expect(side.get_by_role("listitem").filter(has_text="NAME × 1")).to_be_visible()
    expect(side.get_by_role("link", name="other <b>.pdf")).to_have_attribute(
        "href", f"/documents/{OTHER_ID}?page=1&image=p1"
    )
    expect(side.get_by_text("1,300 tokens in, 210 out, $0.0074")).to_be_visible()
    side.get_by_role("button", name="Page 3").click()
    drawn(page, 3)
    shot(page, "image")
    # The same by its address, after the page is loaded again.
    assert page.url.endswith(f"{PATH}?page=3&image=p1")
    page.reload()
    drawn(page, 3)
    expect(page.locator("[data-page]").get_by_role("button", pressed=True)).to_have_count(1)
    expect(side.get_by_role("img", name="A plate with")).to_be_visible()


def test_gaps_tell_where_why_and_what_to_do(site: ConsoleSite, page: Page) -> None:
    whole_document(site)
    page.goto(f"{site.address}{PATH}?tab=gaps")
    drawn(page, 1)
    side = page.get_by_role("tabpanel")
    expect(side.get_by_role("listitem")).to_have_count(3)
    expect(side.get_by_text("Upload the document again").first).to_be_visible()
    shot(page, "gaps")
    side.get_by_role("button", name="Image on page 2").click()
    drawn(page, 2)
    expect(page.get_by_role("heading", name="Image 2, page 2")).to_be_visible()


def test_a_failed_execution_is_seen_state_by_state_and_redriven_by_keyboard(site: ConsoleSite, page: Page) -> None:
    whole_document(site)
    page.goto(f"{site.address}{PATH}?tab=trace")
    side = page.get_by_role("tabpanel")
    failed = side.get_by_role("button", name="IndexPassages")
    failed.focus()
    page.keyboard.press("Enter")
    expect(failed).to_have_attribute("aria-expanded", "true")
    expect(side.get_by_text("Retried 3 times.")).to_be_visible()
    expect(side.get_by_text("Redrive the execution in a few minutes.").first).to_be_visible()
    side.get_by_role("button", name="ExtractImages").click()
    expect(side.get_by_text("s3://derived/a/manifest.json")).to_be_visible()
    shot(page, "trace")
    side.get_by_role("button", name="Redrive").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("continues from the state that failed")).to_be_visible()
    assert ("POST", f"{PATH}/redrive") in site.asked


def test_a_document_that_is_not_there_is_told(site: ConsoleSite, page: Page) -> None:
    page.goto(f"{site.address}/documents/{OTHER_ID}")
    expect(page.get_by_text("There is no such document.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_in_german_on_a_phone_nothing_is_wider_than_the_screen(site: ConsoleSite, browser: Browser) -> None:
    whole_document(site)
    with browser.new_context(locale="de-DE", viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(f"{site.address}{PATH}")
        drawn(page, 1)
        for name in ("Bilder (2)", "Bild 1, Seite 1", "Lücken (3)", "Ablauf"):
            page.get_by_role("button" if "Seite" in name else "tab", name=name).last.click()
            page.wait_for_timeout(300)
            check_width(page, 360)
        expect(page.get_by_text("7 Sek. · 3 Versuche")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: ConsoleSite, page: Page, scheme: str) -> None:
    whole_document(site)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{site.address}{PATH}")
    drawn(page, 1)
    for name in ("Images", "Image 1, page 1", "Gaps", "Trace"):
        role = "button" if "page" in name else "tab"
        page.get_by_role(role, name=name).last.click()
        page.wait_for_timeout(300)
        assert found_by_axe(page) == [], name
        if scheme == "dark":
            shot(page, f"dark-{name}")
