"""The one assignment of the demo school: what is asked, by what it is marked, and what some students handed in."""

from decimal import Decimal

from lms_app.rubrics import service as rubrics
from lms_app.rubrics.views import CriterionView, LevelView, RubricView

COURSE, MODULE = "principles-of-ecology", 1  # at the end of its second module
TITLE = "One square metre"
DUE_IN_DAYS, CLOSES_IN_DAYS = 6, 9
BRIEF = """\
Mark out **one square metre** somewhere outside: a lawn, the foot of a wall, the edge of a pond. Spend twenty minutes
with it, and write down what lives there.

1. Say where it is, so exactly that somebody else would find it.
2. Count at least three kinds of plants or animals. Where you cannot count them all, take a sample, and say how.
3. Estimate how many of one kind live in a hundred such squares, and how far you trust that number.

Three hundred words are enough. A drawing or a photograph helps.
"""
_LEVELS = ("Not yet", "Partly", "Well", "Very well")


def rubric() -> RubricView:
    criteria = {
        "Place": "Somebody else would find the square and know it again.",
        "Counting": "What was counted and how, with numbers.",
        "Estimate": "From the sample to the whole, with its doubts.",
    }
    return rubrics.draft(
        "rubric", "Field notes", [_criterion(title, description) for title, description in criteria.items()]
    )


def _criterion(title: str, description: str) -> CriterionView:
    levels = [
        LevelView("", word, "", Decimal(points), Decimal(points))
        for word, points in zip(_LEVELS, (0, 2, 3, 4), strict=True)
    ]
    return CriterionView("", title, description, Decimal(4), levels)


# By days ago; each by another student of the course.
TEXTS: tuple[tuple[int, str], ...] = (
    (
        4,
        """\
My square lies on the south side of the churchyard wall, two steps left of the third buttress, where the mower does not
reach. I pegged it with knitting needles.

I counted **41 daisies**, **6 dandelions** and, under two flat stones, **19 woodlice**. The grass I did not count: I laid
a ruler at five places and counted the blades along ten centimetres, between 22 and 31 each time.

In a hundred such squares I would expect about 4,000 daisies, but only along the wall. Two metres further out, in the
shade of the yew, I looked again and found none. So I trust the number for the wall, and not for the churchyard.""",
    ),
    (
        3,
        """\
The square is on the canal towpath between lock 12 and the footbridge. Half of it is path. That was a mistake, but I
kept it, since a towpath is what there is.

On the green half: plantain 14, white clover too many to count, ants going along one line. I sampled the clover with a
postcard laid down four times without looking: 9, 12, 7 and 15 leaves, so about 11 to a card, and 70 cards to my half.
That makes **770 leaves**.

A hundred squares would have 77,000 if all were like mine. They are not: the path is everywhere, so half of that is
nearer.""",
    ),
    (
        2,
        """\
*Where:* the balcony box outside my kitchen, one metre by one metre if you count the wall behind it.

*What:* three tomato plants, 26 aphids on the left one and none on the others, one spider that had eaten, to judge by
her web, 8 of them already.

*How many in a hundred:* I do not believe that I can say. Aphids sit where aphids sit. If I had chosen the plant in the
middle I would have written zero.""",
    ),
    (
        1,
        """\
A corner of the school pond, from the bank to one metre in, at the post with the lifebelt. I counted from a plank for
twenty minutes, with Hannah calling the time.

Pond skaters crossed my square 31 times. I do not know whether they were 31 skaters or one who likes me. Next time I
would mark them with a dot of paint, as the lesson says, and come back.

Duckweed covered a third of it. One spoon had 84 leaves, and I think that 300 spoons would fill that third, so there may
be about **25,000**, give or take a third of that.""",
    ),
)
