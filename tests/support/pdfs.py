"""PDFs made for tests: text on pages, and images with words in them."""

import io
from collections.abc import Sequence

import pymupdf
from PIL import Image, ImageDraw, ImageFont


def picture(words: str, size: tuple[int, int] = (900, 240)) -> bytes:
    """A PNG with `words`, large enough to read."""
    image = Image.new("RGB", size, "white")
    drawing = ImageDraw.Draw(image)
    drawing.rectangle((4, 4, size[0] - 5, size[1] - 5), outline="navy", width=4)
    drawing.multiline_text((40, 40), words, fill="black", font=ImageFont.load_default(size=44), spacing=14)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def pdf(pages: Sequence[str], pictures: Sequence[Sequence[bytes]] = (), password: str | None = None) -> bytes:
    """One page per text, with its images below the text."""
    document = pymupdf.open()
    for number, text in enumerate(pages):
        page = document.new_page()
        page.insert_textbox((50, 50, 545, 300), text, fontsize=11)
        for place, image in enumerate(pictures[number] if number < len(pictures) else ()):
            page.insert_image((50, 320 + 160 * place, 500, 460 + 160 * place), stream=image)
    if password:
        return document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=password, owner_pw=password)
    return document.tobytes()
