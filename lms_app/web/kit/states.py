"""What a page shows when it has nothing to show: loading, empty, not found, failed."""

from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from lms_app.core.words import later
from lms_app.web.kit.basics import Text, btn, el, filled, icon, names, raw_a, when
from lms_app.web.words import t


def empty(ic: str, title: Text, body: Text, *actions: Any, level: int = 3) -> rx.Component:
    """What will appear here, and the one button that makes it appear. `level` is the heading's: 1, 2 or 3."""
    heading = {1: el.h1, 2: el.h2, 3: el.h3}[level]
    return el.div(
        el.div(icon(ic, size=24), class_name="k-empty-ic"),
        heading(title, class_name="t-h3"),
        el.p(body, class_name="t-small"),
        el.div(*actions) if actions else rx.fragment(),
        class_name="k-empty",
    )


def skel(width: str = "100%", height: str = "16px", **p: Any) -> rx.Component:
    """One grey block, in the size of what will stand there."""
    look = {"width": width, "height": height, **p.pop("style", {})}
    return el.div(class_name=names("k-skel", p.pop("class_name", "")), custom_attrs={"style": look}, **p)


def skel_rows(n: int = 3, *, picture: bool = False) -> rx.Component:
    """The skeleton of a list of things."""
    line = el.div(
        skel("56px", "56px", class_name="flex-none") if picture else rx.fragment(),
        el.div(skel("55%", "18px"), skel("35%", "14px", class_name="mt-2"), class_name="flex-1"),
        class_name="k-row",
    )
    return el.div(*[line] * n, class_name="k-card k-rows")


def skel_cards(n: int = 6) -> rx.Component:
    """The skeleton of a grid of course cards."""
    one = el.div(
        skel("100%", "132px"),
        el.div(skel("70%", "20px"), skel("90%", "14px", class_name="mt-3"), class_name="p-5"),
        class_name="k-card overflow-hidden",
    )
    return el.div(*[one] * n, class_name="grid sm:grid-cols-2 xl:grid-cols-3 gap-5")


def skel_text(n: int = 6) -> rx.Component:
    """The skeleton of something to read."""
    lines = [skel(f"{96 - i % 3 * 9}%", "18px", class_name="mt-4") for i in range(n)]
    return el.div(skel("60%", "36px"), *lines)


def skeleton(*c: Any, **p: Any) -> rx.Component:
    """Blocks in the shape of the content, shown after 150 ms: what loads in a moment never flickers."""
    return el.div(*c, aria_hidden="true", class_name=names("k-late", p.pop("class_name", "")), **p)


def loading(what: Text, *c: Any, heading: bool = False) -> rx.Component:
    """A part that is still on its way: its skeleton, and "Loading your courses" for those who cannot see it."""
    tag = el.h1 if heading else el.span
    return el.div(tag(t("Loading {what}", what=what), class_name="k-sr"), skeleton(*c), aria_busy="true")


def not_found(title: Text = None, body: Text = None, *actions: Any) -> rx.Component:
    """A whole page's "not here", with its own h1. The words do not say whether the thing exists for others."""
    return empty(
        "search-x",
        t("We could not find that page") if title is None else title,
        t("It may have moved, or you may need an invitation to see it.") if body is None else body,
        *(actions or (btn(t("Go to Home"), "primary", href="/"), btn(t("Browse the catalogue"), href="/catalogue"))),
        level=1,
    )


def load_failed(what: Text, reference: Text = "") -> rx.Component:
    """A whole page's load failure, with its own h1. Try again loads the document anew."""
    return el.div(
        empty(
            "cloud-off",
            t("We could not load {what}", what=what),
            rx.fragment(
                t("The server did not answer as it should. Your saved work is safe."),
                when(filled(reference), rx.fragment(" ", t("Reference"), " ", reference, ".")),
            ),
            raw_a(icon("rotate-ccw"), t("Try again"), href="", class_name="k-btn k-btn--primary"),
            level=1,
        ),
        role="alert",
    )


class Fresh(rx.Component):
    """Draws its first child once what has loaded belongs to this address, the second one until then.

    A page of another course starts with the state of the last one. Within a page, from lesson to lesson, the old one
    stays until the new one is there.
    """

    tag = "Fresh"
    path: Var[str]

    def add_imports(self) -> dict[str, Any]:
        return {"react": ["useRef"], "react-router": ["useLocation"]}

    def add_custom_code(self) -> list[str]:
        return [_FRESH]


_FRESH = """
const Fresh = ({path, children}) => {
  const {pathname} = useLocation(), been = useRef(false), bare = (x) => x.replace(/\\/+$/, "");
  if (path && bare(path) === bare(pathname)) been.current = true;
  return children[been.current ? 0 : 1];
};
"""


THIS_PAGE = later("this page")


def page_states(
    State: Any, body: Any, skeleton: Any = None, what: str = THIS_PAGE, missing: Any = None
) -> rx.Component:
    """The four faces of a page whose state loads in `async with self._loading()`; each has exactly one h1.

    `skeleton` is blocks in the shape of the body (`skel_rows()`, `skel_cards()`, `skel_text()`, or a `skeleton(…)` of
    your own); the hidden heading "Loading …" is added here. `missing` replaces the not-found message; give it an h1.
    """
    blocks = skel_rows() if skeleton is None else skeleton
    came = rx.cond(
        State.missing,
        not_found() if missing is None else missing,
        rx.cond(State.failed != "", load_failed(t(what), State.failed), rx.cond(State.loaded, body)),
    )
    return Fresh.create(came, loading(t(what), blocks, heading=True), path=State.came.split(" ")[-1])
