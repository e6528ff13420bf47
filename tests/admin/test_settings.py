"""The settings of the site, by their services and over HTTP; their logo, and a test of the mail."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

from lms_app.admin import service, settings_api
from lms_app.core import limits, mail, site
from lms_app.core.errors import Conflict, Forbidden, Invalid
from lms_app.core.files import StoredFile
from lms_app.core.work import SYSTEM, reading
from lms_app.web import look_api
from tests.courses import rest

API = rest.app(*settings_api.ROUTERS, *look_api.ROUTERS)


def _picture(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size).save(out, kind)
    return out.getvalue()


def test_settings_are_changed_and_read_back(admin: Any) -> None:
    before = admin.sees(service.site_settings)

    after = admin.does(service.change_settings, version=before.version, name="Hill School", accent="")

    assert (before.name, after.name, after.version) == ("Northfield", "Hill School", 1)
    assert admin.sees(service.site_settings) == after
    with pytest.raises(Conflict):
        admin.does(service.change_settings, version=0, name="Dale School")


def test_a_logo_is_made_small_and_anybody_sees_it(admin: Any, tmp_path: Path) -> None:
    visitor = rest.browser(None, API)
    assert visitor.get("/site/logo").status_code == 404

    asyncio.run(service.set_logo(admin.actor, content=_picture()))
    shown = visitor.get("/site/logo")

    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    with Image.open(io.BytesIO(shown.content)) as opened:
        assert opened.size == (288, 96)
    assert "/site/logo?v=" in visitor.get("/site.css").text
    assert asyncio.run(service.set_logo(admin.actor, content=_picture(size=(50, 50)))).logo
    with reading(SYSTEM) as work:
        assert [file.scope for file in work.db.exec(select(StoredFile))] == ["logo"], "the old one goes"
    assert admin.does(service.remove_logo).logo == ""
    assert visitor.get("/site/logo").status_code == 404


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_picture_is_refused(admin: Any, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        asyncio.run(service.set_logo(admin.actor, content=content))

    assert set(refused.value.fields) == {"logo"}
    assert site.known().logo is None


def test_nobody_else_sets_a_logo_or_sends_a_test(student: Any, instructor: Any) -> None:
    for person in (student, instructor):
        with pytest.raises(Forbidden):
            asyncio.run(service.set_logo(person.actor, content=_picture()))
        with pytest.raises(Forbidden):
            asyncio.run(service.try_mail(person.actor))


def test_a_colour_is_told_in_numbers(admin: Any) -> None:
    good = admin.sees(service.look_at_accent, accent="#1e5f49")
    pale = admin.sees(service.look_at_accent, accent="#ffcc00")

    assert (good.passes, pale.passes) == (True, False)
    assert float(good.ratio) >= 4.5 > float(pale.ratio)
    assert float(pale.dark_ratio) >= 4.5
    assert admin.sees(service.look_at_accent, accent=pale.nearest).passes
    with pytest.raises(Invalid):
        admin.sees(service.look_at_accent, accent="green")


def test_a_test_mail_says_what_became_of_it(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Kept as a file" in asyncio.run(service.try_mail(admin.actor))

    # A port where nobody listens: the way to the server is what fails.
    monkeypatch.setattr(type(mail.settings), "mail", property(lambda _self: "smtp"))
    monkeypatch.setitem(mail.settings.__dict__, "smtp_host", "127.0.0.1")
    monkeypatch.setitem(mail.settings.__dict__, "smtp_port", 9)
    answer = asyncio.run(service.try_mail(admin.actor))

    assert "127.0.0.1" in answer
    assert "9" in answer


def test_tests_of_the_mail_are_counted(admin: Any) -> None:
    for _ in range(limits.LIMITS["mail_test"].times):
        asyncio.run(service.try_mail(admin.actor))
    with pytest.raises(Exception, match="Too many tests"):
        asyncio.run(service.try_mail(admin.actor))


def test_the_form_keeps_what_was_typed_and_saves_what_will_do(admin: Any) -> None:
    browser = rest.browser(admin, API)
    form = {"version": "0", "name": "Hill School", "welcome": "Come in", "accent": "#ffcc00", "zone": "Europe/Berlin"}
    form |= {"locale": "de", "language.en": "on", "backup_every_hours": "24", "backup_keep_days": "x", "first": "1"}
    multipart = {name: (None, value) for name, value in form.items()}

    wrong = browser.post("/admin/settings/save", files=multipart)
    right = browser.post(
        "/admin/settings/save",
        files={
            **multipart,
            "accent": (None, "#7a3e9d"),
            "backup_keep_days": (None, "14"),
            "logo": ("a.png", _picture(), "image/png"),
        },
    )

    assert (wrong.status_code, wrong.headers["location"]) == (303, "/admin/settings?first=1")
    assert (right.status_code, right.headers["location"]) == (303, "/admin/settings?first=1")
    now = admin.sees(service.site_settings)
    assert (now.name, now.accent, now.zone, now.locale) == ("Hill School", "#7a3e9d", "Europe/Berlin", "de")
    assert (now.backup_every_hours, now.backup_keep_days, now.self_registration) == (24, 14, False)
    assert now.logo


def test_the_sheet_is_answered_once_and_then_as_it_was(admin: Any) -> None:
    visitor = rest.browser(None, API)
    first = visitor.get("/site.css")
    tag = first.headers["etag"]

    assert first.headers["content-type"].startswith("text/css")
    assert visitor.get("/site.css", headers={"if-none-match": tag}).status_code == 304
    wished = visitor.get("/site.css", headers={"cookie": "lectern-look=contrast.still", "if-none-match": tag})
    assert wished.status_code == 200
    assert "@media (prefers-contrast" not in wished.text
    admin.does(service.change_settings, version=0, name="Hill School")
    assert "Hill School" in visitor.get("/site.css", headers={"if-none-match": tag}).text
