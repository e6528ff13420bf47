"""What one can do with notifications, one function per verb.

`telling` people of something, for the services of other rooms · `mailing` what waits, in one mail a burst or digest ·
`reading` one's inbox · `wanting` what to hear of and how · `unsubscribing` by the link in a mail. Other rooms import
from here only.
"""

from lms_app.notifications.service.mailing import NOTIFIED, mail_notifications, preview
from lms_app.notifications.service.reading import inbox, read_all, read_one, unread_count
from lms_app.notifications.service.telling import tell
from lms_app.notifications.service.unsubscribing import read_unsubscribe, unsubscribe
from lms_app.notifications.service.wanting import choose, plan, wishes

__all__ = [
    "NOTIFIED",
    "choose",
    "inbox",
    "mail_notifications",
    "plan",
    "preview",
    "read_all",
    "read_one",
    "read_unsubscribe",
    "tell",
    "unread_count",
    "unsubscribe",
    "wishes",
]
