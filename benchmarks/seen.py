"""What is extracted from PDFs, compared with what a person sees in two independent renderers (pdfium and poppler).

Three figures for each page:

- `likeness` of each image with its place on the page, 0 to 1: 1 less the difference of their ink (what is not white),
  divided by the ink of both. The renderer that is more like it counts, because they differ from each other too.
- `unexplained`: the share of the page's ink (what is not its commonest colour) that is in no image and no text.
- `missed`: the same without what serves a text: thin straight lines, and the colours that words stand on. So the rules
  and shaded cells of a table count as unexplained, but not as missed.

Pages that neither renderer shows, and files that are refused, are in no mean. Of each file the first pages are read, in
a process of its own, within so many seconds of the processor: a busy machine changes no figure.

    python -m benchmarks.seen [--quick] [--corpus DIR] [--json FILE] [--save DIR] [NAME…]

NAME is a part of a file's name; --save writes each image beside its place as both renderers show it.
"""

import argparse
import io
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import fmean
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDERS = ("pdf-reports", "pdf")
TIME_LIMIT = 60  # seconds of the processor for one file
PATIENCE = 300  # seconds for poppler, on a machine that is busy with other work
PAGES = 4  # of each file
DENSITY, LONGEST = 2.0, 4000  # pixels a point, and of the longer side, of a page as the renderers show it: with one
# pixel a point, they show thin lines as much too black
SIDE = 160  # pixels of the longer side at which an image is compared
INK = 40  # levels by which a pixel differs from the ground
AROUND = 2  # points around a text or an image that it explains too
UNLIKE = 0.9  # images less like their place are listed
RULE, RULE_LENGTH = 3, 12  # pixels at a pixel a point: the thickness of a thin line, and its length at least
GROUND = 0.4  # of a word's box that has the same colour, which is the word's ground
LEFT = 0.2  # pages with a larger share of unexplained ink are listed
QUICK_FILES = 25
_FORK = multiprocessing.get_context("fork")


