"""What is decided about the place: kept in one row, known without a query, and never over what the environment says."""

from typing import Any

import pytest
from sqlmodel import col, select

from lms_app.core import site, words
from lms_app.core.audit import AuditEntry
from lms_app.core.doctor import examine
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.settings import settings
from lms_app.core.site import Logo, Site
from lms_app.core.work import SYSTEM, reading, unit_of_work
from lms_app.web import look


def _change(version: int, **changes: Any) -> Site:
    with unit_of_work(SYSTEM) as work:
        return site.change(work, version=version, changes=changes)


def test_a_change_is_known_at_once_and_kept_without_the_rest(database: Any) -> None:
    assert site.known() == site.DEFAULTS

    now = _change(0, name="  Hill   School ", accent="#7A3E9D", zone="Europe/Berlin", self_registration=False)

    assert (now.version, now.name, now.accent, now.self_registration) == (1, "Hill School", "#7a3e9d", False)
    assert site.known() == now
    site.forget()
    assert site.known() == now
    with reading(SYSTEM) as work:
        said = work.db.exec(select(site.SiteRow.said)).one()
    assert said == {"name": "Hill School", "accent": "#7a3e9d", "zone": "Europe/Berlin", "self_registration": False}


def test_what_was_known_before_somebody_elses_change_is_refused(database: Any) -> None:
    _change(0, name="Hill School")

    with pytest.raises(Conflict):
        _change(0, name="Dale School")
    assert _change(1, name="Hill School").version == 1, "nothing new is no change"


def test_what_will_not_do_is_named_and_nothing_is_kept(database: Any) -> None:
    with pytest.raises(Invalid) as refused:
        _change(
            0, name=" ", accent="#ffcc00", zone="Mars/Base", locale="xx-none", languages=["tlh"], backup_keep_days=-1
        )

    assert set(refused.value.fields) == {"name", "accent", "zone", "locale", "languages", "backup_keep_days"}
    assert "1.4:1" in refused.value.fields["accent"] or "1.3:1" in refused.value.fields["accent"]
    assert "nearest shade" in refused.value.fields["accent"]
    assert site.known() == site.DEFAULTS


def test_what_is_not_offered_is_not_spoken(database: Any) -> None:
    every = site.known().languages

    offered = _change(0, languages=["ar", "de"])

    assert every == ("en", "de", "ar")
    assert offered.languages == ("de", "ar")
    assert (words.language_of("en-GB"), words.accepted("en, ar;q=0.5")) == ("", "ar")
    with words.speaking("en"):
        assert words.spoken() == "de", "the first of them"
    assert look.style(offered).count('form[action="/auth/language/en"]{display:none}') == 1
    assert 'language/de"]' not in look.style(offered)
    site.forget()
    assert site.known() == offered
    assert words.offered() == ("de", "ar"), "whoever looks at the row speaks so, too"


def test_where_one_language_is_offered_there_is_nothing_to_choose(database: Any) -> None:
    assert look.style(_change(0, languages=["de"])).count("{display:none}") == 3


def test_a_suggested_shade_is_taken(database: Any) -> None:
    with pytest.raises(Invalid) as refused:
        _change(0, accent="#ffcc00")

    assert _change(0, accent=refused.value.fields["accent"].rstrip(".").rpartition(" ")[2]).accent


def test_the_environment_wins(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _change(0, name="Hill School", welcome="Come in")
    monkeypatch.setattr(type(settings), "model_fields_set", {"site_name"})
    site.forget()

    assert site.fixed() == {"name"}
    assert (site.known().name, site.known().welcome) == (settings.site_name, "Come in")
    assert _change(1, name="Dale School", zone="Europe/Paris").zone == "Europe/Paris"
    assert site.known().name == settings.site_name


def test_what_changed_is_written_down_from_what_to_what(database: Any) -> None:
    _change(0, name="Hill School", backup_every_hours=24)

    with reading(SYSTEM) as work:
        entry = work.db.exec(select(AuditEntry).where(col(AuditEntry.action) == "site.changed")).one()
    assert entry.old == {"name": settings.site_name, "backup_every_hours": 0}
    assert entry.new == {"name": "Hill School", "backup_every_hours": 24}


def test_the_doctor_says_what_is_decided_here(database: Any) -> None:
    _change(0, backup_every_hours=24, self_registration=False)

    rows = {row.name: row for row in examine().settings}

    assert (rows["LMS_BACKUP_EVERY_HOURS"].value, rows["LMS_BACKUP_EVERY_HOURS"].source) == ("24", "settings")
    assert rows["LMS_BACKUP_EVERY_HOURS"].danger == ""
    assert (rows["LMS_SELF_REGISTRATION"].value, rows["LMS_SITE_NAME"].source) == ("off", "default")


# ---- The style sheet


def test_the_sheet_is_small_and_holds_no_more_than_it_may() -> None:
    quoted = Site(name='"}</style><script>\\', accent="#7a3e9d", logo=Logo("ab" * 32, 300, 90))

    text = look.style(quoted, contrast=True, still=True)

    assert len(text) < 4_000
    assert "<" not in text
    assert text.count("{") == text.count("}")
    assert "@media (prefers-contrast" not in text
    assert f"{look.LOGO}?v={'ab' * 8}" in text


def test_without_wishes_the_device_is_asked() -> None:
    text = look.style(Site())

    assert "@media (prefers-contrast:more)" in text
    assert "animation-duration" not in text, "the theme has that rule"
    assert "--brand:" not in text.partition("@media (prefers-contrast")[0], "the theme's own accent stays"
