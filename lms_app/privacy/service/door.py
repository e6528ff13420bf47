"""The one door of what administrators do here."""

from lms_app.core.errors import Forbidden
from lms_app.core.work import Work


def enter(work: Work) -> None:
    """For administrators only. Raises NotSignedIn or Forbidden."""
    if work.actor.is_admin:
        return
    _ = work.user_id
    raise Forbidden("Only administrators can open this page.")
