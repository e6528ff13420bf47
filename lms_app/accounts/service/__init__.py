"""What one can do with accounts, one function per verb, split by when.

`making` accounts · `links` that are mailed · `entering` and `leaving` sessions · `passwords` · `myself`, one's profile ·
`steps` what hashes a password or makes a picture small first. `tokens` and `letters` are theirs alone.
"""

from lms_app.accounts.service.entering import NotVerified, Suspended, WrongPair, refresh
from lms_app.accounts.service.leaving import end_session, sessions, sign_out, sign_out_everywhere
from lms_app.accounts.service.links import (
    LINK_ASKED,
    ask_password_link,
    ask_verify_link,
    confirm,
    read_link,
    send_link,
)
from lms_app.accounts.service.making import create_account, invite, welcome
from lms_app.accounts.service.myself import AVATAR, avatar_reader, profile, remove_avatar, update_profile
from lms_app.accounts.service.steps import (
    ask_new_email,
    change_password,
    new_hash,
    register,
    reset_password,
    set_avatar,
    sign_in,
)
from lms_app.accounts.views import DemoSignIn

DEMO_SIGN_INS: list[DemoSignIn] = []
"""What the sign-in page tells visitors of a demo; `lms_app.py` fills it."""

__all__ = [
    "AVATAR",
    "DEMO_SIGN_INS",
    "LINK_ASKED",
    "DemoSignIn",
    "NotVerified",
    "Suspended",
    "WrongPair",
    "ask_new_email",
    "ask_password_link",
    "ask_verify_link",
    "avatar_reader",
    "change_password",
    "confirm",
    "create_account",
    "end_session",
    "invite",
    "new_hash",
    "profile",
    "read_link",
    "refresh",
    "register",
    "remove_avatar",
    "reset_password",
    "send_link",
    "sessions",
    "set_avatar",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "update_profile",
    "welcome",
]
