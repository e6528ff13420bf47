"""The data map of the tables. A table that points at people has its lines here, or a test fails.

Erasing, the take-out, `docs/data-map.md` and the administrators' page are all made of these lines. The account itself
stays as "Former member 12" without address, name and password, so a column that points at it names nobody any more.
"""

from lms_app.privacy.rules.accounts import ACCOUNTS
from lms_app.privacy.rules.declaring import Held
from lms_app.privacy.rules.work import WORK

TABLES: tuple[Held, ...] = (*ACCOUNTS, *WORK)

TAKEN_SCOPES = ("avatar", "answer", "talk", "submission", "lesson", "question", "assignment", "certificate-design")
"""Whose files are in the take-out of who uploaded them: those of other scopes are about other people."""

UNSEEN = frozenset({"rate_count", "credential_status", "search_stale"})
"""Tables that hold something of people and no person can be found in: keyed hashes for two days, and bare numbers."""

SCRUBBED = (
    ("outbox_message", "payload"),
    ("outbox_message", "last_error"),
    ("notification", "data"),
    ("people_import", "files"),
    ("import_line", "about"),
    ("import_line", "note"),
    ("import_line", "act"),
    ("import_line", "undo"),
)
"""Text in which a name or an address may stand that is looked for in erasing: mail and notices of others, and lists."""

SECRETS = frozenset({"password_hash", "refresh_hash", "secret_hash", "token_hash", "salt", "haystack"})
"""Columns that nobody takes along: they open doors, or say again what stands beside them."""
