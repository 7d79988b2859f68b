"""Time, output size and memory of extracting images from PDFs, compared with two other ways.

- `article`: the way of published articles: each page's image list, `Pixmap(document, xref)`, converted to RGB
  if it has more than three colours, saved as PNG. Errors are ignored, otherwise it would end at the first odd image.
- `pdfimages`: poppler's `pdfimages -all`, if it is installed.
- `docent`: read_images with embedded and inline images only, because the others find no more.
- `docent_full`: the same with drawings, scans and split images rendered, as the function does.
- `decoding`: opens the file, lets MuPDF decode once each image that a model cannot read unchanged, and does nothing
  else: it reads no page and encodes and writes nothing. Compared with the article's time, it shows how fast a way
  that does only the unavoidable work could be.

The Python ways run in a process of their own for each file, forked after the imports, and are timed inside it. For
pdfimages the start time of its process (`pdfimages -v`) is subtracted. Time is the time of the processor: each way uses
one processor only, and other work on the machine does not count. All write their images to files and run in
turn, so that other work on the machine affects all of them. A ratio of time is how many times as fast docent is; a
ratio of memory or bytes is docent's share of the other's.

If a way finds fewer images than docent in a file (for example no inline images), or docent fewer than it, their work
differs: such a file is in no mean and is listed separately.

    python -m benchmarks.extraction [--quick] [--corpus DIR] [--samples DIR] [--json FILE]
"""

