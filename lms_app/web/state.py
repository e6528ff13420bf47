"""The base of every page's state, and what happens to errors on the way to a person."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec
from reflex.state import _override_base_method  # pyright: ignore[reportPrivateUsage]  the one way to say so
from reflex_base.utils.format import to_snake_case

from lms_app.core import site, trace, work
from lms_app.core.errors import Forbidden, LmsError, NotFound, NotSignedIn
from lms_app.core.work import Actor, SiteRole, Work
from lms_app.web import guard, routes
from lms_app.web.guard import public, sign_in_url
from lms_app.web.substates import AsNeeded

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

NOTICE_MAX = 300
INPUTS_MAX = 2_000
TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "mx"})
OUR_FAULT = "Something went wrong on our side. What you saved is safe. Quote {reference} if you ask for help."


@dataclass(frozen=True, slots=True)
class PersonView:
    """Who is signed in, as every page shows it. `role` is empty for visitors; `acted`: an administrator looks as them."""

    name: str
    initials: str
    role: str
    avatar_url: str
    acted: bool = False


VISITOR = PersonView(name="", initials="", role="", avatar_url="")

ShellCount = Callable[[Work], int]
SHELL_COUNTS: dict[SiteRole, dict[str, ShellCount]] = {}
"""Role → name of a navigation item's number → how to count it. Rooms above fill it in `lms_app.py`."""


_snake = cache(to_snake_case)


class _Told:
    """Read from `came`: a value on a state, a var on its class. One var in place of four: each goes to every tab."""

    def __init__(self, of: Callable[[Any], Any]) -> None:
        self._of = of

    def __get__(self, state: Any, page: Any) -> Any:
        return self._of(page.came if state is None else state.came)


def _failed(came: Any) -> Any:
    if isinstance(came, str):
        return came.split(" ")[1] if came.startswith("failed ") else ""
    return rx.cond(came.startswith("failed "), came.split(" ")[1], "")


