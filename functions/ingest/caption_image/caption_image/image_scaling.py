"""Scale an image to what Claude reads best: at most 1568 px on the long edge, and under the byte limit."""

import io
import warnings

from docent.errors.ingest import UnreadablePictureError

# Claude scales anything longer down to this itself; sending more only costs time.
MAX_EDGE = 1568
# Bedrock's limit is 3.75 MB an image.
MAX_BYTES = 3_750_000


def model_ready(image: bytes, image_format: str, width: int, height: int) -> tuple[bytes, str]:
    """`(bytes, format)` to send: the original if it fits, otherwise a scaled copy.

    Raises UnreadablePictureError when the bytes are not an image.
    """
    if max(width, height) <= MAX_EDGE and len(image) <= MAX_BYTES:
        return image, image_format
    from PIL import Image  # Only some images need it, and importing it takes longer than a small call.

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(image))
            opened.draft("RGB", (MAX_EDGE, MAX_EDGE))  # JPEG decoders can skip most of the work
            # Pillow scales these by leaving pixels out, and thin strokes vanish.
            if opened.mode in ("1", "P"):
                opened = opened.convert("L" if opened.mode == "1" else "RGB")
            opened.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
    # Pillow calls a broken chunk of a PNG a SyntaxError.
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadablePictureError("The image cannot be decoded.") from error
    scaled = _encoded(opened, image_format)
    if len(scaled) <= MAX_BYTES:
        return scaled, image_format
    return _encoded(opened.convert("RGB"), "jpeg"), "jpeg"


def _encoded(opened: object, image_format: str) -> bytes:
    from PIL import Image

    assert isinstance(opened, Image.Image)
    out = io.BytesIO()
    opened.save(out, format=image_format, quality=90)
    return out.getvalue()
