"""The badges of the demo school: what can be earned in its courses and across them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from lms_app.badges import service as badges
from lms_app.core.work import Actor, Work

At = Callable[[datetime, Actor], Work]


def draft(name: str, description: str, rule: dict[str, object], **design: str) -> badges.Draft:
    return badges.Draft(name, rule, description, design=design)


OF_COURSES: dict[str, list[badges.Draft]] = {
    "principles-of-ecology": [
        draft(
            "Ecologist",
            "Knows how energy and matter move through living things, and can count them in the field.",
            {"kind": "course"},
            shape="hexagon",
            colour="#1E5F49",
            rim="#E0B72E",
            icon="leaf",
            text="Ecology",
        ),
        draft(
            "Helping hand",
            "Explained something to others until they had it.",
            {"kind": "manual"},
            shape="circle",
            colour="#A85B28",
            rim="#FFF4D2",
            icon="people",
            text="",
        ),
    ],
    "bread-the-chemistry-of-a-loaf": [
        draft(
            "Baker's chemist",
            "Can say what happens in a loaf between flour and crust.",
            {"kind": "course"},
            shape="rosette",
            colour="#8A6A00",
            rim="#FFE27A",
            icon="flask",
            text="Bread",
        )
    ],
}
OF_SITE = [
    draft(
        "First steps",
        "Submitted a first piece of work here.",
        {"kind": "first"},
        shape="shield",
        colour="#3B6E8C",
        rim="#C4C4E6",
        icon="flag",
        text="First!",
    ),
    draft(
        "Three days running",
        "Learned on three days in a row.",
        {"kind": "streak", "days": 3},
        shape="circle",
        colour="#8A3B62",
        rim="#F0CB5C",
        icon="flame",
        text="3 days",
    ),
]


def add(at: At, slug: str, instructor: Actor, made_at: datetime) -> None:
    """The badges of a course, open from the beginning."""
    for number, one in enumerate(OF_COURSES.get(slug, ())):
        _open(at(made_at + timedelta(minutes=5 + number), instructor), slug, one)


def add_to_site(at: At, admin: Actor, made_at: datetime) -> None:
    for number, one in enumerate(OF_SITE):
        _open(at(made_at + timedelta(minutes=number), admin), "", one)


def thank(work: Work, slug: str, user_id: UUID) -> None:
    """The one badge that is awarded by hand."""
    found = badges.of_course(work, slug=slug).lines
    badge_id = UUID(next(line.id for line in found if line.name == "Helping hand"))
    badges.award(work, badge_id=badge_id, user_id=user_id, note="For the patient explanation of the food web.")


def _open(work: Work, slug: str, one: badges.Draft) -> None:
    made = badges.create(work, slug=slug, draft=one)
    badges.set_status(work, badge_id=UUID(made.id), status="active")
