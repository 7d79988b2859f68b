"""The annotation page in a browser: what a person marks is what is stored, to the millisecond, and nothing is lost."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.support.accessibility import found_by_axe
from tests.support.browser import check_width, tick
from tests.support.clips import sound, video, wav
from tests.support.console_site import ConsoleSite, console_site
from tests.support.label_answers import TASK_ID, LabelAnswers
from tests.support.label_peaks import LEVELS, peaks
from tests.support.project import ROOT

SHOTS = os.environ.get("DOCENT_SCREENSHOTS")
SCHEMAS = ROOT / "layers/labeling/labeling/schemas"
HOSTILE = '<img src=x onerror="alert(1)">\u202egnp.exe'
SECONDS = 8
SPOKEN = [(1.0, 1.75), (2.4, 3.123), (4.001, 5.5)]


@pytest.fixture
def site() -> Iterator[ConsoleSite]:
    with console_site() as site:
        site.capabilities = ["labeling"]
        yield site


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce") as context:
        yield context


@pytest.fixture
def wrong(context: BrowserContext) -> Iterator[list[str]]:
    """What the browser complains of: no error and no breach of the content security policy."""
    found: list[str] = []
    context.on("weberror", lambda error: found.append(str(error.error)))
    context.on("console", lambda said: found.append(said.text) if "Content Security" in said.text else None)
    yield found
    assert found == []


def schema_of(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / f"{name}.json").read_text())


@pytest.fixture
def call(site: ConsoleSite) -> LabelAnswers:
    return recorded(site, SECONDS)


def recorded(site: ConsoleSite, seconds: int) -> LabelAnswers:
    samples = sound(seconds, SPOKEN)
    site.files["call.wav"] = wav(samples)
    levels = []
    for level in LEVELS:
        name = f"{level}.peaks"
        site.files[name] = peaks(samples, level)
        levels.append({"per_second": level, "points": len(site.files[name]) // 2, "name": name})
    suggestion = {"track": "speaker", "category": "Customer", "fields": {"text": HOSTILE}}
    item = {
        "number": 7, "status": "OPEN",
        "input": {"source-ref": f"s3://b/{HOSTILE}.mp3", "call-id": HOSTILE, "transcription": "Hello there"},
        "media": {
            "kind": "audio", "duration_us": seconds * 1_000_000, "offset_us": 0, "channels": 1, "sample_rate": 16_000,
            "copy": {"type": "audio/wav", "bytes": len(site.files["call.wav"]), "name": "call.wav"}, "peaks": levels,
        },
        "suggestions": [
            suggestion | {"id": "s1", "start_us": 6_000_001, "end_us": 6_500_002},
            suggestion | {"id": "s2", "start_us": 7_000_000, "end_us": 7_500_000, "category": ""},
        ],
    }  # fmt: skip
    return LabelAnswers(site, schema_of("customer-call"), item)


@pytest.fixture
def dogs(site: ConsoleSite) -> LabelAnswers:
    site.files["dogs.mp4"] = video(4)
    media = {
        "kind": "video", "duration_us": 4_000_000, "offset_us": 0, "channels": 0, "width": 64, "height": 48,
        "frame_rate": {"numerator": 25, "denominator": 1}, "peaks": [],
        "copy": {"type": "video/mp4", "bytes": len(site.files["dogs.mp4"]), "name": "dogs.mp4"},
    }  # fmt: skip
    item = {"number": 3, "status": "OPEN", "input": {"source-ref": "s3://b/dogs.mp4"}, "media": media}
    return LabelAnswers(site, schema_of("dogs-video"), item)


@pytest.fixture
def text(site: ConsoleSite) -> LabelAnswers:
    schema = schema_of("consistent-answer") | {"tracks": []}
    document = f"Anchor: How bad was its year?\nReporter: It lost $10.6 billion in 2005. {HOSTILE}\n" * 40
    asked = {"document": document, "question": "Which summary is true?", "answers": ["It lost $10.6 billion.", HOSTILE]}
    return LabelAnswers(site, schema, {"number": 2, "status": "OPEN", "input": {}, "text": asked})


def opened(context: BrowserContext, answers: LabelAnswers) -> Page:
    page = context.new_page()
    page.goto(answers.page)
    expect(editor(page)).to_be_focused()
    return page


def editor(page: Page) -> Locator:
    return page.get_by_role("region", name="Segments of the clip")


def go_to(page: Page, time: str) -> None:
    field = page.get_by_role("textbox", name="Go to time")
    field.fill(time)
    field.press("Enter")
    expect(editor(page)).to_be_focused()


def mark(page: Page, start: float, end: float) -> None:
    go_to(page, f"{start:.3f}")
    page.keyboard.press("b")
    go_to(page, f"{end:.3f}")
    page.keyboard.press("b")


def saved(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def wait_until(page: Page, expression: str) -> None:
    """As `page.wait_for_function`, which the page's content security policy refuses."""
    for _ in range(600):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"It did not happen: {expression}")


