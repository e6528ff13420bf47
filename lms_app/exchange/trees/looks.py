"""Designs of certificates and badges, as their files say them and as their rooms keep them."""

from collections.abc import Mapping
from typing import Any

from lms_app.badges import picture
from lms_app.badges import rules as badge_rules
from lms_app.badges import service as badges
from lms_app.core.errors import Invalid
from lms_app.credentials import design as designs
from lms_app.credentials.design import Design
from lms_app.exchange.trees import shapes

_PLAIN = tuple(name for name in Design.model_fields if name not in ("logo", "signatures"))
_DRAWN = ("shape", "colour", "rim", "icon", "text")


def settled(kind: str, values: Any) -> Any:
    """The values of a design or badge, spelled as its room spells them. Raises Invalid by field for what it would not take."""
    if kind == "design":
        names = {"", *(one.path for one in values.files)}
        wrong = {"logo": f"“{values.logo}” is none of the `files` here."} if values.logo not in names else {}
        for at, one in enumerate(values.signatures):
            if one.picture not in names:
                wrong[f"signatures.{at}.picture"] = f"“{one.picture}” is none of the `files` here."
        if wrong:
            raise Invalid(wrong)
        design = design_of(values, {})
        spelled = {name: getattr(design, name) for name in _PLAIN}
        return values.model_copy(update={**spelled, "name": _line(values.name)})
    if values.rule.kind not in badge_rules.IN_COURSE:
        raise Invalid({"rule.kind": f"A badge of a course is one of {', '.join(badge_rules.IN_COURSE)}."})
    drawn = picture.read_design({name: getattr(values, name) for name in _DRAWN}).as_json()
    lines = {name: _line(getattr(values, name)) for name in ("name", "description", "criteria")}
    return values.model_copy(update={**drawn, **lines})


def design_of(values: Any, hashes: Mapping[str, str]) -> Design:
    """A design as the certificates keep it; `hashes` are of its files by their names. Raises Invalid by field."""
    given: dict[str, Any] = {name: getattr(values, name) for name in _PLAIN}
    given["logo"] = hashes.get(values.logo, "")
    given["signatures"] = [
        {"name": one.name, "role": one.role, "picture": hashes.get(one.picture, "")} for one in values.signatures
    ]
    return designs.read(given)


def said_of(design: Design, names: Mapping[str, str]) -> dict[str, Any]:
    """A design as the keys of its file; `names` are of its files by hash."""
    signatures = [
        shapes.SignatureFile.model_construct(name=one.name, role=one.role, picture=names.get(one.picture, ""))
        for one in design.signatures
    ]
    plain = {name: getattr(design, name) for name in _PLAIN}
    return {**plain, "logo": names.get(design.logo, ""), "signatures": signatures}


def badge_of(values: Any) -> badges.Draft:
    return badges.Draft(
        name=values.name,
        rule=values.rule.model_dump(mode="json"),
        description=values.description,
        criteria=values.criteria,
        design={name: getattr(values, name) for name in _DRAWN},
        valid_days=values.valid_days,
    )


def _line(text: str) -> str:
    return " ".join(text.split())
