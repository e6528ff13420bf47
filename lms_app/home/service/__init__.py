"""What crosses the rooms for one person, one function per verb.

`student` their home · `dates` what their calendar holds, `month` a month of it, `feeding` it to other programs and
`reminding` of it · `transcript` what they have learned, `streaks` on how many days in a row.
"""

from lms_app.home.service.dates import calendar
from lms_app.home.service.feeding import drop_feed, feed_of, make_feed, note_feed, read_feed
from lms_app.home.service.month import month
from lms_app.home.service.reminding import DUE_SOON, look_ahead, tell_due_soon
from lms_app.home.service.streaks import my_streak, show_streak
from lms_app.home.service.student import student_home
from lms_app.home.service.transcript import TRANSCRIPT_PARTS, transcript, transcript_of
from lms_app.home.service.transcript import WINDOW as TRANSCRIPT_WINDOW

__all__ = [
    "DUE_SOON",
    "TRANSCRIPT_PARTS",
    "TRANSCRIPT_WINDOW",
    "calendar",
    "drop_feed",
    "feed_of",
    "look_ahead",
    "make_feed",
    "month",
    "my_streak",
    "note_feed",
    "read_feed",
    "show_streak",
    "student_home",
    "tell_due_soon",
    "transcript",
    "transcript_of",
]
