"""Courses that nobody would write, for the tests of the course tree: grown from drawn data, through the services."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from sqlmodel import delete

from lms_app import schema
from lms_app.assignments import service as assignments
from lms_app.badges import service as badges
from lms_app.core import files
from lms_app.core.errors import Invalid
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses import service as courses
from lms_app.credentials import service as credentials
from lms_app.credentials.design import Signature
from lms_app.gradebook import service as gradebook
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.kinds import KINDS
from lms_app.rubrics import service as rubrics
from lms_app.rubrics.rules import draft as rubric_draft
from lms_app.rubrics.views import NONE, CriterionView, LevelView
from tests.exchange.test_formats import FULL
from tests.exchange.trees import picture
from tests.makers import NOON

NASTY = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
    | st.text(st.sampled_from("ab \n\t:#-|>'\"{}[]&*!%@`,?\\éß漢🦆\u2028\x85\r"), max_size=60)
    | st.sampled_from(
        [
            "",
            "---\nid: x\n---\n",
            "line  \nwith two blanks  \n\n\n",
            "\n\nbegins empty",
            "../../files/a.png",
            "yes",
            "null",
            "1e3",
            "=cmd()",
            "\ufeffBOM",
            "a\r\nb\rc",
            "café café",
        ]
    )
)
SHORT = NASTY.map(lambda text: " ".join(text.split())[:60].strip() or "x")


def empty_school() -> None:
    """Take away everything but the accounts."""
    with unit_of_work(SYSTEM) as work:
        for table in reversed(schema.metadata().sorted_tables):
            if table.name != "user":
                work.db.connection().execute(delete(table))


def course(data: Any, who: Any) -> str:
    """A course with all that a tree holds; returns its slug."""
    draw = data.draw
    made = who.does(
        courses.create_course,
        title=draw(SHORT),
        summary=draw(NASTY),
        description=draw(NASTY),
        category=draw(SHORT),
        hours=Decimal(draw(st.integers(0, 9_999))) / 8,
        pass_fraction=Decimal(draw(st.integers(0, 100))) / 100,
        capacity=draw(st.none() | st.integers(1, 50)),
        certificate=draw(st.booleans()),
        questions=draw(st.booleans()),
        enrol_mode=draw(st.sampled_from(["open", "approval", "key"])),
        enrol_key="a secret",
        starts_at=draw(st.sampled_from([None, NOON])),
    )
    group = who.does(courses.add_group, slug=made.slug, name=f"Lab {draw(SHORT)}"[:60])
    top = UUID(who.does(quizzes.add_category, slug=made.slug, name=draw(SHORT) + " a").value)
    below = UUID(who.does(quizzes.add_category, slug=made.slug, name="Below", parent_id=top).value)
    levels = [LevelView("", draw(SHORT), draw(NASTY), Decimal(4), Decimal(2)), LevelView("", "No", "", NONE, NONE)]
    criteria = [CriterionView("", draw(SHORT), draw(NASTY), NONE, levels)]
    rubric = who.does(rubrics.create, slug=made.slug, drafted=rubric_draft("rubric", draw(SHORT), criteria))
    first: UUID | None = None
    for _number in range(draw(st.integers(1, 2))):
        module = who.does(courses.add_module, course_id=made.id, title=draw(SHORT))
        for _lesson in range(draw(st.integers(0, 2))):
            first = _a_lesson(draw, who, module.id, first, group.id)
        _a_quiz(draw, who, made.slug, module.id, [top, below])
    last = who.does(courses.add_module, course_id=made.id, title=draw(SHORT))
    _an_assignment(draw, who, last.id, UUID(rubric.id), UUID(group.id))
    setup = who.does(gradebook.add_category, slug=made.slug, values=gradebook.CategoryValues(draw(SHORT)))
    category = UUID(setup.categories[0].id)
    who.does(gradebook.add_column, slug=made.slug, title=draw(SHORT), points_max=Decimal("2.5"), category_id=category)
    column = UUID(next(one.id for one in setup.columns if not one.by_hand))
    values = gradebook.ColumnValues(category_id=category, weight=Decimal("1.5"), never_drop=True)
    who.does(gradebook.save_column, item_id=column, values=values)
    _certificate_and_badges(draw, who, made.slug)
    for _number in range(draw(st.integers(0, 2))):
        who.does(rubrics.keep_comment, slug=made.slug, text=f"c{draw(NASTY)}")
    if draw(st.booleans()):
        who.does(courses.publish, course_id=made.id)
    return made.slug


def full(who: Any) -> str:
    """A course with something of everything that a tree can hold; returns its slug."""
    made = who.does(
        courses.create_course, title="Ponds", starts_at=NOON, ends_at=NOON + timedelta(days=90), capacity=20, hours=9
    )
    before = who.does(courses.create_course, title="Puddles")
    who.does(courses.set_prerequisites, course_id=made.id, slugs=[before.slug])
    group = UUID(who.does(courses.add_group, slug=made.slug, name="Lab A").id)
    category = UUID(who.does(quizzes.add_category, slug=made.slug, name="Water").value)
    who.does(quizzes.add_category, slug=made.slug, name="Still water", parent_id=category)
    levels = [LevelView("", "Good", "Clear.", Decimal(4), Decimal(2)), LevelView("", "Poor", "", NONE, NONE)]
    drafted = rubric_draft("rubric", "Essay", [CriterionView("", "Clarity", "Of words.", NONE, levels)])
    rubric = who.does(rubrics.create, slug=made.slug, drafted=drafted)
    who.does(rubrics.keep_comment, slug=made.slug, text="Well seen.")
    module = who.does(courses.add_module, course_id=made.id, title="Still water")
    rules = {"match": "any", "rules": [{"kind": "group", "group": str(group)}]}
    lesson = who.does(courses.add_lesson, module_id=module.id, title="Life in it", body="Ducks.", release=rules)
    file = who.does(files.store_bytes, content=picture(2), name="duck.png", scope="lesson", scope_id=lesson.id)
    who.does(courses.update_lesson, item_id=lesson.id, body=f"![Duck]({file.url})")
    who.does(courses.save_draft, item_id=lesson.id, body="Ducks and swans.")
    who.does(courses.add_lesson, module_id=module.id, title="Not yet", body="Later.", published=False)
    quiz = who.does(quizzes.create_quiz, module_id=module.id, title="Check", intro="Try.", pass_fraction=Decimal("0.5"))
    spec = {"options": [{"id": "a", "text": "Grass", "fraction": 1}, {"id": "b", "text": "Stones"}]}
    question = quizzes.draft(
        kind="single_choice", stem="What do ducks eat?", spec=spec, points=Decimal(2), feedback="So.", hints=["Green."]
    )
    filed = [quizzes.Filed(question, category, ["pond"], "easy", [])]
    who.does(quizzes.take_in, slug=made.slug, questions=filed, quiz_id=quiz.item_id)
    who.does(quizzes.save_section, quiz_id=quiz.item_id, title="Warm up", shuffle=True)
    wanted = quizzes.Wanted(category, ["pond"], "easy")
    who.does(quizzes.save_draw, quiz_id=quiz.item_id, draws=1, points=Decimal(1), wanted=wanted)
    essay = who.does(
        assignments.create_assignment, module_id=module.id, title="Essay", brief="Write.", rubric_id=UUID(rubric.id)
    )
    moment = NOON + timedelta(days=3)
    who.does(courses.put_override, item_id=quiz.item_id, group_id=group, limit_minutes=9, attempts_allowed=2, note="n")
    who.does(courses.put_override, item_id=essay.item_id, group_id=group, due_at=moment, opens_at=NOON, released=True)
    setup = who.does(gradebook.add_category, slug=made.slug, values=gradebook.CategoryValues("Work"))
    outer = UUID(setup.categories[0].id)
    setup = who.does(gradebook.add_category, slug=made.slug, values=gradebook.CategoryValues("Homework", outer))
    who.does(gradebook.add_column, slug=made.slug, title="Talk", points_max=Decimal("2.5"), category_id=outer)
    for column in setup.columns:
        values = gradebook.ColumnValues(category_id=outer, weight=Decimal("1.5"), never_drop=True)
        who.does(gradebook.save_column, item_id=UUID(column.id), values=values)
    _a_design(who, made.slug, "Ours", months=6)
    draft = badges.Draft("Explorer", {"kind": "quiz", "item": str(quiz.item_id), "least": "80"}, "Looked.", "Look.")
    badge = UUID(who.does(badges.create, slug=made.slug, draft=draft).id)
    who.does(badges.set_status, badge_id=badge, status="active")
    return made.slug


def _a_design(who: Any, slug: str, name: str, months: int | None) -> None:
    made = who.does(credentials.create_design, slug=slug, name=name, layout="band")
    design_id = UUID(made.id)
    its = {"content": picture(4), "name": "logo.png", "scope": credentials.PICTURES, "scope_id": design_id}
    who.does(files.store_bytes, **its)
    sha256 = hashlib.sha256(picture(4)).hexdigest()
    signed = Signature(name="A. Finch", role="Head", picture=sha256)
    design = made.design.model_copy(update={"logo": sha256, "signatures": (signed,), "text": "For ponds."})
    who.does(credentials.save_design, design_id=design_id, design=design)
    who.does(credentials.set_terms, slug=slug, design_id=design_id, valid_months=months)


def _certificate_and_badges(draw: Any, who: Any, slug: str) -> None:
    if draw(st.booleans()):
        _a_design(who, slug, draw(SHORT)[:60], draw(st.sampled_from([None, 24])))
    if draw(st.booleans()):
        who.does(credentials.set_terms, slug=slug, automatic=False, not_before=NOON)
    for rule in draw(st.lists(st.sampled_from([{"kind": "manual"}, {"kind": "streak", "days": 3}]), max_size=2)):
        draft = badges.Draft(
            draw(SHORT), rule, draw(SHORT), draw(SHORT), {"icon": "leaf"}, draw(st.none() | st.just(9))
        )
        badge = UUID(who.does(badges.create, slug=slug, draft=draft).id)
        if draw(st.booleans()):
            who.does(badges.set_status, badge_id=badge, status="active")


def _a_lesson(draw: Any, who: Any, module_id: UUID, first: UUID | None, group_id: str) -> UUID:
    rules = [{"kind": "group", "group": group_id}, *([{"kind": "done", "item": str(first)}] if first else [])]
    item = who.does(
        courses.add_lesson,
        module_id=module_id,
        title=draw(SHORT),
        body=draw(NASTY),
        published=draw(st.booleans()),
        release=draw(st.sampled_from([None, {"match": "any", "rules": rules}])),
        due_at=draw(st.sampled_from([None, NOON])),
        **draw(st.sampled_from([{}, {"minutes": 0}, {"minutes": 7}])),
    )
    if draw(st.booleans()):
        name = draw(st.sampled_from(["a.png", "a.png", "Ä b.png", "..hidden", "漢.png"]))
        content = picture(draw(st.integers(1, 3)))
        file = who.does(files.store_bytes, content=content, name=name, scope="lesson", scope_id=item.id)
        who.does(courses.update_lesson, item_id=item.id, body=f"![x]({file.url})\n{draw(NASTY)}")
    if draw(st.booleans()):
        who.does(courses.save_draft, item_id=item.id, body=draw(NASTY))
    return item.id


def _a_quiz(draw: Any, who: Any, slug: str, module_id: UUID, categories: list[UUID]) -> None:
    quiz = who.does(
        quizzes.create_quiz,
        module_id=module_id,
        title=draw(SHORT),
        intro=draw(NASTY),
        limit_minutes=draw(st.none() | st.integers(1, 90)),
        pass_fraction=draw(st.sampled_from([None, Decimal("0.5")])),
    )
    filed: list[quizzes.Filed] = []
    for name in sorted(KINDS):
        specs = st.sampled_from(KINDS[name].examples).map(lambda example: example.spec)
        drafted = _a_question(draw, name, draw(specs | FULL[name]))
        category = draw(st.sampled_from([None, *categories]))
        its = [("/files/11111111-1111-4111-8111-111111111111", "q.png", picture(5))] if draw(st.booleans()) else []
        level = draw(st.sampled_from(["", "easy"]))
        filed.append(quizzes.Filed(drafted, category, ["pond", "a b"], level, its))
    at = draw(st.integers(0, len(filed)))
    who.does(quizzes.take_in, slug=slug, questions=filed[:at], quiz_id=quiz.item_id)
    who.does(quizzes.save_section, quiz_id=quiz.item_id, title=draw(SHORT), shuffle=draw(st.booleans()))
    who.does(quizzes.take_in, slug=slug, questions=filed[at:])
    wanted = quizzes.Wanted(categories[0], ["pond"], "easy")
    who.does(quizzes.save_draw, quiz_id=quiz.item_id, draws=2, points=Decimal("1.25"), wanted=wanted)


def _a_question(draw: Any, kind: str, spec: Any) -> quizzes.Draft:
    said: dict[str, Any] = {
        "kind": kind,
        "stem": f"s{draw(NASTY)}",
        "points": Decimal(draw(st.integers(0, 40))) / 8,
        "feedback": draw(NASTY),
        "hints": [f"h{draw(NASTY)}"],
        "penalty": Decimal(draw(st.integers(0, 100))) / 100,
    }
    try:
        return quizzes.draft(spec=spec, **said)
    except Invalid:  # what was drawn makes no question, such as two answers alike
        return quizzes.draft(spec=KINDS[kind].examples[0].spec, **said)


def _an_assignment(draw: Any, who: Any, module_id: UUID, rubric_id: UUID, group_id: UUID) -> None:
    ref = who.does(
        assignments.create_assignment,
        module_id=module_id,
        title=draw(SHORT),
        brief=draw(NASTY),
        rubric_id=rubric_id,
        late="tiers",
        late_tiers=[[24, "10"], [48, "20.5"]],
        pass_fraction=draw(st.sampled_from([None, Decimal("0.5")])),
        file_types=[],
    )
    if draw(st.booleans()):
        file = who.does(
            files.store_bytes, content=b"a,b\n", name="data.csv", scope=assignments.BRIEF, scope_id=ref.item_id
        )
        who.does(assignments.update_assignment, item_id=ref.item_id, brief=f"[data]({file.url}){draw(NASTY)}")
    if draw(st.booleans()):
        terms = {"due_at": NOON, "attempts_allowed": draw(st.none() | st.integers(0, 3)), "note": draw(SHORT)}
        who.does(courses.put_override, item_id=ref.item_id, group_id=group_id, **terms)
