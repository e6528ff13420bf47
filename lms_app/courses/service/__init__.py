"""What one can do with courses, one function per verb, split by who acts and why.

`door` who comes in · `authoring` building · `enrolling`, `inviting` joining and leaving · `reading` a course's page and
outline · `learning` lessons · `attaching` their files · `progress` what is done · `catalogue`, `finding` · `teaching` for
the staff · `items` the registry of kinds. A higher room imports from here only.
"""

from lms_app.courses.service.attaching import attach_file, detach_file, lesson_authors_door
from lms_app.courses.service.authoring import (
    CourseChanges,
    CourseSettings,
    ItemChanges,
    ItemSettings,
    Written,
    add_item,
    add_lesson,
    add_module,
    archive,
    create_course,
    lesson_source,
    move_item,
    move_module,
    publish,
    ref_of,
    unpublish,
    update_course,
    update_item,
    update_lesson,
    update_module,
    written,
)
from lms_app.courses.service.catalogue import catalogue, due_items, my_courses, my_progress
from lms_app.courses.service.door import enter, enter_by_slug, enter_item, lock_of, visible
from lms_app.courses.service.enrolling import (
    COURSE_OPENS,
    add_member,
    approve,
    ask_when_open,
    decline,
    enrol,
    leave,
    remove_member,
    tell_it_opens,
)
from lms_app.courses.service.finding import name_has, person_matches
from lms_app.courses.service.inviting import accept_invitation, invite, read_invitation, withdraw_invitation
from lms_app.courses.service.items import GOALS, ITEM_KINDS, LESSON, ItemFacts, ItemKind
from lms_app.courses.service.learning import complete_lesson, lesson_files_door, open_lesson, read_lesson, save_place
from lms_app.courses.service.progress import COURSE_PROGRESS, mark_complete, mark_seen, tell_progress
from lms_app.courses.service.reading import outline, progress, read
from lms_app.courses.service.teaching import learners, taught, teaching
from lms_app.courses.views import Membership

__all__ = [
    "COURSE_OPENS",
    "COURSE_PROGRESS",
    "GOALS",
    "ITEM_KINDS",
    "LESSON",
    "CourseChanges",
    "CourseSettings",
    "ItemChanges",
    "ItemFacts",
    "ItemKind",
    "ItemSettings",
    "Membership",
    "Written",
    "accept_invitation",
    "add_item",
    "add_lesson",
    "add_member",
    "add_module",
    "approve",
    "archive",
    "ask_when_open",
    "attach_file",
    "catalogue",
    "complete_lesson",
    "create_course",
    "decline",
    "detach_file",
    "due_items",
    "enrol",
    "enter",
    "enter_by_slug",
    "enter_item",
    "invite",
    "learners",
    "leave",
    "lesson_authors_door",
    "lesson_files_door",
    "lesson_source",
    "lock_of",
    "mark_complete",
    "mark_seen",
    "move_item",
    "move_module",
    "my_courses",
    "my_progress",
    "name_has",
    "open_lesson",
    "outline",
    "person_matches",
    "progress",
    "publish",
    "read",
    "read_invitation",
    "read_lesson",
    "ref_of",
    "remove_member",
    "save_place",
    "taught",
    "teaching",
    "tell_it_opens",
    "tell_progress",
    "unpublish",
    "update_course",
    "update_item",
    "update_lesson",
    "update_module",
    "visible",
    "withdraw_invitation",
    "written",
]
