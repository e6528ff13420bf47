"""What one can do with a gradebook, one function per verb. It owns no marks: every total is made of `grades` on read.

`totals` of one student.
"""

from lms_app.gradebook.service.totals import course_total, goals, shares

__all__ = ["course_total", "goals", "shares"]
