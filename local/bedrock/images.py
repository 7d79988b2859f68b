"""Images in a request, checked against Claude's limits on Bedrock before an engine reads them."""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import PIL.Image

from local.bedrock.refusals import invalid

FORMATS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}  # as Bedrock and as Pillow name them
MOST_BYTES = 5 * 1024 * 1024 * 3 // 4  # 3.75 MB, which is 5 MB in base64
MOST_PIXELS = 8000  # on a side
MANY = 20  # more images than these in a request
MOST_PIXELS_OF_MANY = 2000  # on a side, each
SEEN_PIXELS = 1568  # on the long side; larger images are scaled down before the model sees them
PIXELS_A_TOKEN = 750


@dataclass(frozen=True, slots=True)
class Image:
    """`format` is png, jpeg, gif or webp; sides are pixels."""

    format: str
    data: bytes
    width: int
    height: int

    @property
    def tokens(self) -> int:
        scale = min(1.0, SEEN_PIXELS / max(self.width, self.height))
        return max(1, round(self.width * scale * self.height * scale / PIXELS_A_TOKEN))


def checked_image(at: str, format: str, data: bytes) -> Image:
    """Refuses an image that is too large or not in the declared format. Decodes only the header."""
    if format not in FORMATS:
        raise invalid(f"{at}.image.format: Input should be one of {', '.join(FORMATS)}")
    if not data:
        raise invalid(f"{at}.image.source.bytes: image cannot be empty")
    if len(data) > MOST_BYTES:
        raise invalid(f"{at}.image.source.bytes: image exceeds 3.75 MB maximum: {len(data)} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PIL.Image.DecompressionBombWarning)
            with PIL.Image.open(io.BytesIO(data)) as header:
                found, (width, height) = header.format, header.size
    except (PIL.Image.DecompressionBombWarning, PIL.Image.DecompressionBombError) as error:
        raise _oversized(at) from error
    except (PIL.UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise invalid(f"{at}.image.source.bytes: Could not process image") from error
    if found != FORMATS[format]:
        kind = (found or "unknown").lower()
        raise invalid(
            f"{at}.image.source.bytes: The image was specified using the image/{format} media type, "
            f"but the image appears to be a image/{kind} image"
        )
    if max(width, height) > MOST_PIXELS:
        raise _oversized(at)
    return Image(format, data, width, height)


def check_together(images: Sequence[Image]) -> None:
    if len(images) > MANY and any(max(each.width, each.height) > MOST_PIXELS_OF_MANY for each in images):
        raise invalid(
            "At least one of the image dimensions exceed max allowed size for many-image requests: "
            f"{MOST_PIXELS_OF_MANY} pixels"
        )


def _oversized(at: str) -> Exception:
    return invalid(
        f"{at}.image.source.bytes: At least one of the image dimensions exceed max allowed size: {MOST_PIXELS} pixels"
    )
