"""A school with one course in which everything exists, and somebody for each way to stand to it.

Services are called at the real time: routes ask the clock, and a session that began in a test's noon would be over.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from lms_app.admin import service as administration
from lms_app.assignments import service as assignments
from lms_app.badges import service as badges
from lms_app.core import files, mail
from lms_app.core.identity import Audience
from lms_app.core.outbox import OutboxMessage
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, SiteRole, Work, unit_of_work, utc_now
from lms_app.courses import service as courses
from lms_app.credentials import service as credentials
from lms_app.discussions import service as discussions
from lms_app.exchange import service as exchange
from lms_app.exchange.models import ExchangeJob
from lms_app.gradebook import service as gradebook
from lms_app.notifications import service as notifications
from lms_app.policy import Role
from lms_app.privacy import service as privacy
from lms_app.quizzes import service as quizzes
from lms_app.rubrics import service as rubrics
from tests.admin import rosters
from tests.assignments.makers import zip_of
from tests.assignments.marking_makers import levels
from tests.makers import Person, person
from tests.quizzes.makers import drafts
from tests.rubrics.makers import pond

WHO = ("visitor", "stranger", "student", "assistant", "instructor", "other instructor", "admin")


@dataclass(frozen=True)
class School:
    """`people` by how they stand to the course, their bearers, and `ids` of what is in it by their names in addresses."""

    people: dict[str, Person]
    tokens: dict[str, str]
    ids: dict[str, Any]

    def today(self) -> School:
        """The same with sessions that begin now: a bearer lasts some minutes."""
        people = {who: one.at(utc_now()) for who, one in self.people.items()}
        return School(people, {who: one.signs_in(Audience.API) for who, one in people.items()}, self.ids)


def school() -> School:
    people = {
        "stranger": _now(person("Stranger")),
        "student": _now(person("Student")),
        "assistant": _now(person("Assistant")),
        "instructor": _now(person("Instructor", SiteRole.INSTRUCTOR)),
        "other instructor": _now(person("Other", SiteRole.INSTRUCTOR)),
        "admin": _now(person("Admin", SiteRole.ADMIN)),
    }
    staff, student = people["instructor"], people["student"]
    other = people["other instructor"]
    course = staff.does(courses.create_course, title="Principles of Ecology", enrol_mode="invitation")
    module = staff.does(courses.add_module, course_id=course.id, title="Energy")
    second = staff.does(courses.add_module, course_id=course.id, title="Ponds")
    lesson = staff.does(courses.add_lesson, module_id=module.id, title="Sunlight", body="Green things eat light.")
    quiz = staff.does(
        quizzes.create_quiz,
        module_id=module.id,
        title="Energy flow",
        questions=drafts(),
        item=courses.ItemSettings(required=False),
        attempts_allowed=5,
    )
    gone = staff.does(courses.add_module, course_id=course.id, title="Deserts")
    staff.does(courses.remove_module, module_id=gone.id)
    removed = staff.does(courses.add_lesson, module_id=module.id, title="Moonlight", body="Shines.")
    staff.does(courses.remove_item, item_id=removed.id)
    staff.does(courses.update_lesson, item_id=lesson.id, body="Green things eat sunlight.")
    old = staff.sees(courses.history, item_id=lesson.id)[0]
    spare = staff.does(quizzes.add_question, quiz_id=quiz.item_id, **_TRUE_FALSE)
    extra = staff.does(quizzes.add_questions_to_bank, slug=course.slug, questions=drafts()[:2])
    staff.does(quizzes.remove_questions, slug=course.slug, question_ids=[extra[1].id])
    wanted = quizzes.Wanted(difficulty="hard")
    draw = staff.does(quizzes.save_draw, quiz_id=quiz.item_id, draws=1, points=Decimal(0), wanted=wanted)
    section = staff.does(quizzes.save_section, quiz_id=quiz.item_id, title="More")
    category = staff.does(quizzes.add_category, slug=course.slug, name="Energy")
    staff.does(quizzes.add_question, quiz_id=quiz.item_id, kind="essay", stem="Where does it go?", spec={})
    rubric = staff.does(rubrics.create, slug=course.slug, drafted=pond())
    spare_rubric = staff.does(rubrics.duplicate, rubric_id=UUID(rubric.id))
    comment = staff.does(rubrics.keep_comment, slug=course.slug, text="Well seen.")
    asked = staff.does(
        assignments.create_assignment,
        module_id=module.id,
        title="Field notes",
        item=courses.ItemSettings(required=False),
        rubric_id=UUID(rubric.id),
        statement="",
    )
    diary, sketch = (
        staff.does(
            assignments.create_assignment,
            module_id=module.id,
            title=title,
            item=courses.ItemSettings(required=False),
            reopen="manual",
            takes_files=True,
        )
        for title in ("Pond diary", "Sketch")
    )
    staff.does(courses.publish, course_id=course.id)
    staff.does(courses.add_member, course_id=course.id, user_id=people["assistant"].id, role=Role.ASSISTANT)
    staff.does(courses.add_member, course_id=course.id, user_id=student.id)
    # Their own course, so that they are somebody: only not here.
    foreign = other.does(courses.create_course, title="Poems")
    other.does(courses.publish, course_id=foreign.id)

    student.does(courses.complete_lesson, item_id=lesson.id)
    work_id = UUID(student.does(assignments.begin_draft, item_id=asked.item_id).id)
    student.does(assignments.submit, submission_id=work_id, body="Forty-two water fleas.")
    staff.does(assignments.mark, submission_id=work_id, marks=levels())
    staff.does(assignments.publish_grades, item_id=asked.item_id)
    entry_id = UUID(student.does(assignments.begin_draft, item_id=diary.item_id).id)
    work_file = student.does(
        files.store_bytes, content=b"%PDF-1.4 a pond", name="pond.pdf", scope=assignments.SUBMISSION, scope_id=entry_id
    )
    entry = student.does(assignments.submit, submission_id=entry_id, body="Day one.", agreed=True)
    draft_id = student.does(assignments.begin_draft, item_id=sketch.item_id).id
    corrected = staff.does(
        files.store_bytes,
        content=zip_of({f"Student ({entry.reference})/notes.txt": b"Well drawn."}),
        name="feedback.zip",
        scope=assignments.FEEDBACK_ZIP,
        scope_id=diary.item_id,
    )
    note = staff.does(assignments.add_note, submission_id=work_id, body="Nice.", start=0, end=5, quote="Forty")
    over = student.does(quizzes.start, item_id=quiz.item_id)
    student.does(quizzes.submit, attempt_id=UUID(over.id))
    attempt = student.does(quizzes.start, item_id=quiz.item_id)
    question = student.does(quizzes.read_question, attempt_id=UUID(attempt.id), number=1)
    with unit_of_work(SYSTEM, utc_now()) as work:
        credentials.award_if_due(work, {"course_id": str(course.id), "user_id": str(student.id)})
        message = _letter(work)
    certificate = student.sees(credentials.mine)[0]
    badge_id = UUID(staff.does(badges.create, slug=course.slug, draft=badges.Draft("Helper", {"kind": "manual"})).id)
    staff.does(badges.set_status, badge_id=badge_id, status="active")
    award_id = staff.does(badges.award, badge_id=badge_id, user_id=student.id)
    award = student.does(badges.set_public, award_id=award_id, public=True)
    shelf = student.does(badges.set_shelf, public=True)
    design = staff.does(credentials.create_design, name="Ponds", layout="band", slug=course.slug)
    of_site = people["admin"].does(credentials.create_design, name="House", layout="classic")
    printout = staff.does(credentials.print_all, slug=course.slug)
    with unit_of_work(SYSTEM, utc_now()) as work:
        credentials.note_printed(work, batch_id=UUID(printout.id), first=0)
    zipped = settings.files_dir / "batches" / f"{printout.id}.zip"
    zipped.parent.mkdir(parents=True, exist_ok=True)
    zipped.write_bytes(zip_of({"Student.pdf": b"%PDF-1.4"}))
    file = staff.does(
        files.store_bytes, content=b"%PDF-1.4 a handout", name="handout.pdf", scope="lesson", scope_id=lesson.id
    )
    invitation = staff.does(courses.invite, slug=course.slug, role=Role.STUDENT, days=14, max_uses=50)
    opened = staff.sees(courses.teaching, slug=course.slug)
    said = staff.does(courses.announce, slug=course.slug, title="Welcome", body="To the course.")
    wondered = student.does(
        discussions.ask, slug=course.slug, title="Why green?", body="I see no reason.", item_id=lesson.id
    )
    thread_id = UUID(wondered.thread_id)
    answered = staff.does(discussions.answer, thread_id=thread_id, body="It throws green back.")
    group = staff.does(courses.add_group, slug=course.slug, name="Lab")
    staff.does(courses.put_in_group, slug=course.slug, group_id=UUID(group.id), user_id=student.id)
    given = staff.does(courses.put_override, item_id=lesson.id, group_id=UUID(group.id), released=True)
    spared = staff.does(gradebook.add_column, slug=course.slug, title="Spare", points_max=Decimal(5)).columns[-1]
    staff.does(gradebook.remove_column, item_id=UUID(spared.id))
    values = gradebook.CategoryValues(name="Talks")
    talks = staff.does(gradebook.add_category, slug=course.slug, values=values).categories[-1]
    talk = staff.does(gradebook.add_column, slug=course.slug, title="Talk", points_max=Decimal(10)).columns[-1]
    marked = staff.does(
        gradebook.write_mark, item_id=UUID(talk.id), user_id=student.id, points=Decimal(8), seen=0
    ).cells[-1]
    admin = people["admin"]
    year = UUID(admin.does(administration.add_cohort, name="Year 1").id)
    admin.does(administration.enrol_cohort, cohort_id=year, slug=course.slug, synchronised=True)
    program = UUID(admin.does(administration.add_program, name="Register").id)
    key = admin.does(administration.add_program_key, user_id=program, name="Nightly")
    people_list = rosters.sent(admin, ("people.csv", "email,name\nlisted@example.org,Listed\n"))
    policy = admin.does(privacy.publish_policy, kind="privacy", body="We keep little.")
    take_out = student.does(privacy.ask_take_out)
    copied = settings.take_out_dir / f"{take_out.id}.zip"
    copied.parent.mkdir(parents=True, exist_ok=True)
    copied.write_bytes(zip_of({"index.html": b"All."}))
    student.does(privacy.note_ready, take_out_id=UUID(take_out.id))
    package = staff.does(exchange.take_import, staged=files.stage_bytes(b"Warm? {T}"), name="a.gift", slug=course.slug)
    with unit_of_work(SYSTEM, utc_now()) as work:
        draft = exchange.look_at(lambda _done, _total: None, files.path_of(_digest(work, package.id)), into_course=True)
        exchange.keep_preview(work, job_id=UUID(package.id), preview=draft.preview)
    export = staff.does(exchange.begin_export, course=course.slug, format="gift")
    written = staff.does(exchange.begin_export, course=course.slug, format="gift")
    with unit_of_work(SYSTEM, utc_now()) as work:
        exchange.keep_export(
            work,
            job_id=UUID(written.id),
            staged=files.stage_bytes(b"Warm? {T}"),
            name="bank.gift",
            count=1,
            findings=[],
        )
    asking = _now(person("Asking"))
    staff.does(courses.update_course, course_id=course.id, enrol_mode="approval")
    asking.does(courses.enrol, slug=course.slug)
    return School(
        people,
        {},
        {
            "slug": course.slug,
            "course_id": str(course.id),
            "module_id": str(module.id),
            "second_id": str(second.id),
            "item_id": str(lesson.id),
            "gone_id": str(gone.id),
            "removed_id": str(removed.id),
            "text_id": old.id,
            "quiz_id": str(quiz.item_id),
            "question_id": str(spare.id),
            "slot_id": str(spare.slot_id),
            "category_id": category.value,
            "unused_id": str(extra[0].id),
            "gone_question_id": str(extra[1].id),
            "draw_id": str(draw),
            "section_id": str(section),
            "attempt_id": attempt.id,
            "over_id": over.id,
            "shown_id": question.id,
            "number": 1,
            "assignment_id": str(asked.item_id),
            "submission_id": str(work_id),
            "diary_id": str(diary.item_id),
            "entry_id": str(entry_id),
            "sketch_id": str(sketch.item_id),
            "draft_id": draft_id,
            "zip_id": corrected.id,
            "work_file_id": work_file.id,
            "note_id": note.id,
            "rubric_id": rubric.id,
            "spare_rubric_id": spare_rubric.id,
            "version_id": rubric.version_id,
            "comment_id": comment.id,
            "certificate_id": certificate.id,
            "code": certificate.code,
            "badge_id": str(badge_id),
            "award_id": str(award_id),
            "award_code": award.page.rpartition("/")[2],
            "shelf_code": shelf.page.rpartition("/")[2],
            "design_id": design.id,
            "site_design_id": of_site.id,
            "batch_id": printout.id,
            "file_id": file.id,
            "token": invitation.token,
            "invitation_id": opened.invitations[0].id,
            "asking_id": str(asking.id),
            "group_id": group.id,
            "override_id": given.id,
            "announcement_id": said.id,
            "thread_id": wondered.thread_id,
            "post_id": wondered.id,
            "answer_id": answered.id,
            "grade_item_id": talk.id,
            "gone_column_id": spared.id,
            "grade_category_id": talks.id,
            "mark_seq": marked.seq,
            "member_id": str(student.id),
            "message_id": message,
            "cohort_id": str(year),
            "service_id": str(program),
            "key_id": key.id,
            "import_id": people_list.id,
            "policy_id": policy.id,
            "take_out_id": take_out.id,
            "package_id": package.id,
            "export_id": export.id,
            "written_id": written.id,
            "event": "certificate_awarded",
            "notification_id": student.sees(notifications.inbox).groups[0].notifications[0].id,
        },
    )


_TRUE_FALSE: dict[str, Any] = {
    "kind": "true_false",
    "stem": "Energy leaves as heat.",
    "spec": {"answer": True},
    "points": Decimal(1),
}


def _now(one: Person) -> Person:
    return one.at(utc_now())


def _digest(work: Work, job_id: str) -> str:
    return work.db.get_one(ExchangeJob, UUID(job_id)).sha256


def _letter(work: Work) -> str:
    """The id of a mail in the outbox."""
    mail.put(work, to="somebody@example.org", subject="A test", text="Of the post.", key="school")
    work.db.flush()
    return str(work.db.exec(select(OutboxMessage.id).where(col(OutboxMessage.topic) == mail.TOPIC)).first())
