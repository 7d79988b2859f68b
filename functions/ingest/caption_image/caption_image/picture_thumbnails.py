"""A picture as small as a list shows it."""

import io
import warnings

# Long enough for a card on a screen of twice the usual density.
MAX_EDGE = 320
QUALITY = 80


def thumbnail(image: bytes) -> bytes | None:
    """A JPEG of at most 320 px on the long side, on white; None for what cannot be decoded."""
    from PIL import Image  # importing it takes longer than a small call

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(image))
            picture.draft("RGB", (MAX_EDGE, MAX_EDGE))  # JPEG decoders can skip most of the work
            if picture.mode.startswith("I"):  # 16 bits a pixel, which Pillow would cut off at 255
                picture = picture.convert("I").point(lambda value: value / 257).convert("L")
            if picture.has_transparency_data:
                picture = picture.convert("RGBA")
                picture.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
                white = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(white, picture)
            picture = picture.convert("RGB")
            picture.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=QUALITY)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return out.getvalue()
