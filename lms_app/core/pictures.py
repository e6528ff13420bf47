"""A picture of a person, or the logo of the place: whatever was sent becomes a small WebP without anything that a camera
wrote into it."""

import io
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # two megabytes, and most people have no picture
    from PIL import Image

SIDE = 256
LOGO = (480, 96)
BYTES_MAX = 5 * 1024 * 1024
PIXELS_MAX = 24_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
NOT_A_PICTURE = "Choose a picture: PNG, JPEG, WebP or GIF."
TOO_LARGE = "Choose a picture of at most 5 MB and 24 megapixels."


class BadPicture(ValueError):
    """Why it is not taken, in a sentence."""


def avatar_of(content: bytes) -> bytes:
    """WebP of at most 256 x 256 pixels, cut to a square. Raises BadPicture."""
    return _made(content, SIDE, _square)


def logo_of(content: bytes) -> tuple[bytes, int, int]:
    """WebP of at most 480 x 96 pixels with all of the picture, and its width and height. Raises BadPicture."""
    from PIL import Image

    made = _made(content, LOGO[0], _within)
    with Image.open(io.BytesIO(made), formats=("WEBP",)) as opened:
        return made, opened.width, opened.height


def _made(content: bytes, side: int, fitted: "Callable[[Image.Image], Image.Image]") -> bytes:
    from PIL import Image

    if len(content) > BYTES_MAX:
        raise BadPicture(TOO_LARGE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _small(content, side, fitted)
    except BadPicture:
        raise
    # Decoders meet broken files in many ways, and each of them means the same to the person.
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise BadPicture(TOO_LARGE) from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError) as error:
        raise BadPicture(NOT_A_PICTURE) from error


def _square(plain: "Image.Image") -> "Image.Image":
    from PIL import ImageOps

    side = min(SIDE, plain.width, plain.height)
    return ImageOps.fit(plain, (side, side))


def _within(plain: "Image.Image") -> "Image.Image":
    plain.thumbnail(LOGO)
    return plain


def _small(content: bytes, side: int, fitted: "Callable[[Image.Image], Image.Image]") -> bytes:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        # The size is in the header: nothing has been unpacked yet.
        if opened.width * opened.height > PIXELS_MAX:
            raise BadPicture(TOO_LARGE)
        opened.draft("RGB", (side * 2, side * 2))
        upright = ImageOps.exif_transpose(opened)
        has_alpha = "A" in upright.getbands() or "transparency" in upright.info
        plain = upright.convert("RGBA" if has_alpha else "RGB")
    cut = fitted(plain)
    # A new image, so that no profile, comment or place of the old one can come along.
    clean = Image.new(cut.mode, cut.size)
    clean.paste(cut)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=85)
    return out.getvalue()
