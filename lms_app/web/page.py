"""What a room says about one page; `lms_app.py` adds them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

Who = Literal["public", "signed_in", "member", "admin"]


@dataclass(frozen=True, slots=True)
class Page:
    """`title` may be a state var. `who` says for whom the page is; the marks of its handlers decide."""

    route: str
    view: Callable[[], rx.Component]
    on_load: Any
    title: Any
    who: Who