def stored(answers: LabelAnswers) -> dict[str, Any]:
    assert answers.label is not None
    return answers.label


def times(label: dict[str, Any] | None) -> list[tuple[int, int]]:
    assert label is not None
    return [(each["start_us"], each["end_us"]) for each in label["segments"]]


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.wait_for_timeout(500)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.usefixtures("wrong")
def test_a_call_is_labelled_by_keyboard_and_stored_as_it_was_marked(
    context: BrowserContext, call: LabelAnswers
) -> None:
    page = opened(context, call)
    press = page.keyboard.press
    for start, end in SPOKEN:
        mark(page, start, end)
    # The end of the last one: 1 and 100 ms later, 10 ms earlier; its start to another place.
    for key in ("Alt+ArrowRight", "Shift+ArrowRight", "ArrowLeft"):
        press(key)
    press("o")
    press("Alt+ArrowLeft")
    press("2")
    # A text, which is the first field, and a split that is taken back.
    press("Enter")
    page.keyboard.type("Good morning")
    press("Escape")
    go_to(page, "4.5")
    press("s")
    press("Control+z")
    # A suggestion is accepted, another one gets its category and is changed, and neither is asked for again.
    press("g")
    press("a")
    press("g")
    press("1")
    press("Control+s")
    press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Begin a segment, and end it")
    press("Escape")
    saved(page)
    assert times(call.label) == [
        (1_000_000, 1_750_000), (2_400_000, 3_123_000), (4_000_000, 5_591_000),
        (6_000_001, 6_500_002), (7_000_000, 7_500_000),
    ]  # fmt: skip
    segments = stored(call)["segments"]
    assert [each["category"] for each in segments] == ["Customer", "Customer", "Representative", "Customer", "Customer"]
    assert [each["origin"] for each in segments] == ["person"] * 3 + ["accepted", "changed"]
    assert segments[2]["fields"] == {"text": "Good morning"}
    assert stored(call)["suggestions"] == {"s1": "accepted", "s2": "changed"}
    assert len(call.events) == call.version
    # Something is required, and is missing.
    press("Control+Enter")
    expect(page.get_by_text("Something is missing or wrong").first).to_be_visible()
    for name in call.schema["clip"]["required"]:
        fill(page, call.schema["clip"]["properties"][name])
    press("Escape")
    press("Control+Enter")
    expect(page).to_have_url(f"{call.site.address}/labeling/{TASK_ID}")
    expect(page.get_by_text("Item 7 is submitted")).to_be_visible()
    expect(page.get_by_text("Nothing is left to label")).to_be_visible()
    assert call.status == "SUBMITTED"


def fill(page: Page, field: dict[str, Any]) -> None:
    group = page.get_by_role("group", name=field["title"]["en"])
    radio = (group if group.count() else page).get_by_role("radio").last
    radio.focus()
    radio.press("Space")


