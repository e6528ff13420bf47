"""The picture of a badge: safe, readable on any colour, and the same as SVG and PNG."""

import io
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lms_app.badges import picture
from lms_app.badges.icons import ICONS, SHAPES
from lms_app.badges.picture import Design
from lms_app.core.errors import Invalid

pytestmark = pytest.mark.no_database

COLOURS = st.from_regex(r"#[0-9A-Fa-f]{6}", fullmatch=True)
SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {
    f"{SVG}svg": {"viewBox", "width", "height", "role"},
    f"{SVG}title": set[str](),
    f"{SVG}g": {"transform"},
    f"{SVG}path": {"d", "fill", "fill-rule"},
}


@given(COLOURS, COLOURS)
def test_what_is_drawn_can_be_read_and_the_rim_shows(colour: str, rim: str) -> None:
    assert picture.contrast(picture.ink_on(colour), colour) >= 4.5
    assert picture.contrast(picture.rim_on(rim, colour), colour) >= picture.SHOWS


@given(st.text(max_size=60), st.sampled_from(sorted(SHAPES)), st.sampled_from(sorted(ICONS)))
def test_nothing_but_paths_comes_out_whatever_is_typed(title: str, shape: str, icon: str) -> None:
    root: Element = fromstring(picture.svg(Design(shape=shape, icon=icon, text="A<&>Z"), title))

    for one in root.iter():
        assert set(one.attrib) <= ALLOWED[one.tag]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"shape": "<script>"}, "shape"),
        ({"icon": "../x"}, "icon"),
        ({"colour": "red"}, "colour"),
        ({"rim": "#12345"}, "rim"),
        ({"colour": '#123456"onload="x'}, "colour"),
        ({"text": "x" * 19}, "text"),
        ({"text": "水"}, "text"),
    ],
)
def test_what_cannot_be_drawn_is_refused_beside_its_field(given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        picture.read_design(given)

    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_png_shows_the_same_with_nothing_behind_it(shape: str) -> None:
    image = Image.open(io.BytesIO(picture.png(Design(shape=shape, colour="#1E5F49", icon="heart"), 256)))

    assert (image.size, image.mode) == ((256, 256), "RGBA")
    assert image.getpixel((1, 1)) == (0, 0, 0, 0) or image.getpixel((1, 1))[3] == 0  # pyright: ignore
    assert image.getpixel((128, 200)) == (0x1E, 0x5F, 0x49, 255)
    assert image.getpixel((128, 132)) == (255, 255, 255, 255)
