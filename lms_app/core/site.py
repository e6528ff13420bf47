"""What the people who run the place decided about it: its name, look and ways, in one row that every process looks at.

`known()` is what is true now, without a query: read once, and again when this process or another one changed it. What
the environment sets wins; the page says so and shows it read-only.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Field, select

from lms_app.core import audit, colours, db, when, words
from lms_app.core.db import Json, Moment, Row
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.settings import settings
from lms_app.core.watching import Watched
from lms_app.core.work import Work

NAME_MAX, WELCOME_MAX = 80, 120
BY_ENVIRONMENT = {
    "name": "site_name",
    "welcome": "notice_title",
    "self_registration": "self_registration",
    "backup_every_hours": "backup_every_hours",
    "backup_keep_days": "backup_keep_days",
}
"""Settings that the environment may set, too, and what they are called there."""
CHANGED = "Somebody else changed these settings meanwhile. Look at them as they are now, and save yours again."


@dataclass(frozen=True, slots=True)
class Logo:
    """A stored picture (WebP) by its SHA-256, and how large it is in pixels."""

    sha256: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Site:
    """`version` counts changes. `accent` is empty for the colours that the theme has. `zone` and `locale` are what new
    accounts begin with, `languages` what the interface is offered in."""

    version: int = 0
    name: str = settings.site_name
    welcome: str = settings.notice_title
    accent: str = ""
    logo: Logo | None = None
    zone: str = "UTC"
    locale: str = "en"
    languages: tuple[str, ...] = tuple(words.LANGUAGES)
    self_registration: bool = settings.self_registration
    backup_every_hours: int = settings.backup_every_hours
    backup_keep_days: int = settings.backup_keep_days


DEFAULTS = Site()


class SiteRow(Row, table=True):
    """There is one row once something was decided. `said` holds what differs from the defaults, and no more: a default
    that a new version brings is news for whoever never chose."""

    __tablename__ = "site"

    id: int = Field(default=1, primary_key=True)
    version: int
    changed_at: datetime = Field(sa_type=Moment)
    said: dict[str, Any] = Field(sa_type=Json)


_known: Site | None = None


def known() -> Site:
    """What is true now; at most `watching.EVERY_SECONDS` old where another process changed it."""
    if _known is None:
        try:
            with db.database().read.connect() as connection:
                row = connection.execute(select(SiteRow.version, SiteRow.said)).first()
        except (OperationalError, ProgrammingError):  # no tables yet
            return DEFAULTS
        _tell(_of(row))
    return _known or DEFAULTS


def forget() -> None:
    """Read it again when it is next wanted."""
    _tell(None)


def fixed() -> frozenset[str]:
    """What the environment sets, so that nobody can change it here."""
    return frozenset(name for name, theirs in BY_ENVIRONMENT.items() if theirs in settings.model_fields_set)


def look(work: Work) -> Site:
    """What the row says."""
    return _of(work.db.exec(select(SiteRow.version, SiteRow.said)).first())


def change(work: Work, *, version: int, changes: Mapping[str, Any]) -> Site:
    """Decide something; the rest, and what is None, stays (`logo`: False takes it away). `version` is that of the settings which were looked at.

    Who may was asked before. Raises Invalid naming each field, Conflict where another change came between.
    """
    row = work.db.exec(select(SiteRow).with_for_update()).first()
    before = _of((row.version, row.said) if row else None)
    if version != before.version:
        raise Conflict(CHANGED)
    wanted = _checked(before, changes)
    new = {name: value for name, value in wanted.items() if value != getattr(before, name)}
    if not new:
        return before
    said = {**(row.said if row else {}), **{name: _plain(value) for name, value in new.items()}}
    said = {name: value for name, value in said.items() if value != _plain(getattr(DEFAULTS, name))}
    if row is None:
        row = SiteRow(version=0, changed_at=work.now, said={})
    row.version, row.changed_at, row.said = before.version + 1, work.now, said
    work.db.add(row)
    work.db.flush()
    audit.record_change(
        work, "site.changed", "site", "settings", {name: _told(getattr(before, name)) for name in new}, _all_told(new)
    )
    after = _of((row.version, said))
    work.after_commit(lambda: _tell(after))
    return after


def _checked(before: Site, changes: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {name: value for name, value in changes.items() if value is not None and name not in fixed()}
    wrong: dict[str, str] = {}
    if wanted.get("logo") is False:
        wanted["logo"] = None
    if "name" in wanted:
        wanted["name"] = " ".join(str(wanted["name"]).split())
        if not wanted["name"]:
            wrong["name"] = "Give the place a name."
        elif len(wanted["name"]) > NAME_MAX:
            wrong["name"] = f"Use at most {NAME_MAX} characters."
    if "welcome" in wanted:
        wanted["welcome"] = " ".join(str(wanted["welcome"]).split()) or DEFAULTS.welcome
        if len(wanted["welcome"]) > WELCOME_MAX:
            wrong["welcome"] = f"Use at most {WELCOME_MAX} characters."
    if wanted.get("accent"):
        colour = colours.clean(wanted["accent"])
        wanted["accent"] = colour
        if not colour:
            wrong["accent"] = colours.NOT_A_COLOUR
        elif not colours.passes(colour):
            wrong["accent"] = (
                f"{colour} cannot be read well enough: it has {colours.least(colour, colours.LIGHT):.1f}:1 on light pages, "
                f"and 4.5:1 is the least. The nearest shade that can is {colours.nearest(colour)}."
            )
    if "zone" in wanted and not when.is_zone(wanted["zone"]):
        wrong["zone"] = "Choose a time zone from the list."
    if "locale" in wanted and not when.is_locale(wanted["locale"]):
        wrong["locale"] = "Choose a language from the list."
    if "languages" in wanted:
        wanted["languages"] = tuple(one for one in words.LANGUAGES if one in wanted["languages"])
        if not wanted["languages"]:
            wrong["languages"] = "Offer at least one language."
    if not 0 <= wanted.get("backup_every_hours", 0) <= 24 * 31:
        wrong["backup_every_hours"] = "Choose 0 to 744 hours."
    if not 0 <= wanted.get("backup_keep_days", 0) <= 3650:
        wrong["backup_keep_days"] = "Choose 0 to 3,650 days."
    if wrong:
        raise Invalid(wrong)
    return wanted


def _of(row: Any) -> Site:
    """The settings that a row says, with what the environment sets over them."""
    if row is None:
        return DEFAULTS
    names = {field.name for field in fields(Site)} - fixed() - {"version"}
    said = {name: value for name, value in dict(row[1]).items() if name in names}
    if said.get("logo"):
        said["logo"] = Logo(**said["logo"])
    if "languages" in said:
        # One that a newer version brought may stand there.
        known = tuple(one for one in said["languages"] if one in words.LANGUAGES)
        said["languages"] = known or tuple(words.LANGUAGES)
    return Site(version=row[0], **said)


def _plain(value: Any) -> Any:
    """As JSON takes it."""
    return asdict(value) if isinstance(value, Logo) else list(value) if isinstance(value, tuple) else value


def _told(value: Any) -> Any:
    """As the audit log says it: a picture by the beginning of its hash."""
    return value.sha256[:12] if isinstance(value, Logo) else ", ".join(value) if isinstance(value, tuple) else value


def _all_told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _told(value) for name, value in values.items()}


def _tell(site: Site | None) -> None:
    global _known
    _known = site
    words.offer((site or DEFAULTS).languages)


WATCHED = Watched("the settings of the site", look, _tell)
db.on_change(forget)