@pytest.mark.usefixtures("wrong")
def test_what_is_not_sent_survives_a_crash_of_the_page(context: BrowserContext, call: LabelAnswers) -> None:
    page = opened(context, call)
    mark(page, 1, 1.75)
    saved(page)
    call.down = True
    mark(page, 2.4, 3.123)
    expect(page.get_by_text("Kept on this device, not sent yet")).to_be_visible()
    page.once("crash", lambda _: None)
    with pytest.raises(Exception, match="crash"):
        page.goto("chrome://crash")
    call.down = False
    assert times(call.label) == [(1_000_000, 1_750_000)]
    again = opened(context, call)
    expect(again.get_by_text("Saved", exact=True)).to_be_visible()
    assert times(call.label) == [(1_000_000, 1_750_000), (2_400_000, 3_123_000)]
    assert call.version == len(call.events)


@pytest.mark.usefixtures("wrong")
def test_two_windows_keep_both_versions_and_a_person_merges_them(context: BrowserContext, call: LabelAnswers) -> None:
    one, other = opened(context, call), opened(context, call)
    one.bring_to_front()
    mark(one, 1, 1.75)
    saved(one)
    other.bring_to_front()
    mark(other, 2.4, 3.123)
    dialog = other.get_by_role("dialog", name="Two versions were saved")
    expect(dialog).to_be_visible()
    shot(other, "labeling-merge")
    dialog.get_by_role("button", name="Merge").click()
    expect(other.get_by_text("Saved", exact=True)).to_be_visible()
    assert times(call.label) == [(1_000_000, 1_750_000), (2_400_000, 3_123_000)]
    assert call.events[-1]["kind"] == "merged_versions"


@pytest.mark.usefixtures("wrong")
def test_a_stretch_is_silent_from_its_edge_on_and_stops_there(context: BrowserContext, call: LabelAnswers) -> None:
    # When the sound is turned off, in seconds of the clip, as the audio clock is told.
    context.add_init_script(
        """
        window.silentFrom = [];
        const { setValueAtTime } = AudioParam.prototype;
        AudioContext = class extends AudioContext { constructor(...given) { super(...given); window.clock = this; } };
        AudioParam.prototype.setValueAtTime = function (value, when) {
            const { currentTime } = document.querySelector("audio");
            if (value === 0) window.silentFrom.push(currentTime + when - window.clock.currentTime);
            return setValueAtTime.call(this, value, when);
        };
        """
    )
    page = opened(context, call)
    mark(page, 1, 1.75)
    page.keyboard.press("q")
    wait_until(page, "window.silentFrom.length > 0 && document.querySelector('audio').paused")
    assert page.evaluate("window.silentFrom.at(-1)") == pytest.approx(1.75, abs=0.05)
    expect(page.get_by_text("0:01.750 / 0:08.000")).to_be_visible()
    # A loop comes back to its start, again and again.
    page.evaluate(
        """() => {
            window.loops = 0;
            document.querySelector("audio").addEventListener("seeked", () => (window.loops += 1));
        }"""
    )
    page.keyboard.press("l")
    wait_until(page, "window.loops > 3")
    page.keyboard.press("l")
    ends = page.evaluate("window.silentFrom")
    assert ends == pytest.approx([1.75] * len(ends), abs=0.05)


@pytest.mark.usefixtures("wrong")
def test_a_claim_that_ran_out_keeps_the_draft(context: BrowserContext, call: LabelAnswers) -> None:
    page = opened(context, call)
    call.held = False
    mark(page, 1, 1.75)
    expect(page.get_by_text("Your claim has run out", exact=False)).to_be_visible()
    assert times(call.label) == [(1_000_000, 1_750_000)]


@pytest.mark.usefixtures("wrong")
def test_links_that_have_expired_are_asked_for_again(context: BrowserContext, site: ConsoleSite) -> None:
    call = recorded(site, 60)
    page = opened(context, call)
    mark(page, 1, 1.75)
    site.expire_links()
    # Of a minute the peaks are read; of a second the samples.
    page.keyboard.press("z")
    expect(page.locator("[class*=spectrogram] canvas").first).to_be_visible()
    read = [status for name, wanted, status in site.ranges if name == "call.wav" and not wanted.endswith("-")]
    assert (read[0], read[-1]) == (403, 206)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.usefixtures("wrong")
