"""What a room says about one page; `lms_app.py` adds them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from lms_app.web.state import LmsState

Who = Literal["public", "signed_in", "member", "admin"]


@dataclass(frozen=True, slots=True)
class Page:
    """`title` may be a state var. `who` says for whom the page is; the marks of its handlers decide."""

    route: str
    view: Callable[[], rx.Component]
    on_load: Any
    title: Any
    who: Who


def titled(title: Any) -> Any:
    """What a tab says: "Thing · Institution". The document that the build draws knows no name yet."""
    name: Any = LmsState.site_name
    return rx.cond(name != "", f"{title} · {name}", title)
