"""Rules of one's own pages, without a database: the words of the home, the weeks of a month, and days in a row."""

from lms_app.home.rules.month import Seen, days_shown, month_of, revised
from lms_app.home.rules.streak import STREAK_MAX, Streak, days_of, streak
from lms_app.home.rules.words import Standing, greeting, truth

__all__ = [
    "STREAK_MAX",
    "Seen",
    "Standing",
    "Streak",
    "days_of",
    "days_shown",
    "greeting",
    "month_of",
    "revised",
    "streak",
    "truth",
]
