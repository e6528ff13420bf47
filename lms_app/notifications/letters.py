"""Words from templates: an event's line and text, and the whole of a mail, plain and in HTML."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from lms_app.core import site, text, when, words
from lms_app.core.settings import settings
from lms_app.core.words import say
from lms_app.notifications.events import EVENTS
from lms_app.notifications.views import LetterView
from lms_app.web import routes

TITLE_MAX = 300


@dataclass(frozen=True, slots=True)
class Told:
    event: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the words are: what is told is the same for everybody, but not what a moment is called."""

    zone: str = "UTC"
    locale: str = "en"


@pass_context
def _moment(context: Context, text: str) -> str:
    """A moment that is told as ISO text: "Tue 24 Nov, 23:59 (Central European Standard Time)"."""
    return when.zoned(datetime.fromisoformat(text), context["reader"].zone, context["reader"].locale)


@pass_context
def _in_order(context: Context, value: Any) -> Any:
    return value if isinstance(value, Markup) else words.in_order(value, words.language_of(context["reader"].locale))


def _markdown(source: str) -> Markup:
    return Markup(text.to_html(source))  # sanitised there


_folder = FileSystemLoader(Path(__file__).parent / "templates")
# One line or plain text: nothing to escape.
_plain = Environment(undefined=ChainableUndefined, autoescape=False, finalize=_in_order)
_html = Environment(undefined=ChainableUndefined, autoescape=True, finalize=_in_order)
_html.filters["markdown"] = _markdown
for made in (_plain, _html):
    cast(dict[str, Any], made.filters)["moment"] = _moment
_plain_mail = Environment(loader=_folder, undefined=StrictUndefined, autoescape=False, trim_blocks=True)
_html_mail = Environment(loader=_folder, undefined=StrictUndefined, autoescape=True, trim_blocks=True)


@lru_cache(256)
def _compiled(source: str, html: bool = False) -> Template:
    return (_html if html else _plain).from_string(source)


def title_of(told: Told, reader: Reader) -> str:
    """The line that says what happened."""
    line = _compiled(words.found(EVENTS[told.event].title, words.language_of(reader.locale))).render(
        told.data, reader=reader
    )
    return " ".join(line.split())[:TITLE_MAX]


def text_of(told: Told, reader: Reader) -> str:
    """What stands under the line, plain."""
    return (
        _compiled(words.found(EVENTS[told.event].text, words.language_of(reader.locale)))
        .render(told.data, reader=reader)
        .strip()
    )


def html_of(told: Told, reader: Reader) -> Markup:
    """What stands under the line, safe."""
    event = EVENTS[told.event]
    if event.html:
        return Markup(_compiled(event.html, html=True).render(told.data, reader=reader))
    paragraphs = text_of(told, reader).split("\n\n")
    return Markup("").join(Markup("<p>{}</p>").format(part) for part in paragraphs if part)


def letter(told: list[Told], unsubscribe: str, reader: Reader) -> LetterView:
    """One mail about all of it. Without an address to unsubscribe at, its foot leads to the settings alone."""
    with words.speaking(reader.locale):
        return _letter(told, unsubscribe, reader)


def _letter(told: list[Told], unsubscribe: str, reader: Reader) -> LetterView:
    parts = [
        {
            "title": title_of(one, reader),
            "text": text_of(one, reader),
            "html": html_of(one, reader),
            "url": f"{settings.url}{one.data.get('url', '')}",
        }
        for one in told
    ]
    subject = (
        parts[0]["title"] if len(parts) == 1 else say("{site}: {n} notifications", site=site.known().name, n=len(parts))
    )
    around = {
        "subject": subject,
        "parts": parts,
        "site_name": site.known().name,
        "settings_url": f"{settings.url}{routes.notification_settings()}",
        "unsubscribe": unsubscribe,
        "t": say,
        "language": words.spoken(),
        "direction": words.direction(),
    }
    return LetterView(
        subject,
        _plain_mail.get_template("mail.txt").render(around),
        _html_mail.get_template("mail.html").render(around),
    )
