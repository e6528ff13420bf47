"""A tab keeps the states of the pages that it has been to, and no others.

Reflex makes every state of the app for every tab: with fifty pages, forty KiB of values nobody has looked at. Here a
state is made when it is first asked for. Until then it is as its class says, and so it is told to a browser.
"""

from dataclasses import is_dataclass
from functools import cache
from typing import Any

import reflex as rx


class AsNeeded(dict[str, Any]):
    """The states below one, by name. All of them are there; each is made when it is looked up, and only then walked."""

    __slots__ = ("_above",)

    def __init__(self, above: rx.State) -> None:
        super().__init__()
        self._above = above

    def __missing__(self, name: str) -> Any:
        made = self[name] = classes_below(type(self._above))[name](
            parent_state=self._above,
            _reflex_internal_init=True,  # pyright: ignore[reportCallIssue]
        )
        return made

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in classes_below(type(self._above))

    def told(self, **how: Any) -> dict[str, Any]:
        """All of them as a browser is told: those that were not made as they would be."""
        said: dict[str, Any] = {}
        for name, cls in classes_below(type(self._above)).items():
            made = dict.get(self, name)
            said |= _untouched(cls, **how) if made is None else made.dict(**how)
        return said


def classes_below(above: type[rx.State]) -> dict[str, Any]:
    """All states below one, by name: also those of pages that were imported since the last look."""
    return _classes_below(above, len(above.get_substates()))


@cache
def _classes_below(above: type[rx.State], _count: int) -> dict[str, Any]:
    return {cls.get_name(): cls for cls in sorted(above.get_substates(), key=lambda cls: cls.get_name())}


@cache
def _untouched(cls: Any, **how: Any) -> dict[str, Any]:
    """A view that nothing was loaded into is told as one without fields: no page shows any before it is `loaded`."""
    told = cls(_reflex_internal_init=True).dict(**how)
    return {
        state: {name: {} if is_dataclass(value) else value for name, value in values.items()}
        for state, values in told.items()
    }
