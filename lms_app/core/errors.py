"""What a person can be told when something cannot be done.

`str(error)` is always a whole sentence for the user. The borders map each kind once: `web/state.on_error` for pages
and `web/api` for REST. Anything that is not an `LmsError` is our fault: it is logged with an id the user can quote.
"""

from collections.abc import Mapping
from typing import Any

from lms_app.core.words import say


class LmsError(Exception):
    """Base of everything a service may refuse with. `code` is stable and machine readable."""

    code = "error"
    status = 400

    def __init__(self, message: str) -> None:
        """A sentence that holds no value is said in the language of whoever asks; of one that does, `say` has seen to it."""
        message = say(message)
        super().__init__(message)
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors go between processes (core/apart.py), whatever their `__init__` asks for."""
        return _again, (type(self), str(self), vars(self))


def _again(kind: type[LmsError], message: str, known: Mapping[str, Any]) -> LmsError:
    error = kind.__new__(kind, message)
    vars(error).update(known)
    return error


class NotSignedIn(LmsError):
    code = "not_signed_in"
    status = 401

    def __init__(self, message: str = "Sign in to go on.") -> None:
        super().__init__(message)


class Forbidden(LmsError):
    code = "forbidden"
    status = 403

    def __init__(self, message: str = "Your role here does not allow this.") -> None:
        super().__init__(message)


class NotFound(LmsError):
    """Not there, or not yours to know about: the two are never told apart."""

    code = "not_found"
    status = 404

    def __init__(self, message: str = "We could not find that. It may have moved, or you may not have access.") -> None:
        super().__init__(message)


class Conflict(LmsError):
    code = "conflict"
    status = 409


class Invalid(LmsError):
    """Some fields need another value. `fields` maps a field's name to the sentence shown beside it."""

    code = "invalid"
    status = 422

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = {name: say(sentence) for name, sentence in fields.items()}
        super().__init__(" ".join(self.fields.values()))


class NoRoom(LmsError):
    """The disk is full. Nothing of this was kept; as soon as there is room again the same can be sent once more."""

    code = "no_room"
    status = 507

    def __init__(
        self, message: str = "There is no room left on our disk, so this was not kept. Try again in a few minutes."
    ) -> None:
        super().__init__(message)


class Closed(LmsError):
    """The site is closed for maintenance. `retry_after` is in seconds."""

    code = "maintenance"
    status = 503

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooMany(LmsError):
    """Too often in too short a time. `retry_after` is in seconds."""

    code = "too_many"
    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class WrongVersion(Exception):
    """The database is of a newer version. `str(error)` is a sentence for the person who starts the server."""
