"""What becomes of a picture: small, square, without what a camera wrote, and never a bomb."""

import io
import struct
import zlib

import pytest
from PIL import Image

from lms_app.core.pictures import BadPicture, avatar_of

pytestmark = pytest.mark.no_database


def made(size: tuple[int, int], kind: str, mode: str = "RGB", **more) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize(("size", "side"), [((1200, 800), 256), ((90, 300), 90), ((1, 1), 1)])
def test_it_becomes_a_small_square(kind, size, side):
    small = opened(avatar_of(made(size, kind)))

    assert (small.format, small.size) == ("WEBP", (side, side))


def test_nothing_that_a_camera_wrote_comes_along():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera 3000"
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    content = made((300, 300), "JPEG", exif=exif, comment=b"a private comment", icc_profile=b"profile" * 20)
    assert b"SecretCamera" in content

    small = avatar_of(content)

    assert b"SecretCamera" not in small
    assert b"private comment" not in small
    assert dict(opened(small).getexif()) == {}
    assert "icc_profile" not in opened(small).info


def test_what_was_photographed_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    sideways = Image.new("RGB", (200, 200))
    sideways.paste((255, 255, 255), (0, 0, 200, 60))  # a light band on top, which belongs to the right
    out = io.BytesIO()
    sideways.save(out, "JPEG", exif=exif, quality=95)

    upright = opened(avatar_of(out.getvalue())).convert("L")

    assert upright.getpixel((190, 100)) > 200
    assert upright.getpixel((10, 100)) < 50


def test_transparency_is_kept():
    content = made((50, 50), "PNG", "RGBA")

    assert opened(avatar_of(content)).mode == "RGBA"


def _png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(5000, 5000), (60_000, 60_000), (2_000_000, 13)])
def test_a_bomb_is_refused_by_its_header(size):
    with pytest.raises(BadPicture, match="megapixels"):
        avatar_of(_png_that_claims(*size))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"GIF89a",
        b"\xff\xd8\xff",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<html>",
        made((8, 8), "BMP"),
        made((8, 8), "TIFF"),
        made((64, 64), "PNG")[:60],
        _png_that_claims(0, 0),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(content):
    with pytest.raises(BadPicture, match="Choose a picture"):
        avatar_of(content)
