"""Pictures in what is asked and answered. They belong to the lesson, or to the course, under which people talk."""

from uuid import UUID

from lms_app.core import files
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.files import Staged
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.discussions.service.door import NO_THREAD, Place, enter_course, enter_lesson, must_be_open
from lms_app.policy import Can

SCOPE = "talk"
PICTURE_BYTES = 5 * 1024**2


def talk_readers_door(work: Work, scope_id: UUID) -> None:
    """Who may fetch a picture: whoever may read the questions of its lesson or course now. Raises NotFound."""
    _place(work, scope_id)


def talk_writers_door(work: Work, scope_id: UUID) -> None:
    """Who may add one: whoever may ask there. Only what stands in no text any more is removed, by its giver."""
    must_be_open(_place(work, scope_id))


def check_picture(work: Work, scope_id: UUID, staged: Staged, name: str) -> None:
    """Raises Invalid for what is no picture, or a large one. The door of the scope stands before it."""
    if files.media_type_of(staged.head, name) not in files.IMAGES:
        raise Invalid({"file": "Choose a picture: PNG, JPEG, GIF or WebP."})
    if staged.size_bytes > PICTURE_BYTES:
        raise Invalid({"file": "A picture may have at most 5 MB here."})


def _place(work: Work, scope_id: UUID) -> Place:
    """The scope is a lesson, or else a course."""
    try:
        return enter_lesson(work, scope_id)
    except NotFound:
        pass
    try:
        return enter_course(work, courses.enter(work, scope_id, Can.SEE).slug)
    except NotFound:
        raise NotFound(NO_THREAD) from None
