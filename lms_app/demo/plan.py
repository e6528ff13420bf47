"""Who does what, and when: the story of the last weeks at Northfield, decided before anything is written.

Everything comes from seeded generators, so the same moment builds the same school.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from lms_app.demo.material import CourseMaterial
from lms_app.demo.people import STUDENTS

ZONE = ZoneInfo("Europe/London")
BEGUN_DAYS_AGO = {
    "bread-the-chemistry-of-a-loaf": 50,
    "principles-of-ecology": 42,
    "statistics-for-curious-people": 36,
    "reading-poems": 14,
}


@dataclass(frozen=True, slots=True)
class Habit:
    """How a kind of student goes about a course.

    `reach` is the share of the items that are open to them, `skill` the chance of knowing an answer, `last_seen` how
    many days ago they were last here, from and to.
    """

    reach: tuple[float, float]
    skill: tuple[float, float]
    last_seen: tuple[int, int]


HABITS = {
    "finisher": Habit((1.0, 1.0), (0.82, 0.97), (1, 12)),
    "steady": Habit((0.45, 0.75), (0.70, 0.92), (0, 2)),
    "starter": Habit((0.1, 0.3), (0.60, 0.85), (0, 4)),
    "behind": Habit((0.1, 0.35), (0.40, 0.65), (8, 13)),
    "gone": Habit((0.05, 0.2), (0.35, 0.7), (16, 30)),
}
# Of a course that began long ago more people have reached the end.
WEIGHTS = {"finisher": 20, "steady": 38, "starter": 16, "behind": 16, "gone": 10}
WEIGHTS_LATE = {"finisher": 42, "steady": 24, "starter": 10, "behind": 14, "gone": 10}
LATE_DAYS = 45


@dataclass(frozen=True, slots=True)
class Journey:
    """One student in one course. `items` is how many they complete, in the order of the outline.

    `resting_on` tells that they have opened the next item, too. The moments of their steps run from `joined_at` to
    `until`.
    """

    student: int
    slug: str
    joined_at: datetime
    until: datetime
    items: int
    skill: float
    resting_on: bool = True


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days as Northfield counts them, around the day on which the school is built."""

    now: datetime

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A wall-clock moment `days` from today (negative is before)."""
        day = self.now.astimezone(ZONE).date() + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), tzinfo=ZONE)

    def end_of_day(self, days: int) -> datetime:
        return self.at(days, 23, 59)


def journeys(courses: Sequence[CourseMaterial], now: datetime) -> list[Journey]:
    """Every enrolment of every student. Amina's are fixed, since she is the one that visitors sign in as."""
    rng = Random(2026)
    calendar = Calendar(now)
    by_slug = {course.slug: course for course in courses}
    found = list(_amina(calendar))
    for student in range(1, len(STUDENTS)):
        slugs = rng.sample(list(BEGUN_DAYS_AGO), k=rng.choices((1, 2, 3), weights=(25, 50, 25))[0])
        found.extend(_journey(rng, calendar, student, by_slug[slug]) for slug in slugs)
    return found


def _amina(calendar: Calendar) -> Iterable[Journey]:
    yield Journey(0, "principles-of-ecology", calendar.at(-24, 17, 5), calendar.now - timedelta(minutes=9), 7, 0.88)
    yield Journey(0, "statistics-for-curious-people", calendar.at(-26, 19, 30), calendar.at(-1, 20, 40), 6, 0.8)
    yield Journey(0, "reading-poems", calendar.at(-12, 21, 15), calendar.at(-3, 21, 50), 2, 0.85)


def _journey(rng: Random, calendar: Calendar, student: int, course: CourseMaterial) -> Journey:
    begun = BEGUN_DAYS_AGO[course.slug]
    weights = WEIGHTS_LATE if begun > LATE_DAYS else WEIGHTS
    habit = HABITS[rng.choices(list(weights), weights=list(weights.values()))[0]]
    open_items = open_now(course)
    items = round(rng.uniform(*habit.reach) * open_items)
    last = min(rng.randint(*habit.last_seen), begun - 3)
    joined = rng.randint(min(last + 2, begun - 1), begun - 1)
    until = calendar.at(-last, rng.randint(8, 22), rng.randrange(60))
    return Journey(
        student=student,
        slug=course.slug,
        joined_at=calendar.at(-joined, rng.randint(9, 21), rng.randrange(60)),
        until=min(until, calendar.now - timedelta(minutes=rng.randint(4, 55))),
        items=max(items, 1),
        skill=rng.uniform(*habit.skill),
        resting_on=items < open_items and rng.random() < 0.7,
    )


def open_now(course: CourseMaterial) -> int:
    """How many items one can do today: those before the first module that opens later."""
    count = 0
    for module in course.about.modules:
        if module.opens_in_days is not None and module.opens_in_days > 0:
            break
        count += len(module.items)
    return count


def moments(rng: Random, journey: Journey, count: int) -> list[datetime]:
    """`count` moments in order, bunched as people study: several steps in an evening, then some days off.

    None is before joining, and the last one is exactly `until`.
    """
    if count == 0:
        return []
    first, last = journey.joined_at + timedelta(minutes=6), journey.until
    evenings = [first + rng.random() * (last - first) for _ in range(max(1, count // 2))]
    steps = [rng.choice(evenings) + timedelta(minutes=rng.randint(-70, 70)) for _ in range(count - 1)]
    return [*sorted(min(max(step, first), last) for step in steps), last]