def run(corpus: Path, samples: Path, quick: bool = False, save: Path | None = None, names: tuple[str, ...] = ()) -> Any:
    """`files` maps a file's path within the corpus to its pages, `{page: {likeness: […], unexplained}}`, or to how it
    failed; `summary` holds the means."""
    pdfs = [*(pdf for folder in FOLDERS for pdf in sorted(corpus.glob(f"{folder}/**/*.pdf"))), *samples.glob("*.pdf")]
    pdfs = [pdf for pdf in pdfs if not names or any(name in pdf.name for name in names)]
    if quick:
        pdfs = pdfs[:: max(1, len(pdfs) // QUICK_FILES)]
    measured = _measured(pdfs, save)
    files = {str(pdf.relative_to(corpus)) if pdf.is_relative_to(corpus) else pdf.name: measured[pdf] for pdf in pdfs}
    return {"files": files, "summary": _summary(files)}


def table(results: Any) -> str:
    summary = results["summary"]
    lines = [
        "| files | pages | images | likeness (mean) | images less than"
        f" {UNLIKE} alike | unexplained ink (mean of pages) | pages with more than {LEFT:.0%} of it | missed ink |",
        "|---|---|---|---|---|---|---|---|",
        f"| {summary['files']} | {summary['pages']} | {summary['images']} | {summary['likeness']:.4f}"
        f" | {summary['unlike']} | {summary['unexplained']:.4f} | {summary['left']} | {summary['missed']:.4f} |",
        "",
    ]
    for name, told in results["files"].items():
        if "failed" in told:
            lines.append(f"- {name}: {told['failed']}")
            continue
        for page, figures in told["pages"].items():
            unlike = [f"{likeness:.2f}" for likeness in figures["likeness"] if likeness < UNLIKE]
            if unlike or figures["unexplained"] > LEFT:
                lines.append(
                    f"- {name} page {page}: {len(figures['likeness'])} images, unlike {', '.join(unlike) or 'none'},"
                    f" unexplained {figures['unexplained']:.2f}, missed {figures['missed']:.2f}"
                )
    return "\n".join(lines)


def _summary(files: dict[str, Any]) -> dict[str, Any]:
    pages = [page for told in files.values() for page in told.get("pages", {}).values()]
    likeness = [each for page in pages for each in page["likeness"]]
    return {
        "files": len(files),
        "pages": len(pages),
        "images": len(likeness),
        "likeness": fmean(likeness or [0.0]),
        "unlike": sum(each < UNLIKE for each in likeness),
        "unexplained": fmean([page["unexplained"] for page in pages] or [0.0]),
        "missed": fmean([page["missed"] for page in pages] or [0.0]),
        "left": sum(page["unexplained"] > LEFT for page in pages),
    }


def _measured(pdfs: list[Path], save: Path | None) -> dict[Path, dict[str, Any]]:
    """Each file in a process of its own, as many at once as there are processors."""
    results: dict[Path, dict[str, Any]] = {}
    waiting, running = list(reversed(pdfs)), dict[Connection, tuple[Path, BaseProcess]]()
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            ours, theirs = _FORK.Pipe(duplex=False)
            process = _FORK.Process(target=_send_measured, args=(waiting[-1], save, theirs), daemon=True)
            process.start()
            theirs.close()
            running[ours] = (waiting.pop(), process)
        for pipe in wait(list(running)):
            assert isinstance(pipe, Connection)
            pdf, process = running.pop(pipe)
            try:
                results[pdf] = pipe.recv()
            except EOFError:
                process.join()
                ended = process.exitcode == -signal.SIGXCPU
                results[pdf] = {"failed": "time limit" if ended else f"exit code {process.exitcode}"}
            process.join()
            print(len(results), pdf.name, results[pdf].get("failed", ""), file=sys.stderr, flush=True)
    return results


def _send_measured(pdf: Path, save: Path | None, pipe: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT, TIME_LIMIT + 5))
    pipe.send(_measure(pdf, save))


def _measure(pdf: Path, save: Path | None) -> dict[str, Any]:
    sys.path[:0] = [str(ROOT / "functions" / "ingest" / "extract_images"), str(ROOT / "layers" / "shared")]
    import time

    from docent.errors import DocentError
    from extract_images.pdf_images import ImageCollector, ImageFile, Limits
    from extract_images.pdf_scan import PageStarted, scan_pdf

    kept: dict[str, ImageFile] = {}
    before = time.process_time()
    collector = ImageCollector(pdf.name, Limits(), lambda file: kept.setdefault(file.image_id, file), time.process_time)
    try:
        for event in scan_pdf(str(pdf), pdf.name, Limits()):
            if isinstance(event, PageStarted) and event.page > PAGES:
                break
            if not collector.add(event):
                break
    except DocentError as error:
        return {"failed": type(error).__name__}
    found = collector.extraction()
    seconds = time.process_time() - before
    shown = [dict(renderer(pdf, _density(pdf))) for renderer in (_pdfium, _poppler)]
    pages: dict[int, Any] = {}
    for page in range(1, min(found.page_count, PAGES) + 1):
        size, texts = _size_and_texts(pdf, page)
        views = [View(pages_of[page], size) for pages_of in shown if page in pages_of]
        if not views:
            continue
        images = [
            (kept[image.image_id], place.bbox) for image in found.images for place in image.places if place.page == page
        ]
        likeness = []
        for number, (file, box) in enumerate(images):
            likeness.append(max(_likeness(file, box, view) for view in views))
            if save:
                _save(save / f"{pdf.stem}-{page}-{number}.png", file, box, views)
        boxes = [box for _, box in images]
        pages[page] = {
            "likeness": likeness,
            "places": [[round(edge) for edge in box] for box in boxes],
            "kinds": [file.kind + " " + file.format for file, _ in images],
            **_left(views, boxes, texts),
        }
    gaps = [f"{gap.page} {gap.name} {gap.message}" for gap in found.gaps]
    return {"pages": pages, "gaps": gaps, "skipped": found.skipped, "seconds": seconds}


@dataclass(frozen=True, slots=True)
class View:
    """A page as a renderer shows it. `size` is the page's in points; renderers ignore the unit of a page."""

    image: Any
    size: tuple[float, float]

    def pixels(self, box: tuple[float, ...]) -> tuple[float, float, float, float]:
        """A box of the page, cut at its edges."""
        across, down = (most / points for most, points in zip(self.image.size, self.size, strict=True))
        width, height = self.image.size
        x0, y0 = min(max(0.0, box[0] * across), width - 1.0), min(max(0.0, box[1] * down), height - 1.0)
        return x0, y0, max(min(box[2] * across, width), x0 + 1), max(min(box[3] * down, height), y0 + 1)


def _density(pdf: Path) -> float:
    """Pixels a point that are not too many for a page of this file."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
        longest = max(max(document[page].get_size()) for page in range(min(len(document), PAGES)))
    except (pypdfium2.PdfiumError, ValueError):
        return DENSITY
    return min(DENSITY, LONGEST / longest)


def _pdfium(pdf: Path, density: float) -> Iterator[tuple[int, Any]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
        document.init_forms()
    except pypdfium2.PdfiumError:
        return
    for page in range(min(len(document), PAGES)):
        try:
            scale: Any = density
            yield page + 1, document[page].render(scale=scale).to_pil().convert("RGB")
        except pypdfium2.PdfiumError:
            continue


def _poppler(pdf: Path, density: float) -> Iterator[tuple[int, Any]]:
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        dpi = f"{72 * density:g}"
        command = ["pdftoppm", "-cropbox", "-r", dpi, "-png", "-l", str(PAGES), str(pdf), f"{folder}/page"]
        try:
            # For damaged files, poppler writes gigabytes of error messages.
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE)
        except (subprocess.TimeoutExpired, FileNotFoundError):
            return
        for path in Path(folder).glob("*.png"):
            yield int(path.stem.rpartition("-")[2]), Image.open(io.BytesIO(path.read_bytes())).convert("RGB")


def _likeness(file: Any, box: tuple[float, ...], page: View) -> float:
    import numpy

    one, other = (numpy.asarray(image).astype(int) for image in _side_by_side(file, box, page))
    ink = (255 - one).sum() + (255 - other).sum()
    return float(1 - abs(one - other).sum() / ink) if ink > 2 * one.size else 1.0


def _side_by_side(file: Any, box: tuple[float, ...], page: View) -> tuple[Any, Any]:
    """The image and its place, small and equally large, a little blurred as renderers place edges differently."""
    from PIL import Image, ImageFilter

    across, down = max(1.0, box[2] - box[0]), max(1.0, box[3] - box[1])
    scale = min(1.0, SIDE / max(across, down))
    size = max(1, round(across * scale)), max(1, round(down * scale))
    image = Image.open(io.BytesIO(file.data)).convert("RGB").resize(size, Image.Resampling.BOX)
    place = page.image.resize(size, Image.Resampling.BOX, box=page.pixels(box))
    return image.filter(ImageFilter.BoxBlur(1)), place.filter(ImageFilter.BoxBlur(1))


def _save(path: Path, file: Any, box: tuple[float, ...], views: list[View]) -> None:
    from PIL import Image

    image = Image.open(io.BytesIO(file.data)).convert("RGB")
    image.thumbnail((500, 500))
    places = [view.image.crop(tuple(round(edge) for edge in view.pixels(box))) for view in views]
    for place in places:
        place.thumbnail((500, 500))
    beside = Image.new("RGB", (sum(each.width + 10 for each in (image, *places)), 510), "grey")
    left = 0
    for each in (image, *places):
        beside.paste(each, (left, 0))
        left += each.width + 10
    path.parent.mkdir(parents=True, exist_ok=True)
    beside.save(path)


def _left(views: list[View], boxes: list[tuple[float, ...]], texts: list[tuple[float, ...]]) -> dict[str, float]:
    """`unexplained` and `missed`, as the renderer shows it that leaves less."""
    unexplained, missed = zip(*(_left_in(view, boxes, texts) for view in views), strict=True)
    return {"unexplained": min(unexplained), "missed": min(missed)}


def _left_in(page: View, boxes: list[tuple[float, ...]], texts: list[tuple[float, ...]]) -> tuple[float, float]:
    import numpy
    from PIL import Image

    small = [max(1, round(side / max(1.0, DENSITY))) for side in page.image.size]
    view = View(page.image.resize(small, Image.Resampling.BOX), page.size)
    codes = numpy.asarray(view.image).astype(int) @ (1 << 16, 1 << 8, 1)
    ink = _differs(codes, _commonest(codes)[0])
    every = int(ink.sum())
    if every <= codes.size / 1000:
        return 0.0, 0.0
    served = numpy.zeros_like(ink)
    for box in texts:
        x0, y0, x1, y1 = (int(edge) for edge in view.pixels(box))
        ground, share = _commonest(codes[y0 : y1 + 1, x0 : x1 + 1])
        if share >= GROUND:
            served |= codes == ground
    for x0, y0, x1, y1 in map(view.pixels, [*boxes, *texts]):
        ink[
            max(0, int(y0) - AROUND) : max(0, int(y1) + AROUND + 1),
            max(0, int(x0) - AROUND) : max(0, int(x1) + AROUND + 1),
        ] = False
    long = _opened(ink, 1, RULE_LENGTH) | _opened(ink, RULE_LENGTH, 1)
    served |= long & ~_opened(ink, RULE + 1, RULE + 1)
    return float(ink.sum() / every), float((ink & ~served).sum() / every)


def _commonest(codes: Any) -> tuple[int, float]:
    """The commonest colour, and the share of the pixels that have it."""
    import numpy

    found, counts = numpy.unique(codes, return_counts=True)
    return int(found[counts.argmax()]), float(counts.max() / codes.size)


def _differs(codes: Any, colour: int) -> Any:
    import numpy

    return numpy.any([abs((codes >> shift & 255) - (colour >> shift & 255)) > INK for shift in (0, 8, 16)], axis=0)


def _opened(mask: Any, down: int, across: int) -> Any:
    """What is left of a mask if it is painted with a brush of this many pixels."""
    import numpy

    if mask.shape[0] < down or mask.shape[1] < across:
        return numpy.zeros_like(mask)
    fits = numpy.lib.stride_tricks.sliding_window_view(mask, (down, across)).all(axis=(2, 3))
    painted = numpy.zeros_like(mask)
    for y in range(down):
        for x in range(across):
            painted[y : y + fits.shape[0], x : x + fits.shape[1]] |= fits
    return painted


def _size_and_texts(pdf: Path, page: int) -> tuple[tuple[float, float], list[tuple[float, ...]]]:
    """The size of a page as displayed, and the boxes of its words, in points."""
    import pymupdf
    from pymupdf import mupdf

    from extract_images.page_objects import without_odd_turn
    from extract_images.pdf_opening import open_for_rendering

    size = (1.0, 1.0)
    try:
        document = open_for_rendering(str(pdf))
        pages = mupdf.pdf_document_from_fz_document(document.this)
        without_odd_turn(mupdf.pdf_lookup_page_obj(pages, page - 1))
        shown = document[page - 1]
        size = shown.rect.width, shown.rect.height
        words: Any = shown.get_text("words")
        boxes: list[Any] = [pymupdf.Rect(word[:4]) * shown.rotation_matrix for word in words]
        return size, [(box.x0, box.y0, box.x1, box.y1) for box in boxes]
    except Exception:
        return size, []


def _main() -> None:
    parser = argparse.ArgumentParser(description="Compare extracted images with what is seen")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--save", type=Path)
    parser.add_argument("--quick", action="store_true", help="a few files only")
    corpus = os.environ.get("DOCENT_CORPUS", str(ROOT.parent / "shared" / "corpus"))
    parser.add_argument("--corpus", type=Path, default=Path(corpus))
    parser.add_argument("--json", type=Path, help="write the results there too")
    arguments = parser.parse_args()
    results = run(arguments.corpus, ROOT / "samples", arguments.quick, arguments.save, tuple(arguments.names))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1))
    print(table(results))


if __name__ == "__main__":
    _main()
