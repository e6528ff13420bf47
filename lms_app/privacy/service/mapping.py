"""The data map for administrators."""

from lms_app.core.work import Work
from lms_app.privacy.rules.page import fate_of, whose_of
from lms_app.privacy.rules.places import PLACES
from lms_app.privacy.rules.tables import TABLES
from lms_app.privacy.service.door import enter
from lms_app.privacy.views import MapRow


def data_map(work: Work) -> list[MapRow]:
    """Where something about people is kept, why, for how long, and what erasing does. The same as `docs/data-map.md`."""
    enter(work)
    tables = [MapRow(whose_of(one), one.what, one.purpose, str(one.ground), one.kept, fate_of(one)) for one in TABLES]
    places = [MapRow(one.where, one.what, one.purpose, str(one.ground), one.kept, one.erased) for one in PLACES]
    return tables + places
