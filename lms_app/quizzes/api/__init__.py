"""Quizzes over REST: `quizzes` and their attempts, the question `bank` of a course."""

from lms_app.quizzes.api import bank, quizzes

ROUTERS = (*quizzes.ROUTERS, *bank.ROUTERS)
