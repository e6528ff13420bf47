"""Maintenance: closing the site to all but administrators, and opening it again."""

from lms_app.admin.service.door import enter
from lms_app.core import maintenance
from lms_app.core.work import Work


def site_closed(work: Work) -> str:
    """What is told to everybody else while the site is closed; "" while it is open."""
    enter(work)
    return maintenance.look(work) or ""


def close_site(work: Work, *, message: str = "") -> str:
    """Close the site, and return what is told. Administrators work on, and open attempts are still saved.

    Raises Invalid for a message that is too long.
    """
    enter(work)
    return maintenance.close(work, message)


def open_site(work: Work) -> None:
    """Open the site again. One that is open stays so."""
    enter(work)
    maintenance.reopen(work)
