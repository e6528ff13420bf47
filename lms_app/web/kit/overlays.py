"""What lies above the page: dialogs and menus, which are the browser's own, and what the app says by itself.

`assets/app.js` opens dialogs and moves through menus. The toast is drawn from state: `rx.toast` travels as script and
ends in `eval`, which the Content-Security-Policy forbids.
"""

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors
from reflex_components_core.el.elements.base import BaseHTML

from lms_app.web import routes
from lms_app.web.kit.basics import Text, a, btn, el, names, note, raw_a, slug
from lms_app.web.kit.forms import native_form
from lms_app.web.state import LmsState
from lms_app.web.words import t


def opens(id: Any) -> dict[str, Any]:
    """Props of the button that opens the dialog `id`."""
    return {"data_opens": id, "aria_haspopup": "dialog"}


def closes() -> dict[str, Any]:
    """Props of a button inside a dialog that closes it. Its `on_click`, if any, still runs."""
    return {"data_closes": "true"}


def dialog(
    id: Any,
    title: Text,
    *body: Any,
    actions: tuple[Any, ...] = (),
    role: str = "",
    light: bool = True,
    described: bool = False,
    filled: Any = None,
) -> rx.Component:
    """A native modal: the browser gives Esc, the inert page, the top layer and the focus back to the opener.

    The focus starts on its first control, so cancel or the first field comes first. `light`: a click beside it closes
    it. Never pass `open`: React and the browser would fight over it. A phone shows it as a sheet from below.
    One dialog for many rows says by `filled=State.filled` how often it was filled: it waits for its opener's event, which
    counts that on, and shows nothing of the row before meanwhile.
    """
    extra = {"role": role} if role else {}
    extra |= {"data_light": "true"} if light else {}
    extra |= {"aria_describedby": f"{id}-d"} if described else {}
    extra |= {} if filled is None else {"data_filled": filled}
    return el.dialog(
        el.h2(title, class_name="k-dlg-t", custom_attrs={"id": f"{id}-t"}),
        *body,
        el.div(*actions, class_name="k-dlg-a") if actions else rx.fragment(),
        aria_labelledby=f"{id}-t",
        class_name="k-dlg",
        custom_attrs={"id": id},
        **extra,
    )


def confirm_dialog(
    id: Any,
    title: Text,
    body: Text,
    action: Text,
    *,
    on_confirm: Any = None,
    submit_to: Any = None,
    danger: bool = True,
    cancel: Text = None,
    filled: Any = None,
) -> rx.Component:
    """The question alone, for an opener elsewhere: `btn(…, **opens(id))` or a menu item `("Delete", opens(id))`.

    `submit_to` sends a native POST to that address instead of the event `on_confirm`.
    """
    kind = "danger" if danger else "primary"
    run = {} if on_confirm is None else {"on_click": on_confirm}
    no = btn(t("Cancel") if cancel is None else cancel, **closes())
    yes = btn(action, kind, **closes(), **run)
    if submit_to is not None:
        yes = native_form(btn(action, kind, type="submit", class_name="w-full"), action=submit_to)
    text = el.p(body, class_name="k-dlg-d", custom_attrs={"id": f"{id}-d"})
    return dialog(id, title, text, actions=(no, yes), role="alertdialog", light=False, described=True, filled=filled)


def confirm(
    label: Text,
    title: Text,
    body: Text,
    action: Text,
    *,
    on_confirm: Any = None,
    submit_to: Any = None,
    id: Any = None,
    danger: bool = True,
    cancel: Text = None,
    kind: str = "secondary",
    **p: Any,
) -> rx.Component:
    """A button and the question it asks. Only for what cannot be undone or costs an attempt: say what, in numbers.

    In a list, pass an `id` made of the row's own. Other props go to the button.
    """
    id = id or "ask-" + slug(title)[:40]
    question = confirm_dialog(
        id, title, body, action, on_confirm=on_confirm, submit_to=submit_to, danger=danger, cancel=cancel
    )
    return rx.fragment(btn(label, kind, **opens(id), **p), question)


MenuItem = tuple[Any, dict[str, Any]] | tuple[Any] | rx.Component | None


