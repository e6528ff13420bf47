"""The frames around pages: the app's shell, the bar of focused screens, and the frame of signing in."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary
from reflex_components_core.el.elements.base import BaseHTML

from lms_app.core.words import LANGUAGES as SPOKEN
from lms_app.core.words import later
from lms_app.web import routes
from lms_app.web.kit.basics import Text, a, avatar, btn, cover, el, filled, icon, jump, names, sr, when
from lms_app.web.kit.finder import finder, finder_button, finder_field
from lms_app.web.kit.forms import native_form
from lms_app.web.kit.overlays import (
    acting_bar,
    connection_note,
    crashed,
    menu,
    menu_item,
    menu_list,
    menu_opens,
    toaster,
)
from lms_app.web.kit.states import loading, skel_text
from lms_app.web.state import LmsState
from lms_app.web.words import t


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the main navigation. `count` names its number in `LmsState.counts`.

    On a phone the tab bar holds those with `tab`, at most five, by their `short` name; the rest are in the account menu.
    """

    label: str
    icon: str
    url: str
    count: str = ""
    short: str = ""
    tab: bool = True


NOTIFICATIONS = NavItem(later("Notifications"), "bell", routes.notifications(), "unread", short=later("Inbox"))
CATALOGUE = NavItem(later("Catalogue"), "compass", routes.catalogue())
# Search leads there, too.
FOUND = replace(CATALOGUE, tab=False)
MY_COURSES = NavItem(later("My courses"), "book-open", routes.my_courses(), short=later("Courses"))
MY_CALENDAR = NavItem(later("Calendar"), "calendar-days", routes.calendar())
PROGRESS = NavItem(later("Progress"), "chart-no-axes-column-increasing", routes.progress())
NAV = {
    "student": (
        NavItem(later("Home"), "house", routes.home()),
        MY_COURSES,
        MY_CALENDAR,
        FOUND,
        PROGRESS,
        NavItem(later("Certificates"), "award", routes.certificates(), tab=False),
        NOTIFICATIONS,
    ),
    "instructor": (
        NavItem(later("Teaching"), "presentation", routes.teaching(), "teaching"),
        MY_COURSES,
        MY_CALENDAR,
        CATALOGUE,
        NOTIFICATIONS,
    ),
    "admin": (
        NavItem(later("Overview"), "chart-line", routes.admin()),
        NavItem(later("Analytics"), "chart-column", routes.SITE_ANALYTICS, tab=False),
        NavItem(later("People"), "users", routes.people(), "people"),
        NavItem(later("Courses"), "book-open", routes.admin_courses(), "courses"),
        NavItem(later("Mail"), "mail", routes.OUTBOX, "mail"),
        NavItem(later("Badges"), "medal", routes.site_badges(), tab=False),
        NavItem(later("Audit log"), "scroll-text", routes.AUDIT, tab=False),
        NavItem(later("Settings"), "sliders-horizontal", routes.SITE_SETTINGS, tab=False),
        NavItem(later("Privacy"), "shield-check", routes.admin_privacy(), tab=False),
        FOUND,
        NOTIFICATIONS,
    ),
}
GUEST = (CATALOGUE, NavItem(later("Sign in"), "log-in", routes.sign_in()))
ROLES = (("student", later("Student")), ("instructor", later("Instructor")), ("admin", later("Administrator")))


class _Known(BaseHTML):
    """`app.js` gives this element its life: from now on, what is for guests may show."""

    tag = "k-known"


def _mark() -> rx.Component:
    return el.svg(
        el.rect(width="30", height="30", rx="8", fill="var(--brand)"),
        el.path(
            d="M8 9.5l14 4.2M15 12v9",
            fill="none",
            stroke="var(--on-brand)",
            stroke_width="2.6",
            stroke_linecap="round",
        ),
        el.path(d="M10 23.5h10", stroke="var(--mark)", stroke_width="2.6", stroke_linecap="round"),
        width="30",
        height="30",
        view_box="0 0 30 30",
        aria_hidden="true",
    )


def logo() -> rx.Component:
    """The mark and the institution's name, which is a setting."""
    return a(
        _mark(),
        el.span(LmsState.site_name, class_name="k-clip2 k-site"),
        href=routes.home(),
        class_name="k-logo",
    )


def theme_toggle() -> rx.Component:
    """Both states are in the page and the class on html picks one: `rx.color_mode_cond` would show the light one until
    React has started."""
    return el.button(
        el.span(icon("moon"), sr(t("Switch to dark theme")), class_name="k-when-light"),
        el.span(icon("sun"), sr(t("Switch to light theme")), class_name="k-when-dark"),
        class_name="k-btn k-btn--quiet k-btn--icon",
        type="button",
        on_click=rx.toggle_color_mode,
    )


