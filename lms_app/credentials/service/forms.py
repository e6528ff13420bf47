"""What a course asks for its certificate as a form holds it: flat texts by the names of the inputs, and back."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from lms_app.core import typed
from lms_app.core.errors import Invalid
from lms_app.core.typed import Typed
from lms_app.core.work import Work
from lms_app.credentials.service import asking, designing
from lms_app.credentials.service.asking import TermsChanges
from lms_app.credentials.views import TermsView
from lms_app.web.views import Choice


def terms_form(work: Work, *, slug: str) -> tuple[TermsView, dict[str, str], list[Choice]]:
    """What a course asks, the same in a form, and the designs that it may choose from."""
    view = asking.terms(work, slug=slug)
    own = asking.own_design(work, slug=slug)
    values = {
        "offered": typed.ON if view.offered else "",
        "pass": typed.number(view.pass_fraction * 100) if view.pass_fraction else "",
        "automatic": typed.ON if view.automatic else "",
        "not_before": typed.moment(view.not_before, work.actor.zone),
        "valid_months": str(view.valid_months or ""),
        "valid_until": typed.moment(view.valid_until, work.actor.zone),
        "design_id": own,
        "zone": work.actor.zone,
    }
    listed = designing.designs(work, slug=slug).designs
    choices = [Choice("", "As the site does"), *(Choice(one.id, one.name) for one in listed)]
    return view, values, choices


def read_terms(values: Mapping[str, str], zone: str) -> TermsChanges:
    """What the form says. Raises Invalid by field."""
    form = Typed(values, zone)
    share, months = form.share("pass"), form.count("valid_months")
    changes = TermsChanges(
        offered=typed.is_on(values, "offered"),
        automatic=typed.is_on(values, "automatic"),
        not_before=form.moment("not_before"),
        valid_months=months,
        valid_until=form.moment("valid_until"),
        design_id=_uuid(form),
    )
    if "pass" not in form.wrong:
        changes["pass_fraction"] = share or Decimal(0)
    if form.wrong:
        raise Invalid(form.wrong)
    return changes


def _uuid(form: Typed) -> UUID | None:
    try:
        return UUID(said) if (said := form.text("design_id")) else None
    except ValueError:
        form.wrong["design_id"] = "Choose one of the designs of the site or of this course."
        return None
