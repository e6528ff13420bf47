"""How a certificate looks and what it says: the values of a design, as they are kept in its versions.

No code and no template language: a layout, two colours, a logo, signatures, which facts to show, and texts. The words
that stay empty are those of the design's language (`labels.py`).
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from lms_app.core.errors import Invalid
from lms_app.credentials.labels import LANGUAGES

LayoutName = Literal["growth", "band", "classic", "portrait"]
LAYOUTS: tuple[LayoutName, ...] = ("growth", "band", "classic", "portrait")
SIGNATURES_MAX = 3
# Of the accent on white, as texts need it (WCAG 1.4.3): course and addresses are printed in it.
CONTRAST_MIN = 4.5
BRAND, HIGHLIGHT = "#1e5f49", "#ffe27a"

Line = Annotated[str, Field(max_length=120)]
Text = Annotated[str, Field(max_length=400)]
Sha256 = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(colour: str) -> float:
    """How well it can be read on white: 1 to 21 (WCAG 2.2, relative luminance)."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in rgb(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


class Signature(BaseModel):
    """Who signs. `picture` is the SHA-256 of a stored picture; without one there is a line to sign on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line
    role: Line = ""
    picture: Sha256 = ""


class Design(BaseModel):
    """A design. Empty texts mean the usual words; an empty heading or text means none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layout: LayoutName = "growth"
    accent: Colour = BRAND
    highlight: Colour = HIGHLIGHT
    lang: str = "en"
    heading: Line = ""
    lead: Line = ""
    verb: Line = ""
    text: Text = ""
    show_date: bool = True
    show_hours: bool = True
    show_grade: bool = False
    show_expiry: bool = True
    logo: Sha256 = ""
    signatures: Annotated[tuple[Signature, ...], Field(max_length=SIGNATURES_MAX)] = ()

    @field_validator("accent", "highlight", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("accent")
    @classmethod
    def _can_be_read(cls, value: str) -> str:
        if re.fullmatch(r"#[0-9a-f]{6}", value) and contrast(value) < CONTRAST_MIN:
            raise ValueError("This colour is too light to be read on white paper. Choose a darker one.")
        return value

    @field_validator("lang")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError("Choose a language of the list.")
        return value

    @property
    def pictures(self) -> tuple[str, ...]:
        """The SHA-256 of every picture, once each."""
        found = (self.logo, *(one.picture for one in self.signatures))
        return tuple(dict.fromkeys(sha for sha in found if sha))


HOUSE = Design()
"""What a certificate looks like where nobody chose anything, and as those awarded before there were designs."""

STARTS: dict[LayoutName, Design] = {
    "growth": HOUSE,
    "band": Design(layout="band", accent="#1f4e79", highlight="#f2c14e"),
    "classic": Design(layout="classic", accent="#5b3a1e", highlight="#c9a227", heading="Certificate of completion"),
    "portrait": Design(layout="portrait", accent="#4a2f6b", highlight="#e3b23c", heading="Certificate of completion"),
}


def read(values: Any) -> Design:
    """A design of plain values. Raises Invalid by field, as a form calls them: `signatures.0.name`."""
    try:
        return Design.model_validate(values)
    except ValidationError as error:
        fields = {".".join(str(part) for part in one["loc"]): _said(one) for one in error.errors()}
        raise Invalid(fields) from None


def _said(error: Any) -> str:
    match error["type"]:
        case "value_error":
            return str(error["ctx"]["error"])
        case "string_too_long":
            return f"At most {error['ctx']['max_length']} characters."
        case "too_long":
            return f"At most {SIGNATURES_MAX} signatures."
        case "string_pattern_mismatch" if error["loc"][-1] in ("accent", "highlight"):
            return "Choose a colour, like #1e5f49."
        case _:
            return "Choose one of what is offered."
