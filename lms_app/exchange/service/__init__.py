"""Bringing courses and questions in, and questions out. `read_…` needs no database and no lock; `import_…` is one unit of work."""

from lms_app.exchange.render import render
from lms_app.exchange.service.banks import export_questions, import_desk, import_questions, preview_questions
from lms_app.exchange.service.courses import CourseDraft, import_course, read_course
from lms_app.exchange.service.quizzes import QuizDraft, enter_module, import_gift, read_gift
from lms_app.exchange.service.reading import BankDraft, read_questions

__all__ = [
    "BankDraft",
    "CourseDraft",
    "QuizDraft",
    "enter_module",
    "export_questions",
    "import_course",
    "import_desk",
    "import_gift",
    "import_questions",
    "preview_questions",
    "read_course",
    "read_gift",
    "read_questions",
    "render",
]
