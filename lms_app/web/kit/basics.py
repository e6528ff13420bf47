"""Text, links, buttons, cards and marks: the parts that everything else is made of."""

import re
from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML
from reflex_components_core.el.elements.inline import A as RawAnchor
from reflex_components_core.react_router.dom import ReactRouterLink

from lms_app.core.words import later
from lms_app.web.words import t

el = rx.el

Text = Any
"""A string, a state var of one, or a component."""
Number = int | rx.Var[int]

STATES = {
    "done": ("check", later("Complete.")),
    "now": ("", later("In progress.")),
    "todo": ("", later("Not started.")),
    "lock": ("lock", later("Locked.")),
    "locked": ("lock", later("Locked.")),
}


def when(test: Any, yes: Any, no: Any = None) -> Any:
    """`yes` or `no` (nothing), decided now for a plain value and in the browser for a state var."""
    no = rx.fragment() if no is None else no
    if isinstance(test, rx.Var):
        return rx.cond(test, yes, no)
    return yes if test else no


def filled(text: Any) -> Any:
    """Whether there is any text: a bool for plain values, a var for state vars. Components count as text."""
    if isinstance(text, rx.Var):
        return text.to(str) != ""
    return text is not None and text != "" and text is not False


def slug(text: str) -> str:
    """An id made of a plain title."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def names(*parts: Any) -> str:
    """Class names in one string; parts may be state vars, empty ones fall away."""
    return " ".join(f"{part}" for part in parts if part is not None and part is not False and part != "")


def icon(name: str, size: int | None = None, **p: Any) -> rx.Component:
    """A lucide icon that only decorates. The name is a plain string: one that comes from a var loads all 1,600 icons,
    so pick between icons with `rx.match`."""
    if size:
        p["size"] = size
    p.setdefault("aria_hidden", "true")
    return rx.icon(name, custom_attrs={"focusable": "false"}, **p)


def sr(text: Text) -> rx.Component:
    """Text for screen readers alone."""
    return el.span(text, class_name="k-sr")


def a(*c: Any, href: Any, **p: Any) -> rx.Component:
    """A link inside the app, without a look of its own."""
    return ReactRouterLink.create(*c, to=href, **p)


def raw_a(*c: Any, href: Any, **p: Any) -> rx.Component:
    """A link that the browser itself follows: downloads, API addresses, mailto, other sites, a fresh document.

    `rx.el.a` is a router link in 0.10, which answers 404 for all of these.
    """
    return RawAnchor.create(*c, href=href, **p)


def jump(*c: Any, to: Any, **p: Any) -> rx.Component:
    """A link to the element with the id `to` on this page; the focus moves there."""
    return raw_a(*c, href=f"#{to}", **p)


def link(text: Text, href: Any, *, raw: bool = False, **p: Any) -> rx.Component:
    """An underlined link. `raw` leaves the router out (see `raw_a`)."""
    return (raw_a if raw else a)(text, href=href, class_name=names("k-link", p.pop("class_name", "")), **p)


def btn(
    label: Text,
    kind: str = "secondary",
    ic: str | None = None,
    *,
    ic_end: str | None = None,
    size: str | None = None,
    href: Any = None,
    raw: bool = False,
    icon_only: bool = False,
    block: bool = False,
    key: str | None = None,
    **p: Any,
) -> rx.Component:
    """A button, or with `href` a link that looks like one.

    kind: primary (one on a page), secondary, quiet, danger (dialogs only). size: sm, lg. `key` is a single-key shortcut.
    Never disable a submit button; an action that is not available gets `aria_disabled="true"` and its reason beside it.
    """
    p["class_name"] = names(
        f"k-btn k-btn--{kind}",
        size and f"k-btn--{size}",
        icon_only and "k-btn--icon",
        block and "k-btn--block",
        p.get("class_name"),
    )
    if icon_only:
        p["aria_label"] = label
        p.setdefault("title", label)
    if key:
        p["data_key"] = key
    c = [*([icon(ic)] if ic else []), *([] if icon_only else [label]), *([icon(ic_end)] if ic_end else [])]
    if href is not None:
        return (raw_a if raw else a)(*c, href=href, **p)
    p.setdefault("type", "button")
    return el.button(*c, **p)


def toggle(label: Text, pressed: Any, ic: str | None = None, *, flag: bool = False, **p: Any) -> rx.Component:
    """A button that is on or off. `flag` turns highlighter yellow instead of green."""
    pressed = rx.cond(pressed, "true", "false") if isinstance(pressed, rx.Var) else str(bool(pressed)).lower()
    extra = names(flag and "k-btn--flag", p.pop("class_name", ""))
    return btn(label, p.pop("kind", "secondary"), ic, aria_pressed=pressed, class_name=extra, **p)


def chip(text: Text, kind: Any = "", ic: str | None = None) -> rx.Component:
    """A pill: kind "" (neutral), ok, warn, danger, info or mark. The text must say all, colour is extra."""
    return el.span(*([icon(ic)] if ic else []), text, class_name=f"k-chip k-chip--{kind}")


def kbd(key: str) -> rx.Component:
    return el.span(key, class_name="k-kbd")


def code(text: Text) -> rx.Component:
    """A code to be copied by eye: a certificate's number, an invitation."""
    return el.span(text, class_name="k-code")


