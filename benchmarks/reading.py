"""How well text is read from images by our recipe, compared with plain RapidOCR and Tesseract's published results.

- `docent`: local/bedrock/recognition.py, RapidOCR with our steps before and after it.
- `rapidocr`: the same engine and models, called as in its README.
- `tesseract`: a plain Tesseract 5.3 run, from the corpus's file: 1 - its similarity.

The measure is the character error: the edits needed to turn the read text into the true text, with white space
collapsed, as a share of the true text, at most 1. If only some words are known, the error is the share of them that is
missing. Images without a known text are only timed.

    python -m benchmarks.reading [--quick] [--corpus DIR] [--json FILE]
"""

import argparse
import io
import json
import os
import statistics
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf

ROOT = Path(__file__).parents[1]
READABLE = {".bmp", ".gif", ".jpeg2000", ".jpg", ".pbm", ".pdf", ".pgm", ".png", ".tif", ".tiff", ".webp"}
QUICK_IMAGES = 12
WAYS = ("docent", "rapidocr")


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    """`pictures` maps a name to a way to `{error, seconds}`, `summary` maps a way to their means.

    `error` is 0 to 1, or None if the text is not known. `samples` are not read, because we wrote their text.
    """
    entries = json.loads((corpus / "ocr/dev/expected.json").read_text())
    entries = [entry for entry in entries if Path(entry["image"]).suffix.lower() in READABLE]
    if quick:
        entries = [entry for entry in entries if entry["expected"]][:: len(entries) // QUICK_IMAGES]
    readers = {"docent": _docent(), "rapidocr": _rapidocr()}
    images: dict[str, Any] = {}
    for entry in entries:
        data = _image(corpus / entry["image"])
        ways = images[entry["image"]] = {way: _measured(readers[way], data, entry) for way in WAYS}
        if (similarity := _similarity(entry)) is not None:
            ways["tesseract"] = {"error": 1 - similarity, "seconds": None}
    return {"pictures": images, "summary": _summary(images)}


def table(results: dict[str, Any]) -> str:
    """The results in Markdown."""
    summary = results["summary"]
    lines = [
        "| way | mean character error | where Tesseract has a figure | seconds per image, median |",
        "|---|---:|---:|---:|",
    ]
    for way, figures in summary.items():
        seconds = "–" if figures["seconds"] is None else f"{figures['seconds']:.2f}"
        error = "–" if figures["error"] is None else f"{figures['error']:.1%} of {figures['pictures']}"
        lines.append(f"| {way} | {error} | {figures['shared_error']:.1%} of {figures['shared']} | {seconds} |")
    return "\n".join(lines)


def _summary(images: dict[str, Any]) -> dict[str, Any]:
    known = [ways for ways in images.values() if ways["docent"]["error"] is not None]
    shared = [ways for ways in known if "tesseract" in ways]
    summary = {}
    for way in (*WAYS, "tesseract"):
        times = [ways[way]["seconds"] for ways in images.values() if way in ways and ways[way]["seconds"]]
        summary[way] = {
            "pictures": len(known),
            "error": None if way == "tesseract" else statistics.fmean(ways[way]["error"] for ways in known),
            "shared": len(shared),
            "shared_error": statistics.fmean(ways[way]["error"] for ways in shared),
            "seconds": statistics.median(times) if times else None,
        }
    return summary


def _measured(read: Callable[[bytes], str], data: bytes, entry: dict[str, Any]) -> dict[str, Any]:
    start = time.perf_counter()
    try:
        text = read(data)
    except (OSError, ValueError) as error:
        return {"error": None if entry["expected"] is None else 1.0, "seconds": None, "failed": str(error)}
    return {"error": _error(entry, text), "seconds": time.perf_counter() - start}


def _error(entry: dict[str, Any], text: str) -> float | None:
    expected = entry["expected"]
    match entry["kind"]:
        case "full":
            return character_error(expected, text)
        case "first_line":
            return 0.0 if expected in text else 1.0
        case "contains" | "keywords":
            return sum(word not in text for word in expected) / len(expected)
        case "empty":
            return float(bool(text.strip()))
    return None


def character_error(expected: str, text: str) -> float:
    wanted, found = (" ".join(each.split()) for each in (expected, text))
    return min(1.0, _edits(wanted, found) / max(1, len(wanted)))


def _edits(a: str, b: str) -> int:
    """The Levenshtein distance, row by row."""
    letters = np.array([*b])
    steps = np.arange(len(b) + 1)
    row = steps.copy()
    for number, letter in enumerate(a, start=1):
        changed = np.minimum(row[:-1] + (letters != letter), row[1:] + 1)
        # An insertion may follow an insertion: a running minimum against the diagonal.
        row = np.minimum.accumulate(np.concatenate(([number], changed)) - steps) + steps
    return int(row[-1])


def _similarity(entry: dict[str, Any]) -> float | None:
    """The corpus gives a similarity for full texts and words for the rest."""
    figure = entry.get("tesseract5_baseline")
    if entry["expected"] is None or figure is None or entry["kind"] == "first_line":
        return None
    if figure == "ok":
        return 1.0
    if figure.startswith("MISS"):
        return 1 - figure.count("'") / 2 / len(entry["expected"])
    return float(figure)


def _image(path: Path) -> bytes:
    if path.suffix != ".pdf":
        return path.read_bytes()
    with pymupdf.open(path) as document:
        return document[0].get_pixmap(dpi=150).tobytes("png")


def _docent() -> Callable[[bytes], str]:
    from local.bedrock import recognition

    recognition.warm()
    return lambda data: recognition.read(data).text


def _rapidocr() -> Callable[[bytes], str]:
    from PIL import Image
    from rapidocr import RapidOCR

    @cache
    def engine() -> RapidOCR:
        return RapidOCR(params={"Global.log_level": "error"})

    def read(data: bytes) -> str:
        found: Any = engine()(data)
        return "\n".join(found.txts or ())

    blank = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(blank, "PNG")
    read(blank.getvalue())
    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    corpus = Path(os.environ.get("DOCENT_CORPUS", ROOT.parent / "shared" / "corpus"))
    parser.add_argument("--corpus", type=Path, default=corpus)
    parser.add_argument("--samples", type=Path, default=ROOT / "samples")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    results = run(arguments.corpus, arguments.samples, arguments.quick)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1))
    print(table(results))


if __name__ == "__main__":
    main()
