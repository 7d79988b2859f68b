"""Reads the words in an image with RapidOCR. Runs in a worker process: it takes 640 MB and one second.

The steps before and after the engine reduce its character error on mixed images from 29 % to about 1 %;
`benchmarks/reading.py` measures this.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from rapidocr import RapidOCR
from rapidocr.utils.output import RapidOCROutput

from local.bedrock.layout import Line, reading_order
from local.bedrock.looks import Looks, looks_of

THREADS = 2
SMALL_SIDE = 700  # px; in smaller images, letters are too small for the detector
DETECTOR_SIDE = 1440  # px
SURE = 0.85  # upright text has at least this mean score; turned or upside-down text does not

type Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of cells in an image, the engine's score for them (0–1), and the measurements of the image."""

    rows: tuple[tuple[str, ...], ...]
    score: float
    looks: Looks

    @property
    def text(self) -> str:
        return "\n".join(" ".join(row) for row in self.rows)

    @property
    def table(self) -> str:
        """The text with its cells apart, as the prompt for images asks of a model."""
        return "\n".join(" | ".join(row) for row in self.rows)


def read(data: bytes) -> Reading:
    """Raises `PIL.UnidentifiedImageError` or OSError if the bytes are not a complete image."""
    image = flattened(Image.open(io.BytesIO(data)))
    lines = _upright_lines(image)
    rows = tuple(tuple(line.text for line in row) for row in reading_order(lines))
    return Reading(rows, _mean_score(lines), looks_of(image))


def flattened(image: Image.Image) -> Image.Image:
    """The first frame as RGB, as a person sees it: rotated by its EXIF, on a background that shows its text."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I") or image.mode == "F":  # Pillow would clip 16 bits to white
        levels = np.asarray(image, dtype=np.float64)
        return Image.fromarray((levels * (255 / max(levels.max(), 1))).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")  # CMYK too: the engine reads nothing in a CMYK image and raises no error
    image = image.convert("RGBA")
    ground = (255, 255, 255)
    colours, alpha = np.asarray(image.convert("L")), np.asarray(image.getchannel("A"))
    if (alpha > 127).any() and colours[alpha > 127].min() > 200:
        ground = (0, 0, 0)  # everything visible is nearly white
    whole = Image.new("RGB", image.size, ground)
    whole.paste(image, mask=image.getchannel("A"))
    return whole


def _upright_lines(image: Image.Image) -> list[Line]:
    """The lines in the best orientation. Tries upside down if the score is low, quarter turns if lines are vertical."""
    lines = _lines(image)
    if lines and 2 * sum(line.height > 1.5 * line.width for line in lines if len(line.text) > 1) > len(lines):
        # The engine rotates vertical lines and can read them well; only their order shows that they are vertical.
        turned = max((_lines(image.rotate(turn, expand=True)) for turn in (90, 270)), key=_weight)
        return turned if _weight(turned) > 0.9 * _weight(lines) else lines
    if lines and _mean_score(lines) < SURE:
        return max(lines, _lines(image.rotate(180)), key=_weight)
    return lines


def _lines(image: Image.Image) -> list[Line]:
    if max(image.size) < SMALL_SIDE:
        image = image.resize((image.width * 2, image.height * 2), Image.Resampling.LANCZOS)
    bgr: Pixels = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    found = _engine()(bgr, use_cls=False)  # the line-angle classifier turns good lines upside down
    if not isinstance(found, RapidOCROutput) or found.boxes is None or not found.txts or not found.scores:
        return []
    return [
        Line(text.strip(), tuple((float(x), float(y)) for x, y in box), float(score))
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if text.strip()
    ]


def _mean_score(lines: Sequence[Line]) -> float:
    """Weighted by length, because the score of a single letter means little."""
    length = sum(len(line.text) for line in lines)
    return sum(line.score * len(line.text) for line in lines) / length if length else 0.0


def _weight(lines: Sequence[Line]) -> float:
    return _mean_score(lines) ** 4 * sum(len(line.text) for line in lines)


@cache
def _engine() -> RapidOCR:
    return RapidOCR(
        params={
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTOR_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.log_level": "error",
        }
    )


def warm() -> None:
    """Loads the models and runs them once, because the first call takes one second longer."""
    drawing = Image.new("RGB", (64, 64), "white")
    drawing.paste("black", (8, 24, 56, 40))
    _lines(drawing)