def avatar(initials: Text, *, url: Any = "", size: str = "") -> rx.Component:
    """A person's picture or initials; decoration, so the name must stand beside it. size: sm, lg."""
    return el.span(
        when(filled(url), el.img(src=url, alt="", loading="lazy"), initials),
        class_name=names("k-av", size and f"k-av--{size}"),
        aria_hidden="true",
    )


def bar(pct: Number, label: Text) -> rx.Component:
    """A line of progress, named by `label`."""
    return el.div(
        el.span(custom_attrs={"style": rx.Var.create({"width": f"{pct}%"})}),
        class_name="k-bar",
        role="progressbar",
        aria_label=label,
        custom_attrs={"aria-valuenow": pct, "aria-valuemin": 0, "aria-valuemax": 100},
    )


def bar_row(pct: Number, label: Text, **p: Any) -> rx.Component:
    """A line of progress with its number beside it."""
    return el.div(
        bar(pct, label),
        el.span(f"{pct}%", class_name="t-small t-2 t-num", aria_hidden="true"),
        class_name=names("flex items-center gap-3", p.pop("class_name", "")),
        **p,
    )


def ring(pct: Number, size: int = 64, label: Text = None, width: int | None = None) -> rx.Component:
    """A ring of progress that starts at twelve. The circle is given a length of 100, so a percentage needs no sums."""
    label = t("Progress") if label is None else label
    width = width or max(4, round(size / 11))
    mid = f"{size / 2:g}"
    shape: dict[str, Any] = {
        "cx": mid,
        "cy": mid,
        "r": f"{(size - width) / 2:g}",
        "fill": "none",
        "stroke_width": str(width),
    }
    return el.svg(
        el.circle(stroke="var(--surface-3)", **shape),
        when(
            pct > 0,
            el.circle(
                stroke="var(--brand)",
                stroke_linecap="round",
                stroke_dasharray=f"{pct} 100",
                custom_attrs={"pathLength": "100", "transform": f"rotate(-90 {mid} {mid})"},
                **shape,
            ),
        ),
        el.text(
            f"{pct}%",
            x="50%",
            y="50%",
            fill="var(--text)",
            class_name="t-num",
            custom_attrs={
                "fontSize": f"{size * 0.25:.0f}",
                "fontWeight": "640",
                "textAnchor": "middle",
                "dominantBaseline": "central",
            },
        ),
        width=str(size),
        height=str(size),
        view_box=f"0 0 {size} {size}",
        role="img",
        aria_label=t("{label}: {pct} percent", label=label, pct=pct),
        class_name="k-ring",
    )


def cover(hue: Number, motif: Number, *, image: Any = "", **p: Any) -> rx.Component:
    """A course's drawn cover, hue 1..6 and motif 0..5, or its uploaded image."""
    return el.div(
        when(filled(image), el.img(src=image, alt="", loading="lazy", width="640", height="280")),
        class_name=names("k-cover", p.pop("class_name", "")),
        custom_attrs={"data-h": hue, "data-m": motif},
        aria_hidden="true",
        **p,
    )


def status_dot(state: Any) -> rx.Component:
    """How far an item is: done, now, todo or lock, in shape and in hidden words."""

    def inside(name: str) -> rx.Component:
        ic, words = STATES[name]
        return rx.fragment(icon(ic) if ic else rx.fragment(), sr(t(words) + " "))

    if not isinstance(state, rx.Var):
        return el.span(inside(state), class_name=f"k-dot k-dot--{state}")
    todo = inside("todo")
    cases = (("done", inside("done")), ("now", inside("now")), ("lock", inside("lock")), ("locked", inside("lock")))
    return el.span(rx.match(state, *cases, todo), class_name=f"k-dot k-dot--{state}")


def card(*c: Any, pad: bool = True, **p: Any) -> rx.Component:
    return el.div(*c, class_name=names("k-card", pad and "k-card--pad", p.pop("class_name", "")), **p)


