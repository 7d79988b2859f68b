"""Thumbnails of images, as lists show them."""

import io
import warnings

# Long enough for a card on a screen of twice the usual density.
MAX_EDGE = 320
QUALITY = 80


def thumbnail(image: bytes) -> bytes | None:
    """A JPEG of at most 320 px on the long side, on white; None if the image cannot be decoded."""
    from PIL import Image  # importing it takes longer than a small call

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(image))
            opened.draft("RGB", (MAX_EDGE, MAX_EDGE))  # JPEG decoders can skip most of the work
            if opened.mode.startswith("I"):  # 16 bits a pixel, which Pillow would cut off at 255
                opened = opened.convert("I").point(lambda value: value / 257).convert("L")
            if opened.has_transparency_data:
                opened = opened.convert("RGBA")
                opened.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
                white = Image.new("RGBA", opened.size, "white")
                opened = Image.alpha_composite(white, opened)
            opened = opened.convert("RGB")
            opened.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            opened.save(out, "JPEG", quality=QUALITY)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return out.getvalue()
