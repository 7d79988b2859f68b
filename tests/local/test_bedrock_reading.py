"""OCR on images drawn here. Helvetica comes with PyMuPDF, so no font of the machine is needed."""

import asyncio
import base64
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pymupdf
import pytest
from PIL import Image

from local.bedrock.describing import description, without_description
from local.bedrock.engines import see
from local.bedrock.images import checked_image
from local.bedrock.layout import Line, reading_order
from local.bedrock.reading import Reader
from local.bedrock.recognition import read
from local.bedrock.refusals import Refusal, WireReply
from local.bedrock.runtime import BedrockRuntime
from local.bedrock.worker import Worker, WorkerBusyError, WorkerDiedError
from local.faults import Faults
from tests.support.project import CORPUS, ROOT

PARAGRAPH = [
    "Die Prüfstelle für Maßnahmen in Köln",
    "öffnet täglich um 8 Uhr und schließt",
    "am Freitag bereits um 14 Uhr.",
]
TABLE = [
    ["Stoff", "CAS-Nummer", "Grenzwert"],
    ["Formaldehyd", "50-00-0", "0,1 %"],
    ["Toluol", "108-88-3", "0,5 %"],
]


def drawn(lines: list[str], size: tuple[int, int] = (480, 160)) -> Image.Image:
    return placed([(20, 40 + 30 * number, line) for number, line in enumerate(lines)], size)


def placed(texts: list[tuple[float, float, str]], size: tuple[int, int]) -> Image.Image:
    """Texts at (x, y) in points of 2 px."""
    with pymupdf.open() as document:
        page = document.new_page(width=size[0], height=size[1])
        for x, y, text in texts:
            page.insert_text((x, y), text, fontsize=16)
        pixels = page.get_pixmap(dpi=144)
    return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)


