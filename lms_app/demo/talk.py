"""What people ask under the lessons of the demo school, and what they are told."""

from dataclasses import dataclass

COURSE = "principles-of-ecology"
STAFF = -1  # who says it: the instructor, or a student of the course by number; 0 is Amina


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, or with `to` a reply to the post of that number in the thread (0 is the question), hours after it began."""

    who: int
    hours: float
    text: str
    to: int | None = None
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question under the lesson of that number, days ago."""

    lesson: int
    who: int
    days: int
    title: str
    text: str
    said: tuple[Said, ...] = ()
    votes: tuple[int, ...] = ()


THREADS = (
    Asked(
        2,
        1,
        9,
        "What if a marked snail is easier to see?",
        "I put a dot of **yellow** paint on 30 snails. When I came back I found 14 of them among 40, and I suspect that I "
        "found them *because* they were yellow. Does that make my estimate too large or too small?",
        (
            Said(
                2,
                5,
                "Too small, I think. You divide by the share of marked ones, and that share came out larger than it is.",
            ),
            Said(
                STAFF,
                21,
                "It is too small. The estimate is\n\n$$N = \\frac{M \\cdot C}{R}$$\n\nwith $M$ marked, $C$ caught the second "
                "time and $R$ of those marked. Yours is $30 \\cdot 40 / 14 \\approx 86$. If bright paint brought you even four "
                "marked snails too many, $R$ should have been 10, and $N$ would be 120.\n\nPut the dot on the **underside** "
                "of the shell next time. It helps the snail with the thrush, too.",
                accepted=True,
            ),
            Said(1, 26, "The thrush had not occurred to me. Underside it is.", to=2),
        ),
        votes=(0, 3),
    ),
    Asked(
        0,
        0,
        4,
        "Is a garden pond one place or several?",
        "Mine has a shallow end that dries out in August, and a deep one that does not. Do I describe it once, or twice?",
        (
            Said(
                3,
                3,
                "I had the same with a hedge and its two sides. I wrote one page with two columns, and that showed me "
                "what differs.",
            ),
            Said(STAFF, 19, "Two columns are a good answer. At which scale would it be one place again?", to=1),
        ),
    ),
    Asked(
        3,
        2,
        1,
        "Where does the K in the logistic curve come from?",
        "I can follow the growth, and I see that it levels off. But who decides where? In the duckweed example it is the "
        "area of the pond. What is it for owls?",
    ),
)
