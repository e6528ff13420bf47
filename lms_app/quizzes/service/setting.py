"""The settings of a quiz as its form holds them, in the words of a teacher, and what is sensible for which purpose."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from lms_app.core import when
from lms_app.core.errors import Invalid
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can
from lms_app.quizzes.kinds import Flat, flat
from lms_app.quizzes.models import Behaviour, Grading, Show
from lms_app.quizzes.service.authoring import QuizSettings, change_quiz
from lms_app.quizzes.service.door import enter_quiz
from lms_app.quizzes.views import QuizForm

# What a purpose sets; the rest stays as it is.
PRESETS: dict[str, Flat] = {
    "practice": {
        "limit_minutes": "",
        "attempts_allowed": "",
        "grading": Grading.HIGHEST,
        "behaviour": Behaviour.INTERACTIVE,
        "shuffle_questions": "",
        "shuffle_options": flat.ON,
        "show_marks": Show.SUBMIT,
        "show_feedback": Show.SUBMIT,
        "show_answers": Show.SUBMIT,
    },
    "homework": {
        "limit_minutes": "",
        "attempts_allowed": "2",
        "grading": Grading.HIGHEST,
        "behaviour": Behaviour.DEFERRED,
        "shuffle_questions": "",
        "shuffle_options": flat.ON,
        "show_marks": Show.SUBMIT,
        "show_feedback": Show.SUBMIT,
        "show_answers": Show.LAST,
    },
    "exam": {
        "limit_minutes": "60",
        "attempts_allowed": "1",
        "grading": Grading.FIRST,
        "behaviour": Behaviour.DEFERRED,
        "shuffle_questions": flat.ON,
        "shuffle_options": flat.ON,
        "show_marks": Show.SUBMIT,
        "show_feedback": Show.SUBMIT,
        "show_answers": Show.NEVER,
    },
}
_MOMENTS = ("opens_at", "closes_at")
_SWITCHES = ("shuffle_questions", "shuffle_options")
_CHOICES = ("grading", "behaviour", "show_marks", "show_feedback", "show_answers")


def settings_form(work: Work, *, item_id: UUID) -> QuizForm:
    """A quiz's settings. Raises NotFound to strangers, Forbidden to members who do not write."""
    entered = enter_quiz(work, item_id, Can.AUTHOR)
    quiz, item, zone = entered.quiz, entered.item, work.actor.zone
    values: Flat = {
        "title": item.title,
        "intro": quiz.intro,
        "opens_at": _field(item.opens_at, zone),
        "closes_at": _field(quiz.closes_at, zone),
        "limit_minutes": str(quiz.limit_minutes or ""),
        "attempts_allowed": str(quiz.attempts_allowed or ""),
        "pass": "" if quiz.pass_fraction is None else flat.number(quiz.pass_fraction * 100),
        **{name: flat.ON if getattr(quiz, name) else "" for name in _SWITCHES},
        **{name: getattr(quiz, name) for name in _CHOICES},
    }
    return QuizForm(zone=zone, values=values)


def save_settings(work: Work, *, item_id: UUID, values: Mapping[str, str]) -> None:
    """Set all of it. Attempts that are open keep the deadline that they began with. Raises Invalid by name of the input."""
    entered = enter_quiz(work, item_id, Can.AUTHOR)
    wrong: dict[str, str] = {}
    moments = {name: _moment(values.get(name, ""), work.actor.zone, name, wrong) for name in _MOMENTS}
    numbers = {name: _count(values.get(name, ""), name, wrong) for name in ("limit_minutes", "attempts_allowed")}
    share = _share(values.get("pass", ""), wrong)
    opens_at, closes_at = moments["opens_at"], moments["closes_at"]
    if opens_at and closes_at and closes_at <= opens_at:
        wrong["closes_at"] = "Choose a closing date after the opening one."
    if not values.get("title", "").strip():
        wrong["title"] = "Enter a title."
    if wrong:
        raise Invalid(wrong)
    given: QuizSettings = {
        "intro": values.get("intro", ""),
        "closes_at": closes_at,
        **numbers,
        "pass_fraction": share,
        **{name: flat.is_on(values, name) for name in _SWITCHES},
        **{name: values.get(name, "") for name in _CHOICES},
    }
    courses.update_item(work, item_id=item_id, title=values["title"], opens_at=opens_at)
    try:
        change_quiz(work, entered, given)
    except Invalid as error:
        raise Invalid(
            {"pass" if name == "pass_fraction" else name: said for name, said in error.fields.items()}
        ) from None


def preset(values: Mapping[str, str], name: str) -> Flat:
    """The form with what a purpose sets; an unknown one changes nothing."""
    return {**values, **PRESETS.get(name, {})}


def _field(at: datetime | None, zone: str) -> str:
    return when.to_field(at, zone) if at else ""


def _moment(typed: str, zone: str, name: str, wrong: dict[str, str]) -> datetime | None:
    if not typed.strip():
        return None
    try:
        return when.from_field(typed.strip(), zone)
    except (ValueError, OverflowError):
        wrong[name] = "Enter a date and a time, or leave it out."
        return None


def _count(typed: str, name: str, wrong: dict[str, str]) -> int | None:
    if not typed.strip():
        return None
    found = flat.decimal(typed)
    if found is None or found != found.to_integral_value() or abs(found) > 10**6:
        wrong[name] = "Enter a whole number, or leave it out."
        return None
    return int(found)


def _share(typed: str, wrong: dict[str, str]) -> Decimal | None:
    if not typed.strip():
        return None
    found = flat.decimal(typed.strip().removesuffix("%"))
    if found is None or not 0 <= found <= 100:
        wrong["pass"] = "Enter a percentage from 0 to 100, or leave it out."
        return None
    return found / 100