def saved(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def test_umlauts_are_read() -> None:
    assert read(saved(drawn(PARAGRAPH))).text.splitlines() == PARAGRAPH


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_image_is_read_upright(turn: int) -> None:
    assert read(saved(drawn(PARAGRAPH).rotate(turn, expand=True))).text.splitlines() == PARAGRAPH


def test_an_image_is_turned_as_its_exif_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90° clockwise to display
    data = saved(drawn(PARAGRAPH).rotate(90, expand=True), "JPEG", exif=exif, quality=95)

    reading = read(data)

    assert reading.text.splitlines() == PARAGRAPH
    assert reading.looks.width > reading.looks.height


def test_a_cmyk_image_is_read() -> None:
    assert read(saved(drawn(PARAGRAPH).convert("CMYK"), "JPEG", quality=95)).text.splitlines() == PARAGRAPH


@pytest.mark.parametrize("ink", ["black", "white"])
def test_text_on_a_transparent_ground_is_read(ink: str) -> None:
    letters = drawn(PARAGRAPH).convert("L").point(lambda level: 255 - level)
    image = Image.new("RGBA", letters.size, ink)
    image.putalpha(letters)

    assert read(saved(image)).text.splitlines() == PARAGRAPH


def test_sixteen_bits_are_not_clipped_to_white() -> None:
    deep = drawn(PARAGRAPH).convert("L").convert("I").point(lambda level: level * 200)

    assert read(saved(deep.convert("I;16"))).text.splitlines() == PARAGRAPH


def test_a_row_of_a_table_reads_as_a_line() -> None:
    texts = [(20 + 160 * x, 40 + 40 * y, cell) for y, row in enumerate(TABLE) for x, cell in enumerate(row)]

    reading = read(saved(placed(texts, (480, 160))))

    assert reading.text.splitlines() == [" ".join(row) for row in TABLE]
    assert "eine Tabelle" in description(reading)


def test_the_cells_of_a_table_are_told_apart() -> None:
    texts = [(20 + 160 * x, 40 + 40 * y, cell) for y, row in enumerate(TABLE) for x, cell in enumerate(row)]

    assert see(saved(placed(texts, (480, 160)))).text.splitlines() == [" | ".join(row) for row in TABLE]


def test_an_empty_image_holds_no_text() -> None:
    reading = read(saved(Image.new("RGB", (300, 200), "black")))

    assert reading.text == ""
    assert description(reading).endswith("300 × 200 pixels, mostly black; no text found.")


def test_a_photo_is_taken_for_one() -> None:
    tones = Image.merge(
        "RGB", [Image.radial_gradient("L"), Image.linear_gradient("L"), Image.radial_gradient("L").rotate(90)]
    )

    assert "probably a photo" in description(read(saved(tones)))


def test_a_description_can_be_told_from_the_text_around_it() -> None:
    described = description(read(saved(drawn(PARAGRAPH))))

    assert without_description(f"Before. {described} After.") == "Before.  After."


def line(text: str, x: float, y: float, width: float, slant: float = 0) -> Line:
    corners = ((x, y + slant * x), (x + width, y + slant * (x + width)))
    lower = tuple((right, down + 20) for right, down in reversed(corners))
    return Line(text, (*corners, *lower), 1.0)


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [line(f"left column line number {n}", 0, 40 * n, 300) for n in range(1, 7)]
    right = [line(f"right column line number {n}", 340, 40 * n + 3, 300) for n in range(1, 7)]
    title = line("A title over both of the columns on this page", 100, 0, 440)

    order = [cell.text for row in reading_order([*right, title, *left]) for cell in row]

    assert order == [each.text for each in (title, *left, *right)]


def test_rows_of_a_slanted_page_do_not_run_into_each_other() -> None:
    cells = [line(f"cell {x} of row {y}", 400 * x, 30 * y, 200, slant=0.05) for y in range(5) for x in range(3)]

    rows = reading_order(cells)

    assert [[cell.text for cell in row] for row in rows] == [
        [f"cell {x} of row {y}" for x in range(3)] for y in range(5)
    ]


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(seconds=20)
    yield worker
    worker.close()


def test_a_worker_over_its_time_is_ended_and_the_next_call_has_another(worker: Worker) -> None:
    async def run() -> int:
        first = await worker.run(os.getpid)
        worker.seconds = 0.3
        with pytest.raises(TimeoutError):
            await worker.run(time.sleep, 30)
        worker.seconds = 20
        return await worker.run(os.getpid) - first

    assert asyncio.run(run()) != 0


def test_a_worker_that_dies_raises_an_error_and_the_next_call_starts_another(worker: Worker) -> None:
    async def run() -> bool:
        with pytest.raises(WorkerDiedError):
            await worker.run(os._exit, 1)
        return await worker.run(os.getpid) > 0

    assert asyncio.run(run())


def test_a_call_whose_turn_comes_too_late_is_refused_and_costs_nothing(worker: Worker) -> None:
    async def run() -> list[object]:
        await worker.run(os.getpid)
        worker.patience = 0.2
        too_long = 600  # for a test
        calls = [worker.run(time.sleep, 1), worker.run(time.sleep, too_long), worker.run(time.sleep, too_long)]
        return await asyncio.gather(*calls, return_exceptions=True)

    served, *late = asyncio.run(run())
    assert served is None
    assert [type(each) for each in late] == [WorkerBusyError, WorkerBusyError]


async def nothing_falls_through(*request: object) -> WireReply:
    raise AssertionError(request)


def test_an_image_that_waits_too_long_for_its_turn_is_throttled() -> None:
    runtime = BedrockRuntime(None, nothing_falls_through, Faults(""), reader=Reader(patience=-1))
    image = {"format": "png", "source": {"bytes": base64.b64encode(saved(drawn(PARAGRAPH))).decode()}}
    request = {"messages": [{"role": "user", "content": [{"image": image}, {"text": "Read."}]}]}
    path = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/converse"
    try:
        status, headers, _ = asyncio.run(runtime.handle_request("POST", path, {}, json.dumps(request).encode(), {}))
    finally:
        runtime.close()
    assert (status, headers["x-amzn-errortype"]) == (429, "ThrottlingException")


def test_a_worker_raises_what_its_function_raised(worker: Worker) -> None:
    with pytest.raises(FileNotFoundError):
        asyncio.run(worker.run(os.stat, "/nowhere/at/all"))


def test_an_image_that_takes_too_long_is_a_model_timeout() -> None:
    reader = Reader(seconds=0.01)
    page = checked_image("here", "png", saved(drawn(PARAGRAPH)))

    with pytest.raises(Refusal) as caught:
        asyncio.run(reader.reply("", "Read.", [page]))

    reader.close()
    assert caught.value.code == "ModelTimeoutException"


def test_the_gateway_does_not_load_the_engines() -> None:
    code = "import sys; import local.bedrock.runtime; print({'rapidocr', 'pysbd', 'tantivy'} & set(sys.modules))"
    command = [sys.executable, "-c", code]

    assert subprocess.check_output(command, cwd=ROOT, text=True) == "set()\n"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("name", ["tesseract/phototest-rotated-L.png", "docling/webp-test.webp"])
def test_a_strangers_image_is_read_without_an_error(name: str) -> None:
    expected = json.loads((CORPUS / "ocr/dev/expected.json").read_text())
    text = next(entry["expected"] for entry in expected if entry["image"] == f"ocr/dev/{name}")

    assert read((CORPUS / "ocr/dev" / name).read_bytes()).text.split() == text.split()