def test_segments_are_drawn_and_dragged_with_the_mouse(context: BrowserContext, call: LabelAnswers) -> None:
    page = opened(context, call)
    wave = page.get_by_role("group", name="Waveform and spectrogram").locator("div").nth(1)
    box = wave.bounding_box()
    assert box is not None
    middle = box["y"] + 60

    def drag(start: float, end: float) -> None:
        page.mouse.move(box["x"] + start, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + (start + end) / 2, middle, steps=4)
        page.mouse.move(box["x"] + end, middle, steps=4)
        page.mouse.up()

    drag(200, 400)
    saved(page)
    [(start, end)] = times(call.label)
    assert (start % 1000, end % 1000) == (0, 0)
    second = box["width"] / SECONDS
    assert (start / 1e6, end / 1e6) == pytest.approx((200 / second, 400 / second), abs=0.05)
    drag(end / 1e6 * second - 2, end / 1e6 * second + 100)
    saved(page)
    [(same, later)] = times(call.label)
    assert same == start
    assert later > end
    page.keyboard.press("Control+z")
    saved(page)
    assert times(call.label) == [(start, end)]


@pytest.mark.usefixtures("wrong")
def test_a_video_is_labelled_to_the_frame(context: BrowserContext, dogs: LabelAnswers) -> None:
    page = opened(context, dogs)
    mark(page, 1, 2)
    page.keyboard.press(".")
    page.keyboard.press(".")
    page.keyboard.press("o")
    page.keyboard.press(",")
    saved(page)
    [segment] = stored(dogs)["segments"]
    assert (segment["start_us"], segment["end_us"]) == (960_000, 2_080_000)
    assert (segment["start_frame"], segment["end_frame"]) == (24, 52)
    # The frame that is shown is the one that begins at the edge: its brightness is three times its number.
    wait_until(page, "!document.querySelector('video').seeking")
    shown = page.evaluate(
        """() => {
            const canvas = document.createElement("canvas");
            const context = canvas.getContext("2d");
            context.drawImage(document.querySelector("video"), 0, 0, 1, 1);
            return context.getImageData(0, 0, 1, 1).data[0];
        }"""
    )
    assert abs(shown - 24 * 3) < 3
    shot(page, "labeling-video")


@pytest.mark.usefixtures("wrong")
def test_a_text_is_answered_by_keyboard_and_survives_a_crash(context: BrowserContext, text: LabelAnswers) -> None:
    page = context.new_page()
    page.goto(text.page)
    expect(page.get_by_role("group", name="Document")).to_contain_text("It lost $10.6 billion in 2005.")
    clean(page, "labeling-text")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Required")).to_be_visible()
    text.down = True
    first = page.get_by_role("radio", name="Answer A")
    first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.get_by_role("textbox", name="Quote from the document").fill("It lost $10.6 billion")
    expect(page.get_by_role("radio", name="Answer B")).to_be_checked()
    page.close()

    text.down = False
    again = context.new_page()
    again.goto(text.page)
    expect(again.get_by_role("radio", name="Answer B")).to_be_checked()
    tick(again.get_by_role("radio", name="Answer A"))
    again.get_by_role("button", name="Undo").click()
    again.get_by_role("button", name="Redo").click()
    shot(again, "labeling-text-answered")
    again.keyboard.press("Control+Enter")
    expect(again.get_by_text("Item 2 is submitted")).to_be_visible()
    assert stored(text)["clip"] == {"consistent": "A", "evidence": "It lost $10.6 billion"}
    assert (text.status, stored(text)["segments"]) == ("SUBMITTED", [])


