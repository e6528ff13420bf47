"""What asks for a password first: it is compared before the transaction begins."""

from uuid import UUID

from lms_app.accounts import service as accounts
from lms_app.core.work import Actor, ask, perform
from lms_app.privacy.service import requesting
from lms_app.privacy.service.door import enter
from lms_app.privacy.service.erasing import Erased
from lms_app.privacy.views import ErasureView


async def ask_erasure(caller: Actor, *, current: str) -> ErasureView:
    """Have my account erased after some days. Raises NotSignedIn, Invalid naming `current`, TooMany, Conflict."""
    kept = await accounts.prove(caller, current=current)
    return await perform(caller, requesting.request_erasure, kept=kept)


async def erase_now(caller: Actor, *, user_id: UUID, reason: str, current: str) -> Erased:
    """Erase somebody at once, for administrators. Raises NotSignedIn, Forbidden, Invalid, TooMany, NotFound, Conflict."""
    await ask(caller, enter)  # who may not is told so before any password is looked at
    kept = await accounts.prove(caller, current=current)
    return await perform(caller, requesting.erase_person, user_id=user_id, reason=reason, kept=kept)