def card_link(*c: Any, href: Any, **p: Any) -> rx.Component:
    """A whole card that is one link; give it one heading and no other link inside."""
    return a(*c, href=href, class_name=names("k-card k-card--link", p.pop("class_name", "")), **p)


def rows(*c: Any, ordered: bool = False, **p: Any) -> rx.Component:
    """A list of things: one card with hairlines. Pass `el.li`s, or one `rx.foreach` of them."""
    tag = el.ol if ordered else el.ul
    return tag(*c, class_name=names("k-card k-rows", p.pop("class_name", "")), **p)


def page_head(title: Text, sub: Text = "", *actions: Any, crumb: tuple[Text, Any] | None = None) -> rx.Component:
    """The page's h1, a line under it, actions at the end (primary last) and one parent link (words, address)."""
    return el.div(
        el.div(
            breadcrumb(crumb) if crumb else rx.fragment(),
            el.h1(title, class_name="t-h1"),
            when(filled(sub), el.p(sub, class_name="t-2 mt-1")),
        ),
        el.div(*actions, class_name="flex flex-wrap items-center gap-2") if actions else rx.fragment(),
        class_name="k-head",
    )


def breadcrumb(crumb: tuple[Text, Any]) -> rx.Component:
    return el.nav(link(crumb[0], crumb[1]), aria_label=t("Breadcrumb"), class_name="t-small mb-2")


def section(title: Text, *c: Any, action: Any = None, id: Any = None, **p: Any) -> rx.Component:
    """A part of a page under its h2. `id` names the heading; without one it is made of a plain title."""
    id = id or slug(title)
    return el.section(
        el.div(
            el.h2(title, class_name="t-h2", custom_attrs={"id": id}),
            action if action is not None else rx.fragment(),
            class_name="flex items-center justify-between gap-4 mb-3",
        ),
        *c,
        aria_labelledby=id,
        **p,
    )


class _Current(BaseHTML):
    """`app.js` gives this element its life: the current tab is in sight."""

    tag = "k-current"


def tabs(label: Text, *items: tuple[Text, Any, Any]) -> rx.Component:
    """Links between the views of one thing: (words, address, whether it is the current one)."""

    def tab(text: Text, href: Any, current: Any) -> rx.Component:
        mark = rx.cond(current, "page", "false") if isinstance(current, rx.Var) else "page" if current else "false"
        return a(text, href=href, aria_current=mark)

    return el.nav(*[tab(*item) for item in items], _Current.create(), aria_label=label, class_name="k-tabs")


def stat(label: Text, value: Text, note: Text = "") -> rx.Component:
    """One number with one sentence that compares it. Stand several in an `el.dl`."""
    return el.div(
        el.dt(label),
        el.dd(value, when(filled(note), el.span(note, class_name="k-delta"))),
        class_name="k-card k-stat",
    )


def note(kind: str, ic: str, *c: Any, **p: Any) -> rx.Component:
    """A notice in the page that stays: kind info, ok, warn or danger."""
    return el.div(icon(ic), el.div(*c, class_name="min-w-0 flex-1"), class_name=f"k-note k-note--{kind}", **p)


def facts(*pairs: tuple[Text, Any]) -> rx.Component:
    """Names and values, side by side on wide screens."""
    return el.dl(*[x for name, value in pairs for x in (el.dt(name), el.dd(value))], class_name="k-dl")


def copy_btn(text: Any, label: Text = None, done: Text = None, **p: Any) -> rx.Component:
    """Copies `text` in the browser and says so."""
    label = t("Copy link") if label is None else label
    done = t("Copied") if done is None else done
    return el.button(
        el.span(icon("copy"), label, class_name="k-when-idle inline-flex items-center gap-2"),
        el.span(icon("check"), done, class_name="k-when-copied inline-flex items-center gap-2"),
        type="button",
        class_name=names("k-btn", f"k-btn--{p.pop('kind', 'quiet')}", p.pop("class_name", "")),
        data_copies=text,
        data_said=done,
        **p,
    )


def expand_all(id: str) -> rx.Component:
    """Opens and closes every `details` inside the element `id`."""
    return el.button(
        icon("chevrons-up-down"),
        el.span(t("Expand all"), class_name="k-when-closed"),
        el.span(t("Collapse all"), class_name="k-when-open"),
        type="button",
        class_name="k-btn k-btn--quiet k-btn--sm",
        data_expands=id,
        aria_expanded="false",
        aria_controls=id,
    )


def only_btn(label: Text, id: str, **p: Any) -> rx.Component:
    """Shows only those children of the element `id` that have `data_keep`; pressed again, all of them."""
    return toggle(label, False, "filter", size="sm", data_filters=id, aria_controls=id, **p)