@pytest.mark.usefixtures("wrong")
def test_answers_about_a_text_are_reviewed_beside_it(context: BrowserContext, text: LabelAnswers) -> None:
    label = {"segments": [], "clip": {"consistent": "neither", "comment": HOSTILE}}
    told = {"status": "SUBMITTED", "version": 1, "saved_at": "2026-11-29T12:00:00Z", "label": label}
    text.item |= {"status": "REVIEW", "agreement": 0.3333, "answers": [
        told | {"answer_id": letter * 32, "annotator": letter} for letter in "ab"
    ]}  # fmt: skip
    page = context.new_page()
    page.goto(f"{text.page}/review")
    expect(page.get_by_text("Agreement of the answers: 0.333")).to_be_visible()
    expect(page.get_by_role("radio", name="Neither", checked=True)).to_have_count(2)
    clean(page, "labeling-text-review")


@pytest.mark.usefixtures("wrong")
def test_the_sound_of_a_video_has_a_spectrogram(context: BrowserContext, dogs: LabelAnswers) -> None:
    dogs.site.files["sound.wav"] = wav(sound(4, [(1.0, 2.0)]))
    dogs.item["media"] |= {
        "channels": 1, "sample_rate": 16_000,
        "sound": {"bytes": len(dogs.site.files["sound.wav"]), "name": "sound.wav"},
    }  # fmt: skip
    page = opened(context, dogs)
    expect(page.locator("[class*=spectrogram] canvas").first).to_be_visible()
    shot(page, "labeling-video-spectrogram")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.usefixtures("wrong")