def menu_list(id: Any, label: Text, *items: MenuItem) -> rx.Component:
    """The menu alone, for a button with `**menu_opens(id)`."""
    return el.div(
        *[menu_item(item) for item in items],
        role="menu",
        aria_label=label,
        class_name="k-menu",
        custom_attrs={"id": id, "popover": "auto"},
    )


def menu_opens(id: Any) -> dict[str, Any]:
    """Props of the button that opens the menu `id`. It works before `app.js` has loaded."""
    return {"aria_haspopup": "menu", "custom_attrs": {"popoverTarget": id}}


def menu(
    label: Text,
    id: Any,
    *items: MenuItem,
    ic: str = "ellipsis",
    kind: str = "quiet",
    size: str | None = "sm",
    icon_only: bool = True,
    **p: Any,
) -> rx.Component:
    """A button with a menu. Items are (words, props) pairs, None draws a line; a component holds `menu_item`s itself.

    Props: on_click, href (`raw=True` for a download), post (an address for a native POST), danger, or `opens(…)`.
    """
    button = btn(label, kind, ic, size=size, icon_only=icon_only, **menu_opens(id), **p)
    return rx.fragment(button, menu_list(id, label, *items))


def menu_item(item: MenuItem) -> rx.Component:
    if isinstance(item, rx.Component):
        return item
    if item is None:
        return el.div(role="separator", class_name="k-menu-sep")
    text, props = item[0], dict(item[1]) if len(item) > 1 else {}
    props |= {"role": "menuitem", "tab_index": -1}
    props["class_name"] = names("k-mi", props.pop("danger", False) and "k-mi--danger")
    if "href" in props:
        return (raw_a if props.pop("raw", False) else a)(text, **props)
    if "post" in props:
        action = props.pop("post")
        return native_form(el.button(text, type="submit", **props), action=action, role="none")
    return el.button(text, type="button", **props)


class _Toast(BaseHTML):
    tag = "div"
    on_animation_end: rx.EventHandler[rx.event.no_args_event_spec]


def toaster() -> rx.Component:
    """What `LmsState._show_notice` says, for eight seconds. Once per app, so that no route change drops or repeats it.

    Its clock is a CSS animation (hover and focus stop it) whose end clears the var, or a reload would show it again;
    the key counts up, so that equal words start it anew. The status region is always there: one that arrives together
    with its text is not announced.
    """
    return el.div(
        rx.cond(
            LmsState.notice != "",
            _Toast.create(
                el.span(LmsState.notice),
                key=LmsState.notice_n.to_string(),
                class_name="k-toast",
                on_animation_end=LmsState.clear_notice,
            ),
        ),
        role="status",
    )


def connection_note() -> rx.Component:
    """Shown while the socket is down; it goes by itself."""
    lost = el.p(
        el.span(t("Connection lost."), class_name="t-strong"),
        " " + t("Trying again. What you typed stays on this page."),
    )
    return el.div(rx.cond(has_connection_errors, note("warn", "wifi-off", lost)), role="status")


def acting_bar() -> rx.Component:
    """On every page of an administrator who sees the site as somebody else: whose it is, and the way back."""
    bar = el.div(
        el.p(
            t("You see the site as {name}. Nothing can be changed.", name=LmsState.person.name),
            class_name="min-w-0",
        ),
        native_form(btn(t("Back to your own account"), size="sm", type="submit"), action=routes.ACTING_END),
        role="region",
        aria_label=t("Acting as somebody else"),
        class_name="k-acting",
    )
    return rx.cond(LmsState.person.acted, bar)


def crashed() -> rx.Component:
    """When a page breaks in the browser. Never the message or the stack; a raw link, for the router may have broken."""
    return el.main(
        el.div(
            el.h1(t("Something went wrong"), class_name="t-title mb-3"),
            el.p(t("Your saved work is safe. Load the page again, or go to the start page."), class_name="t-2"),
            role="alert",
        ),
        raw_a(t("Go to Home"), href="/", class_name="k-btn k-btn--primary"),
        class_name="k-crash",
        custom_attrs={"id": "main"},
    )
