"""What is set, where that comes from, and what is dangerous."""

from lms_app.admin.service.door import enter
from lms_app.core.doctor import Doctor, examine
from lms_app.core.work import Work


def doctor(work: Work) -> Doctor:
    """Every setting, without secrets. No query: a running site has the tables of its version."""
    enter(work)
    return examine()
