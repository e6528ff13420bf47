"""The first run: whoever can read the console becomes the first administrator, by a code that is good once.

While there is an administrator none of this is there: the code is worthless, and the page does not exist.
"""

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from lms_app.accounts import service as accounts
from lms_app.accounts.views import SignedIn
from lms_app.admin.models import SetupCode
from lms_app.admin.service.door import enter
from lms_app.core import audit, limits, site
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import Audience, User
from lms_app.core.work import SYSTEM, Actor, SiteRole, Work, ask, perform

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none looks like another one
GROUPS, IN_A_GROUP = 7, 4  # 28 letters of 5 bits: 140 bits
GOOD_FOR = timedelta(hours=24)
WRONG = "This code does not fit. Copy it from the console as it stands there; a start of the server shows a new one."
DONE = "This place has an administrator already. Sign in."


def is_unclaimed(work: Work) -> bool:
    """Whether nobody runs this place yet. For anybody: it is what `/setup` is there for."""
    return work.db.exec(select(User.id).where(col(User.role) == SiteRole.ADMIN).limit(1)).first() is None


def new_code(work: Work) -> str | None:
    """A new code for the console, in place of the one before; None where an administrator is there. For the command line."""
    enter(work)
    if not is_unclaimed(work):
        work.db.exec(delete(SetupCode))
        return None
    letters = [secrets.choice(LETTERS) for _ in range(GROUPS * IN_A_GROUP)]
    code = "-".join("".join(letters[at : at + IN_A_GROUP]) for at in range(0, len(letters), IN_A_GROUP))
    work.db.exec(delete(SetupCode))
    work.db.add(SetupCode(code_hash=_hashed(code), expires_at=work.now + GOOD_FOR))
    return code


async def set_up(
    caller: Actor, *, code: str, name: str, email: str, password: str, audience: Audience, agent: str = ""
) -> SignedIn:
    """Make the first administrator, signed in. Of two at once with the same code one does.

    Raises NotFound where somebody runs this place already, Invalid naming each field, TooMany.
    """
    await ask(caller, _check_code, code=code)
    password_hash = await accounts.new_hash(caller, name=name, email=email, password=password)
    given = {"code": code, "name": name, "email": email, "password_hash": password_hash}
    return await perform(caller, claim, **given, audience=audience, agent=agent)


def claim(
    work: Work, *, code: str, name: str, email: str, password_hash: str, audience: Audience, agent: str = ""
) -> SignedIn:
    """The act of `set_up`: the code is used up, and whoever had it is the administrator. Raises NotFound, Invalid."""
    if not is_unclaimed(work):
        raise NotFound(DONE)
    # One statement looks and takes: of two at once, on any database, one finds it.
    taken = work.db.connection().execute(
        delete(SetupCode).where(col(SetupCode.code_hash) == _hashed(code), col(SetupCode.expires_at) > work.now)
    )
    if taken.rowcount != 1:
        raise Invalid({"code": WRONG})
    # Its holder speaks for the console from here on.
    by_console = replace(work, actor=replace(SYSTEM, ip=work.actor.ip))
    made = accounts.create_account(
        by_console,
        email=email,
        name=name,
        role=SiteRole.ADMIN,
        password_hash=password_hash,
        zone=site.look(work).zone,
    )
    audit.record(work, "site.claimed", "user", made.id)
    return accounts.begin_for(by_console, user_id=UUID(made.id), audience=audience, agent=agent)


def _check_code(work: Work, *, code: str) -> None:
    """Before anything is hashed. Each try counts, a right one too: it is needed once."""
    if not is_unclaimed(work):
        raise NotFound(DONE)
    limits.hit(work, "setup", work.actor.ip)
    limits.hit(work, "setup_all", "everybody")
    good = select(SetupCode.id).where(col(SetupCode.code_hash) == _hashed(code), col(SetupCode.expires_at) > work.now)
    if work.db.exec(good).first() is None:
        raise Invalid({"code": WRONG if code.strip() else "Enter the code from the console."})


def _hashed(code: str) -> str:
    """Of the letters alone, as people copy them. 140 random bits need no slow hash."""
    letters = code[:200].upper().translate(str.maketrans("OIL", "011"))
    return hashlib.sha256("".join(one for one in letters if one in LETTERS).encode()).hexdigest()
