"""What comes in and goes out: one module per format.

A format of questions has `read(text) -> QuestionFile`; a format of courses has `read(folder) -> CourseDraft`. Both are pure:
no database, no lock; `exchange.service` writes what they read.
"""
