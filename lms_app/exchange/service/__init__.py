"""Bringing courses and questions in. `read_…` needs no database and no lock; `import_…` is one unit of work."""

from lms_app.exchange.render import render
from lms_app.exchange.service.courses import CourseDraft, import_course, read_course
from lms_app.exchange.service.quizzes import QuizDraft, enter_module, import_gift, read_gift

__all__ = [
    "CourseDraft",
    "QuizDraft",
    "enter_module",
    "import_course",
    "import_gift",
    "read_course",
    "read_gift",
    "render",
]
