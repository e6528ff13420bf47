"""The builder: a course with all that is not public yet, what can be set of its parts, and publishing what changed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import typed, when
from lms_app.core.errors import Invalid
from lms_app.core.typed import Typed
from lms_app.core.work import Work
from lms_app.courses import release
from lms_app.courses.building_views import BuiltCourse, BuiltItem, BuiltModule, CourseRef, ItemForm, RemovedThing
from lms_app.courses.models import (
    Completion,
    Course,
    CourseStatus,
    ItemProgress,
    Lesson,
    LessonDraft,
    Module,
    OutlineItem,
)
from lms_app.courses.service import releasing
from lms_app.courses.service.arranging import KEPT
from lms_app.courses.service.authoring import (
    CourseChanges,
    ItemChanges,
    Written,
    add_lesson,
    add_module,
    as_written,
    create_course,
    own_module,
    publish,
    update_course,
    update_item,
    update_module,
)
from lms_app.courses.service.door import enter, enter_by_slug, enter_item, many
from lms_app.courses.service.grouping import groups_in
from lms_app.courses.service.items import ITEM_KINDS, LESSON, facts_of
from lms_app.courses.service.requiring import needs_of, set_prerequisites
from lms_app.courses.service.writing import publish_lesson
from lms_app.policy import Can
from lms_app.web.views import Choice

FIRST_MODULE = "Module 1"
RULES = 3  # conditions that the form has room for
_TEXTS = ("title", "summary", "description", "category", "level", "enrol_mode", "enrol_key")

_ITEMS = (
    columns(
        col(Module.id).label("module_id"),
        col(Module.title).label("module"),
        col(OutlineItem.id),
        col(OutlineItem.kind),
        col(OutlineItem.title),
        col(OutlineItem.minutes),
        col(OutlineItem.due_at),
        col(OutlineItem.published),
        col(OutlineItem.draft),
        col(LessonDraft.item_id).label("edited"),
    )
    .select_from(Module)
    .outerjoin(OutlineItem, and_(col(OutlineItem.module_id) == col(Module.id), col(OutlineItem.removed_at).is_(None)))
    .outerjoin(LessonDraft, col(LessonDraft.item_id) == col(OutlineItem.id))
    .where(col(Module.course_id) == bindparam("course"), col(Module.removed_at).is_(None))
    .order_by(col(Module.position), col(Module.id), col(OutlineItem.position), col(OutlineItem.id))
)
_CHOICES = (
    columns(col(OutlineItem.id), col(OutlineItem.title))
    .join(Module, col(Module.id) == col(OutlineItem.module_id))
    .where(
        col(OutlineItem.course_id) == bindparam("course"),
        col(OutlineItem.removed_at).is_(None),
        col(OutlineItem.id) != bindparam("item"),
    )
    .order_by(col(Module.position), col(Module.id), col(OutlineItem.position), col(OutlineItem.id))
)
_LEARNERS = (
    columns(col(ItemProgress.item_id), func.count().label("learners"))
    .join(OutlineItem, col(OutlineItem.id) == col(ItemProgress.item_id))
    .where(col(OutlineItem.course_id) == bindparam("course"))
    .group_by(col(ItemProgress.item_id))
)
_REMOVED_MODULES = (
    columns(col(Module.id), col(Module.title), col(Module.removed_at))
    .where(col(Module.course_id) == bindparam("course"), col(Module.removed_at) > bindparam("since"))
    .order_by(col(Module.removed_at).desc())
)
_REMOVED_ITEMS = (
    columns(col(OutlineItem.id), col(OutlineItem.title), col(OutlineItem.removed_at))
    .join(Module, col(Module.id) == col(OutlineItem.module_id))
    .where(
        col(OutlineItem.course_id) == bindparam("course"),
        col(OutlineItem.removed_at) > bindparam("since"),
        col(Module.removed_at).is_(None),
    )
    .order_by(col(OutlineItem.removed_at).desc())
)


def build(work: Work, *, slug: str) -> BuiltCourse:
    """A course as its authors arrange it. The same few queries for three items and for three hundred."""
    membership = enter_by_slug(work, slug, Can.AUTHOR)
    course = membership.course_id
    rows = many(work, _ITEMS, course=course).all()
    learners = {row.item_id: row.learners for row in many(work, _LEARNERS, course=course)}
    items = [row for row in rows if row.id is not None]
    facts = facts_of(work, [(str(row.id), row.kind) for row in items], work.actor.user_id)

    def shown(row: Row[Any]) -> BuiltItem:
        kind, its = ITEM_KINDS.get(row.kind), facts.get(str(row.id))
        return BuiltItem(
            id=str(row.id),
            kind=row.kind,
            title=row.title,
            note=_note(work, row, its.note if its else ""),
            mark=_mark_of(row),
            edit_url=kind.edit_url(membership.slug, row.id) if kind and kind.edit_url else "",
            learners=learners.get(row.id, 0),
        )

    return BuiltCourse(
        id=str(course),
        slug=membership.slug,
        title=membership.title,
        status=membership.status,
        manages=membership.may(Can.MANAGE),
        changes=[row.title for row in items if _mark_of(row) in ("draft", "edited")],
        removed=_removed(work, course),
        modules=[
            BuiltModule(
                id=str(module_id), number=number, title=its[0].module, items=[shown(row) for row in its if row.id]
            )
            for number, (module_id, its) in enumerate(
                ((key, list(group)) for key, group in groupby(rows, key=lambda row: row.module_id)), start=1
            )
        ],
    )


def item_form(work: Work, *, item_id: UUID) -> ItemForm:
    """What can be set of an item, of any kind."""
    item, membership = enter_item(work, item_id, Can.AUTHOR)
    kind, zone = ITEM_KINDS.get(item.kind), work.actor.zone
    edited = item.kind == LESSON and work.db.get(LessonDraft, item_id) is not None
    begun = select(func.count()).select_from(ItemProgress).where(col(ItemProgress.item_id) == item_id)
    return ItemForm(
        id=str(item.id),
        kind=item.kind,
        module_id=str(item.module_id),
        mark=_mark(published=item.published, draft=item.draft, edited=edited),
        edit_url=kind.edit_url(membership.slug, item.id) if kind and kind.edit_url else "",
        learners=work.db.exec(begun).one(),
        values={
            "title": item.title,
            "minutes": str(item.minutes or ""),
            "opens_at": typed.moment(item.opens_at, zone),
            "due_at": typed.moment(item.due_at, zone),
            "completion": item.completion,
            "required": typed.ON if item.required else "",
            "preview": typed.ON if item.preview else "",
            **_release_form(item.release),
            "zone": zone,
        },
        items=[Choice(str(row.id), row.title) for row in many(work, _CHOICES, course=item.course_id, item=item_id)],
        groups=[Choice(group.id, group.name) for group in groups_in(work, item.course_id)],
    )


def module_form(work: Work, *, module_id: UUID) -> ItemForm:
    """What can be set of a module: its title."""
    module = own_module(work, module_id)
    begun = (
        select(func.count(func.distinct(ItemProgress.user_id)))
        .join(OutlineItem, col(OutlineItem.id) == col(ItemProgress.item_id))
        .where(col(OutlineItem.module_id) == module_id, col(OutlineItem.removed_at).is_(None))
    )
    return ItemForm(
        id=str(module_id),
        kind="",
        module_id=str(module_id),
        mark="",
        edit_url="",
        learners=work.db.exec(begun).one(),
        values={"title": module.title},
        items=[],
        groups=[],
    )


def save_item(work: Work, *, item_id: UUID, values: Mapping[str, str]) -> None:
    """Set an item as its form says. Raises Invalid by name of the input."""
    item, _membership = enter_item(work, item_id, Can.AUTHOR)
    read = Typed(values, work.actor.zone)
    changes: ItemChanges = {
        "title": read.text("title"),
        "minutes": read.count("minutes") or 0,
        "opens_at": read.moment("opens_at"),
        "due_at": read.moment("due_at"),
        "required": typed.is_on(values, "required"),
        "preview": typed.is_on(values, "preview"),
    }
    if item.kind == LESSON:
        changes["completion"] = read.text("completion") or Completion.MARK
    if "release.0.kind" in values and _fits(releasing.read(item.release)):
        changes["release"] = _release_of(read)
    if read.wrong:
        raise Invalid(read.wrong)
    update_item(work, item_id=item_id, **changes)


def save_module(work: Work, *, module_id: UUID, values: Mapping[str, str]) -> None:
    update_module(work, module_id=module_id, title=values.get("title", ""))


def course_form(work: Work, *, course_id: UUID) -> ItemForm:
    """What can be set of a course, for whoever manages it."""
    enter(work, course_id, Can.MANAGE)
    course, zone = work.db.get_one(Course, course_id), work.actor.zone
    return ItemForm(
        id=str(course_id),
        kind="course",
        module_id="",
        mark=course.status,
        edit_url="",
        learners=0,
        values={
            **{name: getattr(course, name) for name in _TEXTS},
            "starts_at": typed.moment(course.starts_at, zone),
            "ends_at": typed.moment(course.ends_at, zone),
            "hours": typed.number(course.hours) if course.hours else "",
            "pass": typed.number(course.pass_fraction * 100) if course.pass_fraction else "",
            "capacity": str(course.capacity or ""),
            "needs": "\n".join(needs_of(work, course_id)),
            "certificate": typed.ON if course.certificate else "",
            "questions": typed.ON if course.questions else "",
            "zone": zone,
        },
        items=[],
        groups=[],
    )


def save_course(work: Work, *, course_id: UUID, values: Mapping[str, str]) -> None:
    """Set a course as its form says. Raises Invalid by name of the input."""
    enter(work, course_id, Can.MANAGE)
    read = Typed(values, work.actor.zone)
    changes: CourseChanges = {
        "title": read.text("title"),
        "summary": read.text("summary"),
        "description": read.text("description"),
        "category": read.text("category"),
        "level": read.text("level"),
        "enrol_mode": read.text("enrol_mode"),
        "enrol_key": read.text("enrol_key"),
        "starts_at": read.moment("starts_at"),
        "ends_at": read.moment("ends_at"),
        "hours": read.number("hours") or Decimal(0),
        "pass_fraction": read.share("pass") or Decimal(0),
        "capacity": read.count("capacity"),
        "certificate": typed.is_on(values, "certificate"),
        "questions": typed.is_on(values, "questions"),
    }
    if read.wrong:
        raise Invalid(read.wrong)
    try:
        update_course(work, course_id=course_id, **changes)
        if "needs" in values:
            set_prerequisites(work, course_id=course_id, slugs=values["needs"].splitlines())
    except Invalid as error:
        raise Invalid(
            {"pass" if name == "pass_fraction" else name: said for name, said in error.fields.items()}
        ) from None


def begin_course(work: Work, *, title: str) -> CourseRef:
    """A new draft with an empty module to begin with."""
    course = create_course(work, title=title)
    add_module(work, course_id=course.id, title=FIRST_MODULE)
    return course


def begin_item(work: Work, *, module_id: UUID, kind: str, title: str) -> OutlineItem:
    """A new item without content, at the end of a module; students see it once it is published.

    Raises Invalid for a kind that nobody can begin, and for a missing title.
    """
    own_module(work, module_id)
    known = ITEM_KINDS.get(kind)
    if known is None or known.begin is None:
        raise Invalid({"kind": "Choose what to add: a lesson, a quiz or an assignment."})
    item = known.begin(work, module_id, title)
    item.published, item.draft = False, True
    work.db.add(item)
    work.db.flush()
    return item


def begin_lesson(work: Work, module_id: UUID, title: str) -> OutlineItem:
    return add_lesson(work, module_id=module_id, title=title, body="", published=False)


def show_item(work: Work, *, item_id: UUID, shown: bool) -> OutlineItem:
    """Let students see an item, or hide it from them; their work stays."""
    return update_item(work, item_id=item_id, published=shown)


def drafts(work: Work, *, course_id: UUID) -> dict[UUID, tuple[int, str]]:
    """The texts that `publish_changes` is to render first: seq and Markdown by lesson."""
    enter(work, course_id, Can.AUTHOR)
    rows = many(
        work,
        columns(col(LessonDraft.item_id), col(Lesson.seq), col(LessonDraft.body))
        .join(Lesson, col(Lesson.item_id) == col(LessonDraft.item_id))
        .join(OutlineItem, col(OutlineItem.id) == col(LessonDraft.item_id))
        .where(col(OutlineItem.course_id) == bindparam("course"), col(OutlineItem.removed_at).is_(None)),
        course=course_id,
    )
    return {row.item_id: (row.seq, row.body) for row in rows}


def publish_changes(work: Work, *, course_id: UUID, written: Mapping[UUID, tuple[int, Written]]) -> CourseRef:
    """Let students see everything that is new: drafts of items, edited lessons, and a course that was a draft itself.

    `written` are the `drafts`, rendered; a lesson that somebody changed since stays edited. Hidden items stay hidden.
    """
    enter(work, course_id, Can.AUTHOR)
    for item_id, (seq, page) in written.items():
        lesson = work.db.get(Lesson, item_id)
        if lesson is not None and lesson.seq == seq:
            publish_lesson(work, item_id=item_id, body=page, seen=seq)
    new = select(OutlineItem).where(
        col(OutlineItem.course_id) == course_id, col(OutlineItem.draft), col(OutlineItem.removed_at).is_(None)
    )
    for item in work.db.exec(new).all():
        item.published, item.draft = True, False
        work.db.add(item)
    work.db.flush()
    course = work.db.get_one(Course, course_id)
    if course.status == CourseStatus.DRAFT:
        return publish(work, course_id=course_id)
    return CourseRef(course.id, course.slug, course.title, course.status)


def render(bodies: Mapping[UUID, tuple[int, str]]) -> dict[UUID, tuple[int, Written]]:
    """`drafts` as `publish_changes` takes them. It computes: call it off the event loop."""
    return {item_id: (seq, as_written(body)) for item_id, (seq, body) in bodies.items()}


def _release_form(kept: str) -> dict[str, str]:
    """The conditions in the rows of the form. It has no rows for all that REST can set: such conditions stay as they are."""
    conditions = releasing.read(kept)
    if not _fits(conditions):
        return {"release.kept": typed.ON}
    values = {"release.match": conditions.match}
    for at in range(RULES):
        rule = conditions.rules[at] if at < len(conditions.rules) else None
        start = f"release.{at}."
        values[f"{start}kind"] = rule.kind if rule else ""
        values[f"{start}item"] = getattr(rule, "item", "")
        values[f"{start}group"] = getattr(rule, "group", "")
        values[f"{start}days"] = str(getattr(rule, "days", ""))
        values[f"{start}least"] = typed.number(rule.least * 100) if isinstance(rule, release.Score) else ""
    return values


def _fits(conditions: release.Conditions) -> bool:
    """Whether the form can show these conditions."""
    known = (release.Days, release.Done, release.Score, release.Group)
    return len(conditions.rules) <= RULES and all(isinstance(rule, known) for rule in conditions.rules)


def _release_of(read: Typed) -> dict[str, Any]:
    rules: list[dict[str, Any]] = []
    for at in range(RULES):
        start = f"release.{at}."
        kind = read.text(f"{start}kind")
        rule: dict[str, Any] = {"kind": kind}
        if kind == "days":
            rule["days"] = read.count(f"{start}days")
            if not rule["days"] or not 1 <= rule["days"] <= 3650:
                read.wrong[f"{start}days"] = "Enter a number of days from 1."
        elif kind in ("done", "score"):
            rule["item"] = read.text(f"{start}item")
            if not rule["item"]:
                read.wrong[f"{start}item"] = "Choose a lesson or a quiz."
            if kind == "score":
                rule["least"] = read.share(f"{start}least")
                if not rule["least"]:
                    read.wrong.setdefault(f"{start}least", "Enter a percentage from 1 to 100.")
        elif kind == "group":
            rule["group"] = read.text(f"{start}group")
            if not rule["group"]:
                read.wrong[f"{start}group"] = "Choose a group."
        else:
            continue
        rules.append(rule)
    return {"match": "any" if read.text("release.match") == "any" else "all", "rules": rules}


def _mark(*, published: bool, draft: bool, edited: bool) -> str:
    if not published:
        return "draft" if draft else "hidden"
    return "edited" if edited else ""


def _mark_of(row: Row[Any]) -> str:
    return _mark(published=row.published, draft=row.draft, edited=row.edited is not None)


def _note(work: Work, row: Row[Any], fact: str) -> str:
    """`Lesson · 14 min · due 24 Nov`."""
    kind = ITEM_KINDS.get(row.kind)
    due = f"due {when.day(row.due_at, work.actor.zone, work.actor.locale, now=work.now)}" if row.due_at else ""
    length = when.duration_minutes(row.minutes) if row.minutes else ""
    return " · ".join(filter(None, [kind.noun.capitalize() if kind else "", fact or length, due]))


def _removed(work: Work, course_id: UUID) -> list[RemovedThing]:
    since = work.now - KEPT

    def thing(row: Row[Any], *, is_module: bool) -> RemovedThing:
        day = when.day(row.removed_at, work.actor.zone, work.actor.locale, now=work.now)
        return RemovedThing(str(row.id), is_module, row.title, f"Deleted {day}")

    modules: Sequence[Row[Any]] = many(work, _REMOVED_MODULES, course=course_id, since=since).all()
    items: Sequence[Row[Any]] = many(work, _REMOVED_ITEMS, course=course_id, since=since).all()
    return [*(thing(row, is_module=True) for row in modules), *(thing(row, is_module=False) for row in items)]
