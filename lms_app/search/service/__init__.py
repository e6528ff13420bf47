"""Finding anything by its words: `find` for people, `refresh` for the job that reads again what changed."""

from lms_app.search.service.finding import find
from lms_app.search.service.refreshing import is_stale, refresh
from lms_app.search.triggers import write_anew

__all__ = ["find", "is_stale", "refresh", "write_anew"]
