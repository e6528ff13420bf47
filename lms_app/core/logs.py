"""The log: lines for people, or a JSON object a line for machines (`LMS_LOG_FORMAT`). Each says its request.

With `json` a request or an event is one line of `lms_app.access`: its route, status, milliseconds and who asked, as an id. No line
of it has an address with what was asked in it, a name, a mail address, a cookie or a token.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from lms_app.core import trace
from lms_app.core.settings import settings

access = logging.getLogger("lms_app.access")


def done(what: str, route: str, outcome: str, seconds: float, user_id: object = None, method: str = "") -> None:
    """Write down that a request or an event is over. `route` is a template or a handler's name, never an address."""
    if not access.isEnabledFor(logging.INFO):
        return
    facts: dict[str, Any] = {"kind": what, "route": route, "status": outcome, "ms": round(seconds * 1000, 1)}
    if method:
        facts["method"] = method
    if user_id is not None:
        facts["user_id"] = str(user_id)
    said = f"{method} {route}".strip()
    access.info("%s %s %s ms", said, outcome, facts["ms"], extra={"facts": facts})


class Lines(logging.Formatter):
    """`2027-03-01 12:00:00 WARNING lms_app.jobs [1a2b…] message`, and what was raised under it."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        request = trace.request_id() or "-"
        said = f"{at:%Y-%m-%d %H:%M:%S} {record.levelname} {record.name} [{request}] {record.getMessage()}"
        return f"{said}\n{self.formatException(record.exc_info)}" if record.exc_info else said


class Objects(logging.Formatter):
    """The same as one JSON object: at, level, logger, message, request_id; of access also kind, route, status and ms."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": trace.request_id(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def setup() -> None:
    """Have everything that this process logs come in the form that is set, to standard error. Twice is once."""
    root = logging.getLogger()
    if any(isinstance(one.formatter, Lines | Objects) for one in root.handlers):
        return
    handler = logging.StreamHandler()
    handler.setFormatter(Objects() if settings.log_format == "json" else Lines())
    root.addHandler(handler)
    logging.getLogger("lms_app").setLevel(logging.INFO)
    # For machines: people read what happened, and a line for each event costs as much as a small one.
    access.setLevel(logging.INFO if settings.log_format == "json" else logging.WARNING)
