"""What one can do with courses, one function per verb, split by who acts and why."""

from lms_app.courses.service.door import enter, enter_by_slug, enter_item, lock_of, visible
from lms_app.courses.views import Membership

__all__ = ["Membership", "enter", "enter_by_slug", "enter_item", "lock_of", "visible"]