def language_menu(id: str) -> rx.Component:
    return menu(t("Language"), id, *LANGUAGES, ic="languages", size=None)


def _languages() -> rx.Component:
    """The languages in a row, under a form that stands alone."""
    names = [
        native_form(
            el.button(name, type="submit", class_name="k-link t-small", lang=props["lang"]), action=props["post"]
        )
        for name, props in LANGUAGES
    ]
    return el.div(*names, class_name="flex flex-wrap gap-4 mt-6", role="group", aria_label=t("Language"))


def skip_link() -> rx.Component:
    return jump(t("Skip to main content"), to="main", class_name="k-skip")


def main(*c: Any, **p: Any) -> rx.Component:
    """The page's main landmark; the skip link leads here."""
    return el.main(*c, tab_index=-1, custom_attrs={"id": "main"}, **p)


def page_shell(current: str, *c: Any, wide: bool = False) -> rx.Component:
    """Everything that is not a focused screen: rail, or top bar and tab bar on small screens, around `main`.

    `current` is the English label of the navigation item the page belongs to, such as "My courses", or "".
    """
    return rx.fragment(
        skip_link(),
        rx.cond(rx.State.is_hydrated, _Known.create()),
        el.div(
            el.header(_rail(current), _topbar(), class_name="k-header"),
            main(*c, class_name=names("k-main", wide and "k-main--wide")),
            el.nav(
                _by_role(lambda items: rx.fragment(*[_tab(item, current) for item in items if item.tab])),
                class_name="k-tabbar",
                aria_label=t("Main, mobile"),
            ),
            class_name="k-shell",
        ),
    )


def _by_role(draw: Any) -> rx.Component:
    cases = [(role, draw(items)) for role, items in NAV.items()]
    return rx.match(LmsState.person.role, *cases, el.div(draw(GUEST), class_name="k-guest"))


def _here(item: NavItem, current: str) -> dict[str, str]:
    return {"aria_current": "page"} if item.label == current else {}


def _count(item: NavItem) -> rx.Component:
    if not item.count:
        return rx.fragment()
    n = LmsState.counts[item.count]
    return rx.cond(n > 0, el.span(n, sr(" " + t("new")), class_name="k-count"))


def _tab(item: NavItem, current: str) -> rx.Component:
    words = (icon(item.icon), t(item.short or item.label), _count(item))
    return a(*words, href=item.url, **_here(item, current))


def _rest(items: tuple[NavItem, ...]) -> rx.Component:
    """What a phone's tab bar has no room for."""
    rest = [menu_item((t(item.label), {"href": item.url})) for item in items if not item.tab]
    return rx.fragment(*rest, menu_item(None)) if rest else rx.fragment()


def _rail(current: str) -> rx.Component:
    def line(item: NavItem) -> rx.Component:
        words = (icon(item.icon), t(item.label), _count(item))
        return el.li(a(*words, href=item.url, class_name="k-nav", **_here(item, current)))

    nav = el.nav(
        _by_role(lambda items: el.ul(*[line(item) for item in items], class_name="flex flex-col gap-0.5")),
        aria_label=t("Main"),
    )
    return el.div(logo(), finder_field(), nav, el.div(_who(), theme_toggle(), class_name="k-me"), class_name="k-rail")


# Each by its own name for itself. `app.js` keeps what is typed on the page, which loads again.
LANGUAGES = tuple((name, {"post": f"{routes.LANGUAGE}{code}", "lang": code}) for code, name in SPOKEN.items())
ACCOUNT = (
    (t("Profile"), {"href": routes.profile()}),
    (t("Progress"), {"href": routes.progress()}),
    None,
    *LANGUAGES,
    None,
    (t("Sign out"), {"post": "/auth/sign-out"}),
)


def _who() -> rx.Component:
    """The person at the foot of the rail, a menu; for a guest, a way to become one."""
    person = LmsState.person
    role = rx.match(person.role, *[(role, t(words)) for role, words in ROLES], "")
    me = rx.fragment(
        el.button(
            avatar(person.initials, url=person.avatar_url),
            el.span(
                el.span(person.name, class_name="t-small t-strong k-clip2"),
                el.span(role, class_name="t-cap t-3 block"),
                class_name="min-w-0 flex-1",
            ),
            sr(t("Account menu")),
            type="button",
            class_name="k-who",
            **menu_opens("menu-account"),
        ),
        menu_list("menu-account", t("Account menu"), *ACCOUNT),
    )
    join = el.div(
        btn(t("Create an account"), size="sm", href=routes.register()),
        language_menu("menu-language"),
        class_name="k-guest flex-1 px-2 flex flex-wrap gap-1 items-center",
    )
    return rx.cond(person.role != "", me, join)


