"""What the pages of this room show, each in one read."""

from lms_app.core import when
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.privacy.service import agreeing, mapping, requesting, retaining, taking
from lms_app.privacy.views import AnswerLine, Desk, MyData


def my_data(work: Work) -> MyData:
    """My copies, my answers, and whether my account is to be erased."""
    erasure = requesting.erasure(work)
    zone, locale = work.actor.zone, work.actor.locale
    named = {"terms": "Terms", "privacy": say("Privacy notice")}
    lines = [
        AnswerLine(
            f"{named[one.kind]}, version {one.version}",
            f"{'agreed' if one.agreed else 'declined'} {when.moment(one.at, zone, locale, now=work.now)}",
        )
        for one in agreeing.answers(work)
    ]
    return MyData(erasure.due, erasure.days, taking.take_outs(work), lines)


def desk(work: Work) -> Desk:
    """For administrators: what would be removed now, and whose accounts are to be erased."""
    return Desk(rules=retaining.retention(work), erasures=requesting.erasures_waiting(work))


def map_desk(work: Work) -> Desk:
    """For administrators: the data map."""
    return Desk(map=mapping.data_map(work))


def texts_desk(work: Work) -> Desk:
    """For administrators: every version of the texts."""
    return Desk(texts=agreeing.policies(work))