import argparse
import contextlib
import functools
import json
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TIME_LIMIT = 40  # seconds for one way with one file
TURNS = 2
REPEATS = 3  # in each turn
LONG = 0.5  # seconds; a way that takes longer is timed once per turn
SLOW = 0.8  # of the other's speed; slower files are listed
QUICK_FILES = 12
_FORK = multiprocessing.get_context("fork")


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    """Results for each PDF in which a way finds an image, and their geometric means.

    `files` maps a name to a way to `{seconds, megabytes, bytes, pictures}` (megabytes: peak beyond the
    start of the work) or `{failed}`; `summary` holds the ratios.
    """
    sys.path[:0] = [str(ROOT / "functions" / "ingest" / "extract_images"), str(ROOT / "layers" / "shared")]
    import pymupdf

    import extract_images.pdf_images  # noqa: F401 - imports are no part of the time

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    pdfs = sorted([*corpus.glob("pdf/**/*.pdf"), *samples.glob("**/*.pdf")])
    if quick:
        pdfs = pdfs[:: max(1, len(pdfs) // QUICK_FILES)]
    poppler_start = _poppler_start()
    files: dict[str, Any] = {}
    for pdf in pdfs:
        ways: dict[str, Any] = {}
        for _ in range(TURNS):
            for way in ("docent", "article", "decoding", "docent_full"):
                ways[way] = _better(ways.get(way), _measured(way, pdf))
            if poppler_start is not None:
                ways["pdfimages"] = _better(ways.get("pdfimages"), _pdfimages(pdf, poppler_start))
        if any(figures.get("pictures") for way, figures in ways.items() if way != "docent_full"):
            files[pdf.name] = ways
        print(pdf.name, *(f"{way} {_milliseconds(told)}" for way, told in ways.items()), file=sys.stderr)
    return {"files": files, "summary": _summary(files), "poppler": poppler_start is not None}


def _better(one: dict[str, Any] | None, other: dict[str, Any]) -> dict[str, Any]:
    """The faster of two measurements of the same way."""
    if one is None or "seconds" not in one or "seconds" not in other:
        return other
    return min(one, other, key=lambda figures: figures["seconds"])


def table(results: dict[str, Any]) -> str:
    """The results in Markdown."""
    lines = [
        "| docent beside | files with the same images | speed (geometric mean) | speed (all time summed)"
        f" | slower files | slower than {SLOW}× | bytes written |",
        "|---|---|---|---|---|---|---|",
    ]
    for way, told in results["summary"].items():
        slow = "; ".join(f"{speed:.2f}× {name}" for name, speed in told["slow"].items())
        cells = (
            way,
            told["files"],
            f"{told['speed']:.1f}×",
            f"{told['summed']:.1f}×",
            f"{told['slower']}, by {told['slower_by']:.0f} ms at most",
            slow or "none",
            f"{told['bytes']:.2f}×",
        )
        lines.append(_row(cells))
    article = results["summary"].get("article")
    if article:
        hungry = "; ".join(f"{share:.2f}× {name}" for name, share in article["hungry"].items())
        lines += [
            f"\nPeak memory beside the article: {article['memory']:.2f}× (the highest of each)."
            f" Files that need more than the article: {hungry or 'none'}.",
            *(
                f"\n{told['files']} of these files {what}: {told['speed']:.1f}× as fast as the article (geometric"
                f" mean), {told['summed']:.1f}× summed."
                for what, told in (
                    ("hold images that are all handed over as they are stored", article["stored"]),
                    ("have a region that must be rendered to show what is seen", article["rendered"]),
                )
                if told["files"]
            ),
            f"\nA way that opened the files, had MuPDF decode once what no model reads as it is, and neither looked at"
            f" a page nor wrote an image, would be {article['bound']:.1f}× as fast as the article (geometric mean).",
        ]
    if not results["poppler"]:
        lines.append("\npdfimages is not installed, so nothing is said of it.")
    same = {
        name: ways
        for name, ways in results["files"].items()
        if all(_same(ways, way) for way in ("article", "pdfimages") if way in ways)
    }
    lines += ["", *_files(same), "\nFiles in which one of the ways finds fewer images than another:\n"]
    lines += _files({name: ways for name, ways in results["files"].items() if name not in same})
    return "\n".join(lines)


def _files(files: dict[str, Any]) -> list[str]:
    lines = [
        "| file | docent ms | article | pdfimages | memory | full ms | decoding ms | images (in that order) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, ways in files.items():
        times = [_milliseconds(ways[way]) for way in ("docent", "docent_full", "decoding")]
        found = ", ".join(str(ways.get(way, {}).get("pictures", "–")) for way in ("docent", "article", "pdfimages"))
        ratios = (_ratio_text(ways, "article"), _ratio_text(ways, "pdfimages"), _memory_text(ways))
        lines.append(_row((name, times[0], *ratios, *times[1:], found)))
    return lines


def _same(ways: dict[str, Any], way: str) -> bool:
    """Whether both found images and the other no fewer: it can write an image twice, or its mask."""
    return 0 < ways["docent"].get("pictures", 0) <= ways[way].get("pictures", 0)


def _row(cells: tuple[object, ...]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _summary(files: dict[str, Any]) -> dict[str, Any]:
    """For each other way, over the files in which both find the same images: how many times as fast docent is, and
    its share of the other's memory and bytes."""
    summary = {}
    for way in ("article", "pdfimages"):
        both = {name: (ways["docent"], ways[way]) for name, ways in files.items() if way in ways and _same(ways, way)}
        if not both:
            continue
        speeds = {name: other["seconds"] / own["seconds"] for name, (own, other) in both.items()}
        extra = [own["seconds"] - other["seconds"] for own, other in both.values()]
        summary[way] = {
            "files": len(both),
            "speed": statistics.geometric_mean(speeds.values()),
            "summed": sum(other["seconds"] for _, other in both.values())
            / sum(own["seconds"] for own, _ in both.values()),
            "slower": sum(seconds > 0 for seconds in extra),
            "slower_by": 1000 * max(0.0, *extra),
            "slow": {name: speed for name, speed in sorted(speeds.items(), key=lambda pair: pair[1]) if speed < SLOW},
            "bytes": sum(own["bytes"] for own, _ in both.values()) / sum(other["bytes"] for _, other in both.values()),
        }
        if way == "article":
            shares = {name: own["megabytes"] / other["megabytes"] for name, (own, other) in both.items()}
            summary[way] |= {
                "memory": max(own["megabytes"] for own, _ in both.values())
                / max(other["megabytes"] for _, other in both.values()),
                "hungry": {name: share for name, share in shares.items() if share > 1},
                "stored": _speeds([pair for pair in both.values() if not pair[0].get("rendered")]),
                "rendered": _speeds([pair for pair in both.values() if pair[0].get("rendered")]),
                "bound": statistics.geometric_mean(
                    other["seconds"] / files[name]["decoding"]["seconds"] for name, (_, other) in both.items()
                ),
            }
    return summary


def _speeds(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    """How many times as fast the first of each pair is."""
    speeds = [other["seconds"] / own["seconds"] for own, other in pairs]
    own, other = (sum(figures["seconds"] for figures in each) for each in zip(*pairs, strict=True)) if pairs else (1, 0)
    return {"files": len(pairs), "speed": statistics.geometric_mean(speeds or [1.0]), "summed": other / own}


def _ratio_text(ways: dict[str, Any], way: str) -> str:
    if "seconds" not in ways["docent"] or "seconds" not in ways.get(way, {}):
        return ways.get(way, {}).get("failed", "–")
    return f"{ways[way]['seconds'] / ways['docent']['seconds']:.1f}×"


def _memory_text(ways: dict[str, Any]) -> str:
    if not all("megabytes" in ways[way] for way in ("docent", "article")):
        return "–"
    return f"{ways['docent']['megabytes'] / ways['article']['megabytes']:.2f}×"


def _milliseconds(figures: dict[str, Any]) -> str:
    return f"{figures['seconds'] * 1000:.1f}" if "seconds" in figures else figures["failed"]


def _measured(way: str, pdf: Path) -> dict[str, Any]:
    """One way with one file in a process of its own."""
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_send_measured, args=(way, str(pdf), theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(TIME_LIMIT) else {"failed": "time limit"}
    except EOFError:
        process.join()
        return {"failed": f"exit code {process.exitcode}"}
    finally:
        process.kill()
        process.join()


def _send_measured(way: str, pdf: str, pipe: Connection) -> None:
    pipe.send(_measure(way, pdf))


def _poppler_start() -> float | None:
    """The seconds that pdfimages takes to start and end, or None if it is not installed."""
    program = shutil.which("pdfimages")
    if not program:
        return None
    return min(_seconds(lambda: subprocess.run([program, "-v"], capture_output=True)) for _ in range(REPEATS))


def _pdfimages(pdf: Path, start: float) -> dict[str, Any]:
    times: list[float] = []
    written: dict[str, int] = {}
    while not _enough(times):
        with tempfile.TemporaryDirectory() as folder:
            command = ["pdfimages", "-all", str(pdf), f"{folder}/image"]
            before = _processor_seconds()
            try:
                # For damaged files, poppler writes gigabytes of error messages.
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=TIME_LIMIT)
            except subprocess.TimeoutExpired:
                return {"failed": "time limit"}
            times.append(_processor_seconds() - before)
            written = _written(Path(folder))
    return {"seconds": max(min(times) - start, 1e-4), **written}


def _measure(way: str, pdf: str) -> dict[str, Any]:
    """Runs inside the process of its own."""
    ways = {"article": _article, "docent": _docent, "docent_full": _docent_full, "decoding": _decoding}
    work = ways[way]
    rendered = _counted_renderings()
    before = _peak_megabytes()
    times: list[float] = []
    written: dict[str, int] = {}
    while not _enough(times):
        with tempfile.TemporaryDirectory() as folder:
            times.append(_seconds(lambda folder=folder: work(pdf, Path(folder))))
            written = _written(Path(folder))
        if len(times) == 1:
            megabytes = _peak_megabytes() - before
    return {"seconds": min(times), "megabytes": max(0.1, megabytes), "rendered": len(rendered) // len(times), **written}


def _counted_renderings() -> list[object]:
    """Gets an item for each region that is rendered from now on, instead of handed over as it is stored."""
    from extract_images.page_view import PageView

    render, rendered = PageView.rendered, list[object]()

    def counted(*arguments: Any, **options: Any) -> Any:
        rendered.append(None)
        return render(*arguments, **options)

    PageView.rendered = counted
    return rendered


def _article(pdf: str, folder: Path) -> None:
    import pymupdf

    with contextlib.suppress(Exception):
        document = pymupdf.open(pdf, filetype="pdf")
        for page in document:
            for number, image in enumerate(page.get_images(full=True)):
                with contextlib.suppress(Exception):
                    pixmap = pymupdf.Pixmap(document, image[0])
                    if pixmap.n - pixmap.alpha > 3:
                        pixmap = pymupdf.Pixmap(pymupdf.csRGB, pixmap)
                    pixmap.save(str(folder / f"page{page.number}-{number}.png"))


def _decoding(pdf: str, _: Path) -> None:
    from pymupdf import mupdf

    with contextlib.suppress(Exception):
        document = mupdf.pdf_open_document(pdf)
        for number in _image_numbers(pdf):
            with contextlib.suppress(Exception):
                image = mupdf.pdf_load_image(document, mupdf.pdf_new_indirect(document, number, 0))
                if image.fz_compressed_image_type() != mupdf.FZ_IMAGE_JPEG or image.n() > 3:
                    image.fz_get_unscaled_pixmap_from_image()


@functools.cache
def _image_numbers(pdf: str) -> set[int]:
    """Cached, so that the fastest run does not include the search."""
    import pymupdf

    return {image[0] for page in pymupdf.open(pdf, filetype="pdf") for image in page.get_images(full=True)}


def _docent(pdf: str, folder: Path, drawings: bool = False) -> None:
    from docent.errors import DocentError
    from extract_images.pdf_images import ImageFile, Limits, read_images

    def save(file: ImageFile) -> None:
        (folder / f"{file.image_id}.{file.format}").write_bytes(file.data)

    with contextlib.suppress(DocentError):
        # No specks are skipped, as the other ways skip none.
        read_images(pdf, pdf, Limits(drawings=drawings, min_points=0), save)


def _docent_full(pdf: str, folder: Path) -> None:
    _docent(pdf, folder, drawings=True)


def _enough(times: list[float]) -> bool:
    return len(times) >= REPEATS or sum(times) >= LONG


def _seconds(work: Callable[[], object]) -> float:
    before = _processor_seconds()
    work()
    return _processor_seconds() - before


def _processor_seconds() -> float:
    """Of this process and of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _written(folder: Path) -> dict[str, int]:
    files = [path.stat().st_size for path in folder.iterdir()]
    return {"bytes": sum(files), "pictures": len(files)}


def _peak_megabytes() -> float:
    """The peak memory of this process. Unlike ru_maxrss, it is reset when a process is forked."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _main() -> None:
    parser = argparse.ArgumentParser(description="Compare ways to extract images from PDFs")
    parser.add_argument("--quick", action="store_true", help="a dozen files only")
    corpus = os.environ.get("DOCENT_CORPUS", str(ROOT.parent / "shared" / "corpus"))
    parser.add_argument("--corpus", type=Path, default=Path(corpus))
    parser.add_argument("--samples", type=Path, default=ROOT / "samples")
    parser.add_argument("--json", type=Path, help="write the results there too")
    arguments = parser.parse_args()
    results = run(arguments.corpus, arguments.samples, arguments.quick)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1))
    print(table(results))


if __name__ == "__main__":
    _main()
