"""Words from templates: an event's line and text, and the whole of a mail, plain and in HTML."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from lms_app.core import text
from lms_app.core.settings import settings
from lms_app.notifications.events import EVENTS
from lms_app.notifications.views import LetterView
from lms_app.web import routes

TITLE_MAX = 300


@dataclass(frozen=True, slots=True)
class Told:
    event: str
    data: dict[str, Any]


def _markdown(source: str) -> Markup:
    return Markup(text.to_html(source))  # sanitised there


_folder = FileSystemLoader(Path(__file__).parent / "templates")
_plain = Environment(undefined=ChainableUndefined, autoescape=False)  # one line or plain text: nothing to escape
_html = Environment(undefined=ChainableUndefined, autoescape=True)
_html.filters["markdown"] = _markdown
_plain_mail = Environment(loader=_folder, undefined=StrictUndefined, autoescape=False, trim_blocks=True)
_html_mail = Environment(loader=_folder, undefined=StrictUndefined, autoescape=True, trim_blocks=True)


@lru_cache(256)
def _compiled(source: str, html: bool = False) -> Template:
    return (_html if html else _plain).from_string(source)


def title_of(told: Told) -> str:
    """The line that says what happened."""
    line = _compiled(EVENTS[told.event].title).render(told.data)
    return " ".join(line.split())[:TITLE_MAX]


def text_of(told: Told) -> str:
    """What stands under the line, plain."""
    return _compiled(EVENTS[told.event].text).render(told.data).strip()


def html_of(told: Told) -> Markup:
    """What stands under the line, safe."""
    event = EVENTS[told.event]
    if event.html:
        return Markup(_compiled(event.html, html=True).render(told.data))
    return Markup("").join(Markup("<p>{}</p>").format(part) for part in text_of(told).split("\n\n") if part)


def letter(told: list[Told], unsubscribe: str) -> LetterView:
    """One mail about all of it. Without an address to unsubscribe at, its foot leads to the settings alone."""
    parts = [
        {
            "title": title_of(one),
            "text": text_of(one),
            "html": html_of(one),
            "url": f"{settings.url}{one.data.get('url', '')}",
        }
        for one in told
    ]
    subject = parts[0]["title"] if len(parts) == 1 else f"{settings.site_name}: {len(parts)} notifications"
    around = {
        "subject": subject,
        "parts": parts,
        "site_name": settings.site_name,
        "settings_url": f"{settings.url}{routes.notification_settings()}",
        "unsubscribe": unsubscribe,
    }
    return LetterView(
        subject,
        _plain_mail.get_template("mail.txt").render(around),
        _html_mail.get_template("mail.html").render(around),
    )
