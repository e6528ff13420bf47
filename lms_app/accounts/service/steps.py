"""What takes more than a transaction: passwords are hashed and compared, pictures made small, before one begins.

Pages and routes call these; each ends in one of the verbs beside it.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from lms_app.accounts.rules import fields
from lms_app.accounts.rules.passwords import BYTES_MAX, password_problem
from lms_app.accounts.service import entering, links, making, myself, passwords
from lms_app.accounts.service.entering import WrongPair
from lms_app.accounts.views import Kept, ProfileView, SignedIn
from lms_app.core import files, identity, limits, site
from lms_app.core.errors import Invalid, TooMany
from lms_app.core.identity import Audience
from lms_app.core.pictures import BadPicture, avatar_of
from lms_app.core.settings import settings
from lms_app.core.words import say
from lms_app.core.work import Actor, ask, perform

WRONG_CURRENT = "This is not your current password."
SAME_PASSWORD = "This is your current password. Choose another one."
# A large picture takes 100 MB while it is made small: one at a time.
_painter = ThreadPoolExecutor(1, thread_name_prefix="pictures")


async def sign_in(caller: Actor, *, email: str, password: str, audience: Audience, agent: str = "") -> SignedIn:
    """A session for whoever knows the password. Takes as long for an address that nobody has.

    Every try counts before the password is looked at, so that a hundred at once are a hundred. A right one forgets the
    wrong ones of its account and is not held against its network. Raises WrongPair, TooMany, NotVerified, Suspended.
    """
    email = fields.comparable(email)
    kept = await ask(caller, entering.kept_for_try, email=email)
    try:
        right = await _is_right(password, kept, caller)
    except TooMany:
        limits.take_back("sign_in_address", caller.ip)
        limits.take_back("sign_in_account", email)
        raise
    if not right:
        await perform(caller, entering.note_failure, user_id=kept.user_id)
        raise WrongPair()
    limits.take_back("sign_in_address", caller.ip)
    limits.forgive("sign_in_account", email)
    new_hash = await identity.hashed(password, caller.ip) if identity.is_outdated(kept.hash) else None
    return await perform(caller, entering.begin, kept=kept, audience=audience, agent=agent, new_hash=new_hash)


async def register(caller: Actor, *, name: str, email: str, password: str) -> None:
    """Make an account whose address has to be confirmed; the same answer for an address that has one.

    Raises Invalid naming each field, Forbidden where people cannot register themselves, TooMany.
    """
    making.check_registration()
    password_hash = await new_hash(caller, name=name, email=email, password=password)
    await perform(caller, making.register, email=email, name=name, password_hash=password_hash)


async def new_hash(caller: Actor, *, name: str, email: str, password: str) -> str:
    """What `making.welcome` takes for the first password of an invited person. Raises Invalid naming each field, TooMany."""
    email, name = fields.comparable(email), fields.clean_name(name)
    making.check_fields(email=email, name=name, password=_problem(password, name, email))
    await ask(caller, making.count_registration, email=email)
    return await identity.hashed(password, caller.ip)


async def reset_password(
    caller: Actor, *, token: str, password: str, sign_in: bool = False, agent: str = ""
) -> SignedIn | None:
    """Choose a password by a mailed link. Raises Invalid, NotFound when the link is over, Suspended, TooMany."""
    link = await ask(caller, links.read_link, token=token)
    making.check_fields(password=_problem(password, link.name, link.email))
    password_hash = await identity.hashed(password, caller.ip)
    return await perform(
        caller, passwords.reset_password, token=token, password_hash=password_hash, sign_in=sign_in, agent=agent
    )


async def change_password(caller: Actor, *, current: str, password: str) -> None:
    """Change one's own password. Raises NotSignedIn, Invalid naming each field, TooMany, Conflict."""
    kept = await _my_kept(caller)
    problem = _problem(password, kept.name, kept.email) or (SAME_PASSWORD if password == current else "")
    making.check_fields(password=problem, current="" if current else say("Enter your current password."))
    await _prove(caller, kept, current)
    password_hash = await identity.hashed(password, caller.ip)
    await perform(caller, passwords.change_password, kept=kept, password_hash=password_hash)


async def ask_new_email(caller: Actor, *, current: str, email: str) -> None:
    """Ask for another address. Raises NotSignedIn, Invalid naming each field, TooMany, Conflict."""
    kept = await _my_kept(caller)
    making.check_fields(email=fields.comparable(email), current="" if current else say("Enter your current password."))
    await _prove(caller, kept, current)
    await perform(caller, myself.ask_new_email, kept=kept, email=email)


async def prove(caller: Actor, *, current: str) -> Kept:
    """That whoever asks knows their password: what other rooms ask for before what cannot be undone.

    Raises NotSignedIn, Invalid naming `current`, TooMany.
    """
    kept = await _my_kept(caller)
    making.check_fields(current="" if current else say("Enter your current password."))
    await _prove(caller, kept, current)
    return kept


async def set_avatar(caller: Actor, *, content: bytes) -> ProfileView:
    """Make a picture one's own. Raises NotSignedIn, Invalid, TooMany."""
    await ask(caller, myself.count_picture)
    try:
        small = await asyncio.get_running_loop().run_in_executor(_painter, avatar_of, content)
    except BadPicture as error:
        raise Invalid({"avatar": str(error)}) from None
    staged = await asyncio.to_thread(files.stage_bytes, small)
    return await perform(caller, myself.set_avatar, staged=staged)


async def _my_kept(caller: Actor) -> Kept:
    return await ask(caller, entering.my_kept)


async def _prove(caller: Actor, kept: Kept, current: str) -> None:
    """That whoever sits at the keyboard knows the password."""
    await ask(caller, entering.count_proof)
    if not await _is_right(current, kept, caller):
        raise Invalid({"current": WRONG_CURRENT})
    limits.forgive("password", str(kept.user_id))


async def _is_right(password: str, kept: Kept, caller: Actor) -> bool:
    if len(password.encode(errors="surrogatepass")) > BYTES_MAX:
        password = ""  # compared all the same: time must not tell who exists
    return await identity.verified(password, kept.hash, caller.ip)


def _problem(password: str, name: str, email: str) -> str:
    own = (site.known().name, name, *email.split("@"))
    return password_problem(password, minimum=settings.password_min_characters, own_words=own)
