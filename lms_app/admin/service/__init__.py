"""What the person who runs the site can do: see how it goes, look after people and courses, and the mail.

`door` who comes in · `overview` the figures, `periods` their time, `attention` the courses · `people` accounts · `teaching` all courses · `post` the outgoing mail.
"""

from lms_app.admin.service.overview import overview, overview_sheet
from lms_app.admin.service.people import change_role, invite, people, restore, suspend
from lms_app.admin.service.post import letter, mail_list, send_again
from lms_app.admin.service.teaching import all_courses

__all__ = [
    "all_courses",
    "change_role",
    "invite",
    "letter",
    "mail_list",
    "overview",
    "overview_sheet",
    "people",
    "restore",
    "send_again",
    "suspend",
]
