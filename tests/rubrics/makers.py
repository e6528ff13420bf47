"""Rubrics for tests: short words for drafts."""

from decimal import Decimal

from lms_app.rubrics import service
from lms_app.rubrics.views import CriterionView, LevelView, RubricView

WORDS = ("Begin", "Partial", "Sound", "Strong")


def level(title: str, points: str, least: str = "", *, id: str = "") -> LevelView:
    return LevelView(id, title, "", Decimal(points), Decimal(least or points))


def criterion(title: str, *levels: LevelView, worth: str = "0", id: str = "") -> CriterionView:
    return CriterionView(id, title, "", Decimal(worth), list(levels))


def looked_at(title: str) -> CriterionView:
    """A criterion with the levels 1, 2, 4 and 5, named by its title's first letter and the points."""
    levels = [level(word, worth, id=f"{title[0]}{worth}") for word, worth in zip(WORDS, "1245", strict=True)]
    return criterion(title, *levels, id=title.lower())


def pond() -> RubricView:
    """Observation and Method, 5 points each."""
    return service.draft("rubric", "Pond survey", [looked_at("Observation"), looked_at("Method")])


def guide() -> RubricView:
    return service.draft(
        "guide", "Essay", [criterion("Argument", worth="6", id="argument"), criterion("Style", worth="4", id="style")]
    )


def checklist() -> RubricView:
    return service.draft(
        "checklist",
        "Safety",
        [criterion("Goggles", worth="1", id="goggles"), criterion("Gloves", worth="0.5", id="gloves")],
    )
