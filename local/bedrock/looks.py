"""What an image looks like, by simple measures: they tell photo, chart, table and text apart, not what it shows."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

SAMPLE_SIDE = 256  # px; a small copy is measured

# Each hue and the degree at which it begins.
HUES = (
    (0, "red"),
    (20, "orange"),
    (45, "yellow"),
    (70, "green"),
    (165, "blue"),
    (260, "purple"),
    (330, "red"),
)


@dataclass(frozen=True, slots=True)
class Looks:
    """Shares are of the image's area, 0–1. `colours` are named from the largest area to the smallest."""

    width: int
    height: int
    colours: tuple[str, ...]
    flat: float
    smooth: float
    ruled_rows: int
    ruled_columns: int


def looks_of(image: Image.Image) -> Looks:
    small = image.copy()
    small.thumbnail((SAMPLE_SIDE, SAMPLE_SIDE))
    hue, saturation, value = (np.asarray(band, dtype=np.int32) for band in small.convert("HSV").split())
    colours = {"white": (saturation < 40) & (value > 215), "black": value < 50}
    colours["grey"] = (saturation < 40) & ~colours["white"] & ~colours["black"]
    vivid = ~(colours["white"] | colours["black"] | colours["grey"])
    degrees = hue * 360 // 255
    for (start, name), (end, _) in zip(HUES, [*HUES[1:], (361, "")], strict=True):
        band = vivid & (degrees >= start) & (degrees < end)
        colours[name] = colours.get(name, np.zeros_like(vivid)) | band
    shares = sorted(((float(area.mean()), name) for name, area in colours.items()), reverse=True)

    grey = np.asarray(small.convert("L"), dtype=np.int32)
    steps = np.abs(np.diff(grey, axis=1))
    _, counts = np.unique(np.asarray(small.quantize(16)), return_counts=True)
    full = np.asarray(image.convert("L"), dtype=np.int32)
    return Looks(
        image.width,
        image.height,
        tuple(name for share, name in shares if share > 0.04),
        flat=float(counts.max() / counts.sum()),
        smooth=float(((steps > 0) & (steps < 24)).mean()),
        ruled_rows=_rules(full),
        ruled_columns=_rules(full.T),
    )


def _rules(grey: np.ndarray) -> int:
    """The number of lines in one tone, distinct from the background, that cover at least half of the rows' length."""
    ground = np.median(grey)
    drawn = (np.abs(grey - ground) > 40).mean(axis=1) > 0.5
    return int(np.count_nonzero(np.diff(drawn.astype(np.int8)) == 1))
