"""Pages that are drawn by Jinja2 instead of the app: for who has no account, with true statuses and no script needed."""

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms_app.core import site, words
from lms_app.web import routes
from lms_app.web.spoken import script_name
from lms_app.web.words import t

# Nothing runs in them but our own script, so they allow less than the app's pages do.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


def templates(folder: Path, **known: Any) -> Environment:
    """The templates of a room in the common frame."""
    made = Environment(
        loader=FileSystemLoader([folder, Path(__file__).parent / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    everywhere: dict[str, Any] = {
        "t": t,
        "language": words.spoken,
        "direction": words.direction,
        "script": _script,
        "home": routes.home(),
        **known,
    }
    made.globals.update(everywhere)
    return made


def _script() -> str:
    return f"/{script_name('app.js', words.spoken())}"


def document(made: Environment, template: str, status: int = 200, **values: Any) -> Response:
    return HTMLResponse(made.get_template(template).render({"site_name": site.known().name, **values}), status, HEADERS)
