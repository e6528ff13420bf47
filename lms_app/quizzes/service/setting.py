"""The settings of a quiz as its form holds them, in the words of a teacher, and what is sensible for which purpose."""

from collections.abc import Mapping
from uuid import UUID

from lms_app.core import typed
from lms_app.core.errors import Invalid
from lms_app.core.typed import Typed
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can
from lms_app.quizzes.kinds import Flat
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
        "shuffle_options": typed.ON,
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
        "shuffle_options": typed.ON,
        "show_marks": Show.SUBMIT,
        "show_feedback": Show.SUBMIT,
        "show_answers": Show.LAST,
    },
    "exam": {
        "limit_minutes": "60",
        "attempts_allowed": "1",
        "grading": Grading.FIRST,
        "behaviour": Behaviour.DEFERRED,
        "shuffle_questions": typed.ON,
        "shuffle_options": typed.ON,
        "show_marks": Show.SUBMIT,
        "show_feedback": Show.SUBMIT,
        "show_answers": Show.NEVER,
    },
}
_SWITCHES = ("shuffle_questions", "shuffle_options")
_CHOICES = ("grading", "behaviour", "show_marks", "show_feedback", "show_answers")


def settings_form(work: Work, *, item_id: UUID) -> QuizForm:
    """A quiz's settings. Raises NotFound to strangers, Forbidden to members who do not write."""
    entered = enter_quiz(work, item_id, Can.AUTHOR)
    quiz, item, zone = entered.quiz, entered.item, work.actor.zone
    values: Flat = {
        "title": item.title,
        "intro": quiz.intro,
        "opens_at": typed.moment(item.opens_at, zone),
        "closes_at": typed.moment(quiz.closes_at, zone),
        "limit_minutes": str(quiz.limit_minutes or ""),
        "attempts_allowed": str(quiz.attempts_allowed or ""),
        "pass": "" if quiz.pass_fraction is None else typed.number(quiz.pass_fraction * 100),
        **{name: typed.ON if getattr(quiz, name) else "" for name in _SWITCHES},
        **{name: getattr(quiz, name) for name in _CHOICES},
    }
    return QuizForm(zone=zone, values=values)


def save_settings(work: Work, *, item_id: UUID, values: Mapping[str, str]) -> None:
    """Set all of it. Attempts that are open keep the deadline that they began with. Raises Invalid by name of the input."""
    entered = enter_quiz(work, item_id, Can.AUTHOR)
    read = Typed(values, work.actor.zone)
    opens_at, closes_at = read.moment("opens_at"), read.moment("closes_at")
    limit_minutes, attempts_allowed = read.count("limit_minutes"), read.count("attempts_allowed")
    pass_fraction = read.share("pass")
    wrong = read.wrong
    if opens_at and closes_at and closes_at <= opens_at:
        wrong["closes_at"] = "Choose a closing date after the opening one."
    if not values.get("title", "").strip():
        wrong["title"] = "Enter a title."
    if wrong:
        raise Invalid(wrong)
    given: QuizSettings = {
        "intro": values.get("intro", ""),
        "closes_at": closes_at,
        "limit_minutes": limit_minutes,
        "attempts_allowed": attempts_allowed,
        "pass_fraction": pass_fraction,
        **{name: typed.is_on(values, name) for name in _SWITCHES},
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
