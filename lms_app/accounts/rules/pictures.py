"""A picture of a person: whatever was sent becomes a small square WebP without anything that a camera wrote into it."""

import io
import warnings

from PIL import Image, ImageOps

SIDE = 256
BYTES_MAX = 5 * 1024 * 1024
PIXELS_MAX = 24_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
NOT_A_PICTURE = "Choose a picture: PNG, JPEG, WebP or GIF."
TOO_LARGE = "Choose a picture of at most 5 MB and 24 megapixels."


class BadPicture(ValueError):
    """Why it is not taken, in a sentence."""


def avatar_of(content: bytes) -> bytes:
    """WebP of at most 256 x 256 pixels, cut to a square. Raises BadPicture."""
    if len(content) > BYTES_MAX:
        raise BadPicture(TOO_LARGE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _small(content)
    except BadPicture:
        raise
    # Decoders meet broken files in many ways, and each of them means the same to the person.
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise BadPicture(TOO_LARGE) from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError) as error:
        raise BadPicture(NOT_A_PICTURE) from error


def _small(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        # The size is in the header: nothing has been unpacked yet.
        if opened.width * opened.height > PIXELS_MAX:
            raise BadPicture(TOO_LARGE)
        opened.draft("RGB", (SIDE * 2, SIDE * 2))
        upright = ImageOps.exif_transpose(opened)
        has_alpha = "A" in upright.getbands() or "transparency" in upright.info
        plain = upright.convert("RGBA" if has_alpha else "RGB")
    side = min(SIDE, plain.width, plain.height)
    square = ImageOps.fit(plain, (side, side))
    # A new image, so that no profile, comment or place of the old one can come along.
    clean = Image.new(square.mode, square.size)
    clean.paste(square)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=85)
    return out.getvalue()
