"""What one can do with accounts, one function per verb, split by when.

`making` accounts · `links` that are mailed · `entering` and `leaving` sessions · `passwords` · `myself`, one's profile ·
`keys` for programs · `steps` what hashes a password or makes a picture small first. `tokens` and `letters` are theirs alone.
"""

from collections.abc import Callable

from lms_app.accounts.service.entering import NotVerified, Suspended, WrongPair, refresh
from lms_app.accounts.service.keys import api_keys, keys_of, make_api_key, make_key, revoke_api_key, revoke_key
from lms_app.accounts.service.leaving import end_session, sessions, sign_out, sign_out_everywhere
from lms_app.accounts.service.links import (
    LINK_ASKED,
    ask_password_link,
    ask_proof_link,
    ask_verify_link,
    confirm,
    read_link,
    send_link,
)
from lms_app.accounts.service.making import (
    begin_for,
    create_account,
    forget_links,
    invite,
    send_invitations,
    send_password_link,
    welcome,
)
from lms_app.accounts.service.myself import AVATAR, avatar_reader, profile, remove_avatar, update_profile
from lms_app.accounts.service.steps import (
    ask_new_email,
    change_password,
    new_hash,
    prove,
    register,
    reset_password,
    set_avatar,
    sign_in,
)
from lms_app.accounts.views import DemoSignIn

ASKED_FIRST: list[tuple[Callable[..., bool], Callable[[str], str]]] = []
"""What somebody may be shown once after signing in: whether (`(work, *, user_id)`), and the page, by where they go on to.
Rooms above fill it in `lms_app.py`."""
DEMO_SIGN_INS: list[DemoSignIn] = []
"""What the sign-in page tells visitors of a demo; `lms_app.py` fills it."""

__all__ = [
    "ASKED_FIRST",
    "AVATAR",
    "DEMO_SIGN_INS",
    "LINK_ASKED",
    "DemoSignIn",
    "NotVerified",
    "Suspended",
    "WrongPair",
    "api_keys",
    "ask_new_email",
    "ask_password_link",
    "ask_proof_link",
    "ask_verify_link",
    "avatar_reader",
    "begin_for",
    "change_password",
    "confirm",
    "create_account",
    "end_session",
    "forget_links",
    "invite",
    "keys_of",
    "make_api_key",
    "make_key",
    "new_hash",
    "profile",
    "prove",
    "read_link",
    "refresh",
    "register",
    "remove_avatar",
    "reset_password",
    "revoke_api_key",
    "revoke_key",
    "send_invitations",
    "send_link",
    "send_password_link",
    "sessions",
    "set_avatar",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "update_profile",
    "welcome",
]
