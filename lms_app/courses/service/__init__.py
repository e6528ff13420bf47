"""What one can do with courses, one function per verb, split by who acts and why.

`door` who comes in · `authoring` making, `arranging` the order, `building` what the builder shows, `writing` lessons · `enrolling`, `inviting` joining and leaving · `reading` a course's page and
outline · `learning` lessons · `attaching` their files · `progress` what is done · `catalogue`, `finding` · `teaching` for
the staff · `items` the registry of kinds. A higher room imports from here only.
"""

from dataclasses import replace

from lms_app.courses.service.arranging import (
    duplicate_item,
    move_item,
    move_module,
    remove_item,
    remove_module,
    restore_item,
    restore_module,
    step_item,
)
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
    publish,
    ref_of,
    unpublish,
    update_course,
    update_item,
    update_module,
    written,
)
from lms_app.courses.service.building import (
    begin_course,
    begin_item,
    begin_lesson,
    build,
    copy_course,
    drafts,
    item_form,
    module_form,
    publish_changes,
    render,
    save_item,
    save_module,
    show_item,
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
from lms_app.courses.service.writing import (
    copy_lesson,
    discard_draft,
    history,
    lesson_source,
    old_text,
    publish_lesson,
    restore_text,
    save_draft,
    update_lesson,
)
from lms_app.courses.views import Membership
from lms_app.web import routes

# Where lessons are written stands above the registry that outlines read.
ITEM_KINDS[LESSON] = replace(ITEM_KINDS[LESSON], edit_url=routes.lesson_edit, begin=begin_lesson, copy=copy_lesson)

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
    "begin_course",
    "begin_item",
    "begin_lesson",
    "build",
    "catalogue",
    "complete_lesson",
    "copy_course",
    "copy_lesson",
    "create_course",
    "decline",
    "detach_file",
    "discard_draft",
    "drafts",
    "due_items",
    "duplicate_item",
    "enrol",
    "enter",
    "enter_by_slug",
    "enter_item",
    "history",
    "invite",
    "item_form",
    "learners",
    "leave",
    "lesson_authors_door",
    "lesson_files_door",
    "lesson_source",
    "lock_of",
    "mark_complete",
    "mark_seen",
    "module_form",
    "move_item",
    "move_module",
    "my_courses",
    "my_progress",
    "name_has",
    "old_text",
    "open_lesson",
    "outline",
    "person_matches",
    "progress",
    "publish",
    "publish_changes",
    "publish_lesson",
    "read",
    "read_invitation",
    "read_lesson",
    "ref_of",
    "remove_item",
    "remove_member",
    "remove_module",
    "render",
    "restore_item",
    "restore_module",
    "restore_text",
    "save_draft",
    "save_item",
    "save_module",
    "save_place",
    "show_item",
    "step_item",
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
