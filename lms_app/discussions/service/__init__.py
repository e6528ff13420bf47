"""What one can do with questions and answers, one function per verb.

`door` who comes in · `writing` asking, answering, replying, editing, deleting · `following` hearing of answers, the same
question, the answer that helped · `moderating` reports and what the staff do about them · `reading` lists and threads ·
`telling` whom of what · `filing` pictures. Other rooms import from here only.
"""

from lms_app.discussions.service.filing import SCOPE as TALK
from lms_app.discussions.service.filing import check_picture, talk_readers_door, talk_writers_door
from lms_app.discussions.service.following import accept, follow, vote
from lms_app.discussions.service.moderating import hide, keep, lock, pin, report, reported_posts, restore
from lms_app.discussions.service.reading import (
    questions,
    read_thread,
    unanswered_by_course,
    unanswered_count,
    under_lesson,
)
from lms_app.discussions.service.telling import QUESTION_ANSWERED, tell_followers
from lms_app.discussions.service.writing import (
    Written,
    answer,
    ask,
    delete_post,
    edit_post,
    post_history,
    post_source,
    reply,
    written,
)

__all__ = [
    "QUESTION_ANSWERED",
    "TALK",
    "Written",
    "accept",
    "answer",
    "ask",
    "check_picture",
    "delete_post",
    "edit_post",
    "follow",
    "hide",
    "keep",
    "lock",
    "pin",
    "post_history",
    "post_source",
    "questions",
    "read_thread",
    "reply",
    "report",
    "reported_posts",
    "restore",
    "talk_readers_door",
    "talk_writers_door",
    "tell_followers",
    "unanswered_by_course",
    "unanswered_count",
    "under_lesson",
    "vote",
    "written",
]
