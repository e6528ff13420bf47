"""A badge as the texts of a form."""

from collections.abc import Mapping
from typing import Any

from lms_app.badges import picture
from lms_app.badges.service.authoring import Draft, data_url
from lms_app.core.errors import Invalid
from lms_app.core.typed import Typed, is_on


def read_form(values: Mapping[str, str]) -> Draft:
    """What a form says. Raises Invalid for numbers that are none; what makes no sense the service refuses."""
    typed = Typed(values, "UTC")
    kind = typed.text("kind")
    rule: dict[str, Any] = {"kind": kind}
    match kind:
        case "quiz":
            rule |= {"item": typed.text("item"), "least": typed.number("least")}
        case "streak":
            rule["days"] = typed.count("days")
        case "courses":
            rule["count"] = typed.count("count")
        case "path":
            names = (name for name in values if name.startswith("course-") and is_on(values, name))
            rule["courses"] = [name.removeprefix("course-") for name in names]
        case _:
            pass
    valid_days = typed.count("valid_days")
    if typed.wrong:
        raise Invalid(typed.wrong)
    return Draft(typed.text("name"), rule, typed.text("description"), typed.text("criteria"), dict(values), valid_days)


def preview(values: Mapping[str, str]) -> str:
    """The picture of a form as it stands, by the renderer that draws all others. Raises Invalid by field."""
    return data_url(picture.read_design(values))