class _PageMeta(type(rx.State)):
    """Gives each state below `LmsState` a loading var of its own: an inherited one would be shared by all pages."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any) -> Any:
        if any(isinstance(base, _PageMeta) for base in bases):
            namespace |= {"__annotations__": {**namespace.get("__annotations__", {}), "came": str}, "came": ""}
        return super().__new__(mcls, name, bases, namespace, **kwargs)


class LmsState(rx.State, metaclass=_PageMeta):
    """Every page's state is one of these: who is here, what to say, and how a page loads.

    `came` is what became of that, and for which address: `loaded /courses`, `missing /courses/x`, `failed 1a2b /`. It
    belongs to each page's own state: a new page must not look loaded because the last one was.
    `_bound` is whose tab this is, and is never sent: a tab's token opens nothing without the cookie of its session.
    """

    _bound: str = ""
    person: PersonView = VISITOR
    site_name: str = ""  # a page shows it before that by `/site.css`
    counts: dict[str, int] = {}
    notice: str = ""
    notice_n: int = 0
    filled: int = 0  # how often a dialog was filled that many rows share (`kit.dialog`)

    if TYPE_CHECKING:
        came: str = ""

    loaded = _Told(lambda came: came.startswith("loaded "))
    missing = _Told(lambda came: came.startswith("missing "))
    failed = _Told(_failed)  # the reference of an error

    @_override_base_method
    def __init__(self, parent_state: Any = None, init_substates: bool = True, **values: Any) -> None:
        super().__init__(parent_state, init_substates=False, **values)  # pyright: ignore[reportCallIssue]
        if init_substates:
            object.__setattr__(self, "substates", AsNeeded(self))

    @_override_base_method
    def dict(self, include_computed: bool = True, initial: bool = False, **kwargs: Any) -> Any:
        below = self.substates
        if not isinstance(below, AsNeeded):
            return super().dict(include_computed, initial, **kwargs)
        object.__setattr__(self, "substates", {})
        try:
            own = super().dict(include_computed, initial, **kwargs)
        finally:
            object.__setattr__(self, "substates", below)
        return own | below.told(include_computed=include_computed, initial=initial)

    @classmethod
    @_override_base_method
    def get_name(cls) -> str:
        """The class's name without the module's path: each event says it, and each first state says all of them."""
        return _snake(cls.__name__)

    @rx.event
    @public
    async def clear_notice(self):
        self.notice = ""

    @rx.event
    @public
    async def tell(self, text: str):
        """Show a sentence in this tab; errors come this way."""
        self._show_notice(str(text))

    @property
    def _actor(self) -> Actor:
        return guard.current_actor()

    async def _ask(self, act: Callable[Concatenate[Work, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await work.ask(self._actor, act, *args, **kwargs)

    async def _ask_apart(self, act: Callable[Concatenate[Work, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await work.ask_apart(self._actor, act, *args, **kwargs)

    async def _perform(self, act: Callable[Concatenate[Work, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await work.perform(self._actor, act, *args, **kwargs)

    def _assign(self, **values: Any) -> None:
        """Assign what is different: everything that is assigned is sent again."""
        known = vars(self)  # past Reflex, which would wrap each to watch for changes
        for name, value in values.items():
            if known.get(name) != value:
                setattr(self, name, value)

    def _show_notice(self, text: str) -> None:
        """Say that something is done, for a few seconds."""
        self.notice = text[:NOTICE_MAX]
        self.notice_n += 1

    def _as_student(self) -> bool:
        """Whether the address asks to show the course as a student would see it (`routes.AS_STUDENT`)."""
        return str(self.router.url.query_parameters.get("as", "")) == "student"

    @asynccontextmanager
    async def _loading(self) -> AsyncIterator[None]:
        """Around what a page loads: it ends loaded, missing (also for whoever may not know that it is there) or failed.

        Who is not signed in is sent to sign in by `on_error`.
        """
        path = str(self.router.url.path)
        looking = work.only_looking(True)
        try:
            yield
        except NotSignedIn:
            raise
        except (NotFound, Forbidden):
            came = "missing"
        except LmsError as error:
            came = "missing"
            self._show_notice(error.message)
        except Exception as error:
            came = f"failed {logged(error)}"
        else:
            came = "loaded"
            await self._count()
        finally:
            work.looked(looking)
        self.came = f"{came} {path}"

    async def _count(self) -> None:
        """The numbers of the navigation."""
        wanted = SHELL_COUNTS.get(self._actor.role, {}) if self._actor.is_signed_in else {}
        if wanted:
            counts = await self._ask(_counts, wanted)
            if counts != self.counts:
                self.counts = counts


def _counts(unit: Work, wanted: dict[str, ShellCount]) -> dict[str, int]:
    return {name: count(unit) for name, count in wanted.items()}


def _greet(base: Any, actor: Actor) -> None:
    person = person_of(actor)
    # Read past Reflex, which would wrap it to watch for changes: this is part of every event.
    if vars(base).get("person") != person:
        base.person = person
    if vars(base).get("site_name") != site.known().name:
        base.site_name = site.known().name


guard.greet_with(LmsState, _greet)


@lru_cache(4096)
def person_of(actor: Actor) -> PersonView:
    if not actor.is_signed_in:
        return VISITOR
    avatar = routes.file(actor.avatar_id) if actor.avatar_id else ""
    acted = actor.acted_by is not None
    return PersonView(actor.name, initials_of(actor.name), actor.role.value, avatar, acted)


def initials_of(name: str) -> str:
    """Up to two letters: of the first and the last word, titles left out."""
    words = [word for word in name.split() if word.rstrip(".").lower() not in TITLES] or name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper()


def uuid_of(text: Any) -> UUID:
    """An id as the browser sent it. Raises NotFound for anything else: nothing has such an id."""
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        raise NotFound() from None


def texts_of(form: Any) -> dict[str, str]:
    """A form as a browser sent it, or a program that says that it is one. No text is cut: one too long is refused."""
    sent = list(form.items())[:INPUTS_MAX] if isinstance(form, dict) else []
    return {str(name)[:200]: value for name, value in sent if isinstance(value, str)}


def logged(error: BaseException) -> str:
    """Log an error that is our fault, and return the reference that a person can quote: the id of the request."""
    reference = trace.request_id() or trace.begin()
    log.error("error %s", reference, exc_info=error)
    return reference


def on_error(exception: Exception) -> EventSpec | None:
    """What a page does about an error of a handler. Nothing here needs a script from the server."""
    if isinstance(exception, NotSignedIn):
        return rx.redirect(sign_in_url(""))
    if isinstance(exception, LmsError):
        return _tell(exception.message)
    return _tell(OUR_FAULT.format(reference=logged(exception)))


def _tell(text: str) -> EventSpec:
    return cast(EventSpec, LmsState.tell(text))
