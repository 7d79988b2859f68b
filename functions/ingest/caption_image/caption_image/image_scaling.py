"""Scale an image to what Claude reads best: at most 1568 px on the long edge, and under the byte limit.

A long image, as a screenshot of a whole page or a timeline, would become unreadable: it is sent in parts.
"""

import io
import warnings
from typing import TYPE_CHECKING

from caption_image.image_parts import MAX_EDGE, cut_points, is_long, readable_scale
from docent.errors.ingest import UnreadablePictureError

if TYPE_CHECKING:
    import PIL.Image

# Bedrock's limit is 3.75 MB an image.
MAX_BYTES = 3_750_000


def model_ready(image: bytes, image_format: str, width: int, height: int) -> list[tuple[bytes, str]]:
    """`(bytes, format)` of what to send: the original if it fits, otherwise a scaled copy, or a long image's parts.

    Raises UnreadablePictureError when the bytes are not an image.
    """
    if max(width, height) <= MAX_EDGE and len(image) <= MAX_BYTES:
        return [(image, image_format)]
    from PIL import Image  # Only some images need it, and importing it takes longer than a small call.

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(image))
            parts = _parts(opened) if is_long(width, height) else [_scaled(opened)]
            return [_sendable(part, image_format) for part in parts]
    # Pillow calls a broken chunk of a PNG a SyntaxError.
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadablePictureError("The image cannot be decoded.") from error


def _scaled(opened: "PIL.Image.Image") -> "PIL.Image.Image":
    from PIL import Image

    opened.draft("RGB", (MAX_EDGE, MAX_EDGE))  # JPEG decoders can skip most of the work
    opened = _smooth(opened)
    opened.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
    return opened


def _parts(opened: "PIL.Image.Image") -> list["PIL.Image.Image"]:
    from PIL import Image

    opened = _smooth(opened)
    scale = readable_scale(*opened.size)
    if scale < 1:
        size = (max(1, round(opened.width * scale)), max(1, round(opened.height * scale)))
        opened = opened.resize(size, Image.Resampling.LANCZOS)
    across = opened.width > opened.height
    return [
        opened.crop((start, 0, end, opened.height) if across else (0, start, opened.width, end))
        for start, end in cut_points(opened)
    ]


def _smooth(opened: "PIL.Image.Image") -> "PIL.Image.Image":
    """Pillow scales these modes by leaving pixels out, and thin strokes vanish."""
    if opened.mode in ("1", "P"):
        return opened.convert("L" if opened.mode == "1" else "RGB")
    return opened


def _sendable(image: "PIL.Image.Image", image_format: str) -> tuple[bytes, str]:
    data = _encoded(image, image_format)
    if len(data) <= MAX_BYTES:
        return data, image_format
    return _encoded(image.convert("RGB"), "jpeg"), "jpeg"


def _encoded(image: "PIL.Image.Image", image_format: str) -> bytes:
    out = io.BytesIO()
    image.save(out, format=image_format, quality=90)
    return out.getvalue()