def _topbar() -> rx.Component:
    mine = menu(t("Account menu"), "menu-account-top", _by_role(_rest), *ACCOUNT, ic="circle-user-round", size=None)
    return el.div(
        logo(),
        finder_button(),
        theme_toggle(),
        rx.cond(LmsState.person.role != "", mine, el.div(language_menu("menu-language-top"), class_name="k-guest")),
        class_name="k-topbar",
    )


def focus_bar(back: tuple[Text, Any], title: Text, sub: Text = "", *actions: Any) -> rx.Component:
    """The only chrome of a lesson, a quiz or an editor. `back` is (where it leads, address): "Back to course"."""
    return el.header(
        btn(back[0], "quiet", "arrow-left", href=back[1], icon_only=True),
        el.div(
            el.div(title, class_name="t-h3 k-clip"),
            when(filled(sub), el.div(sub, class_name="t-cap t-3 k-clip")),
            class_name="k-ft",
        ),
        *actions,
        class_name="k-fbar",
    )


def focus_shell(bar: rx.Component, *c: Any) -> rx.Component:
    """A focused screen: the skip link, its bar, and what follows, which must hold a `main(…)`."""
    return rx.fragment(skip_link(), rx.cond(rx.State.is_hydrated, _Known.create()), bar, *c)


def starting() -> rx.Component:
    """For `rx.App(hydrate_fallback=starting())`: what the document of a course, a lesson or a quiz shows before its scripts
    have come. The build cannot draw those pages ahead, since their addresses have something variable in them."""
    return rx.fragment(
        el.header(_mark(), class_name="k-fbar"),
        el.div(loading(t("the page"), skel_text(10)), class_name="k-read"),
    )


def auth_frame(title: Text, sub: Text, *c: Any, notice: Any = None, hue: int = 1, motif: int = 0) -> rx.Component:
    """Sign in, register, reset, verify: a form of 400 px, and on wide screens a drawn panel that may hold a notice."""
    panel = el.div(
        el.div(
            cover(hue, motif),
            el.div(notice, class_name="k-auth-n") if notice is not None else rx.fragment(),
        ),
        class_name="k-auth-p",
    )
    return rx.fragment(
        skip_link(),
        rx.cond(rx.State.is_hydrated, _Known.create()),
        main(
            el.div(
                logo(),
                el.h1(title, class_name="t-title mb-2"),
                when(filled(sub), el.p(sub, class_name="t-2 mb-6")),
                *c,
                _languages(),
                class_name="k-auth-c",
            ),
            panel,
            class_name="k-auth",
        ),
    )


# The theme of the account, told once after signing in. "As this device" gives way to what somebody chose here by hand,
# which differs from what was told here before. In the page itself: React, which reads what this device keeps, may start
# before any file has come, and would go on with the theme before.
_ACCOUNT_THEME = (Path(__file__).parent / "account_theme.js").read_text()


def head_tags() -> list[rx.Component]:
    """For `rx.App(head_components=head_tags())`: the scripts, the icon, and the one font that every page shows."""
    font = "/fonts/figtree-basic-wght-normal.woff2"
    return [
        el.script(custom_attrs={"dangerouslySetInnerHTML": {"__html": _ACCOUNT_THEME}}),
        el.link(rel="icon", href="/favicon.ico", custom_attrs={"sizes": "32x32"}),
        el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        el.link(
            rel="preload", href=font, custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": "anonymous"}
        ),
        el.link(rel="stylesheet", href="/site.css"),
        el.script(src="/app.js", defer=True),
    ]


def app_wraps() -> dict[tuple[int, str], Any]:
    """For `rx.App(extra_app_wraps=app_wraps(), toaster=None)`.

    A wrap becomes the parent of the whole app: a fragment, or the page would move into our little corner.
    """

    def boundary(stateful: bool) -> rx.Component:
        quiet = {} if stateful else {"on_error": rx.noop()}
        return ErrorBoundary.create(fallback_render=crashed(), **quiet)

    def overlay(stateful: bool) -> rx.Component | None:
        live = el.div(connection_note(), toaster(), class_name="k-live")
        return rx.fragment(acting_bar(), live, finder()) if stateful else None

    return {(55, "ErrorBoundary"): boundary, (5, "Overlay"): overlay}