def test_axe_finds_nothing_and_texts_stay_texts(browser: Browser, call: LabelAnswers, scheme: str) -> None:
    dark = scheme == "dark"
    with browser.new_context(color_scheme="dark" if dark else "light", reduced_motion="reduce") as context:
        page = opened(context, call)
        mark(page, 1, 1.75)
        page.keyboard.press("Enter")
        page.keyboard.type(HOSTILE)
        page.keyboard.press("Escape")
        page.get_by_text("From the manifest").click()
        assert page.locator("img").count() == 0
        assert "\u202e" not in page.inner_text("body")
        for name in ("item", "keys"):
            if name == "keys":
                editor(page).focus()
                page.keyboard.press("?")
            assert found_by_axe(page) == []
            for width, height in ((1280, 1000), (360, 740)):
                page.set_viewport_size({"width": width, "height": height})
                check_width(page, width)
                shot(page, f"labeling-{name}-{scheme}-{width}")
            page.set_viewport_size({"width": 1280, "height": 1000})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_answers_are_reviewed_and_tasks_are_made(
    browser: Browser, call: LabelAnswers, scheme: str
) -> None:
    reviewed = {"status": "SUBMITTED", "version": 1, "saved_at": "2026-11-29T12:00:00Z"}
    segment = {"id": "a", "track": "speaker", "category": "Customer", "start_us": 0, "end_us": 2_000_000}
    label = {"segments": [segment | {"fields": {"text": HOSTILE}, "origin": "person"}], "clip": {"rate": 4}}
    call.item["answers"] = [
        reviewed | {"answer_id": str(number) * 32, "annotator": f"{number} {HOSTILE}", "label": label}
        for number in (1, 2)
    ]
    call.item |= {"status": "REVIEW", "agreement": 0.41}
    call.site.replies[("GET", f"/label-tasks/{TASK_ID}")]["roles"] = ["reviewer"]
    with browser.new_context(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{call.site.address}/labeling/{TASK_ID}/items/7/review")
        expect(page.get_by_role("region", name="Answers")).to_be_visible()
        axe_finds_nothing(page, f"labeling-review-{scheme}")
        page.goto(f"{call.site.address}/labeling")
        page.get_by_role("button", name="Create a task").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        axe_finds_nothing(page, f"labeling-create-{scheme}")


def axe_finds_nothing(page: Page, name: str) -> None:
    assert found_by_axe(page) == []
    assert page.locator("img").count() == 0
    shot(page, name)


@pytest.mark.usefixtures("wrong")
def test_offline_the_work_is_kept_and_sent_when_the_network_is_back(
    context: BrowserContext, call: LabelAnswers
) -> None:
    page = opened(context, call)
    context.set_offline(True)
    mark(page, 1, 1.75)
    expect(page.get_by_text("Kept on this device, not sent yet")).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert times(call.label) == [(1_000_000, 1_750_000)]


@pytest.mark.usefixtures("wrong")
def test_a_session_that_ends_keeps_the_work_and_sends_it_after_the_next_sign_in(
    context: BrowserContext, call: LabelAnswers
) -> None:
    call.site.sessions_end = True
    page = opened(context, call)
    call.ended = call.site.sign_ins
    mark(page, 1, 1.75)
    # The page goes to the sign-in page, which knows the browser, and comes back.
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert call.site.sign_ins == call.ended + 1
    assert times(call.label) == [(1_000_000, 1_750_000)]


@pytest.mark.usefixtures("wrong")
def test_a_reviewer_sees_the_dashboards_and_gives_an_answer_back(context: BrowserContext, call: LabelAnswers) -> None:
    def answer(letter: str, start: int) -> dict[str, Any]:
        segment = {
            "id": "s1", "track": "speaker", "category": "Customer", "start_us": start, "end_us": 1_750_000,
            "fields": {"text": HOSTILE}, "origin": "changed", "suggestion": "s1",
        }  # fmt: skip
        label = {"segments": [segment], "clip": {"rate": 4}, "suggestions": {"s1": "changed"}}
        told = {"status": "SUBMITTED", "version": 3, "saved_at": "2026-11-29T12:00:00Z", "label": label}
        return told | {"answer_id": letter * 32, "annotator": f"{letter} {HOSTILE}"}

    base = f"/label-tasks/{TASK_ID}"
    task = call.site.replies[("GET", base)]
    annotator = {"annotator": HOSTILE, "answers": 5, "accepted": 3, "rejected": 1, "known_items": 2}
    annotators = [annotator | {"precision": 0.9, "recall": 1}]
    task |= {"roles": ["owner", "reviewer"], "agreement": 0.8123, "annotators": annotators}
    item = {"number": 7, "status": "REVIEW", "source": f"s3://b/{HOSTILE}.mp3", "submitted": 2, "agreement": 0.61}
    call.item |= {"status": "REVIEW", "answers": [answer("a", 1_000_000), answer("b", 1_010_000)], "agreement": 0.61}
    call.site.replies |= {
        ("GET", f"{base}/items"): {"items": [item]},
        ("POST", f"{base}/items/7/review"): lambda: call.item | {"task_id": TASK_ID, "answers": [], "status": "OPEN"},
    }
    page = context.new_page()
    page.goto(f"{call.site.address}/labeling")
    clean(page, "labeling-tasks")
    page.get_by_role("link", name="calls").click()
    expect(page.get_by_text("0.812")).to_be_visible()
    expect(page.get_by_role("table", name="Annotators")).to_contain_text("90 %")
    clean(page, "labeling-task")
    page.get_by_role("link", name="7 ·").click()
    expect(page.get_by_role("heading", name="Review of item 7")).to_be_visible()
    drawn = page.get_by_role("group", name="Waveform and spectrogram").get_by_text("Customer: ")
    expect(drawn).to_have_count(2)
    for each in drawn.all():
        box = each.bounding_box()
        assert box is not None
        assert box["width"] > 50
    page.get_by_role("textbox", name="Note for the author").first.fill("The end is cut.")
    clean(page, "labeling-review")
    page.get_by_role("button", name="Reject").first.click()
    expect(page.get_by_text("No answers yet")).to_be_visible()
    sent = call.site.sent[("POST", f"{base}/items/7/review")]
    assert sent == {"answer_id": "a" * 32, "decision": "reject", "note": "The end is cut."}


def clean(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert found_by_axe(page) == []
    shot(page, name)
