"""One's own profile: you, password, address, sessions."""

from typing import Any

import reflex as rx
from reflex_base.style import set_color_mode

from lms_app.accounts.pages import parts
from lms_app.accounts.rules.fields import LOCALES, NAME_MAX, zones
from lms_app.accounts.state.profile import KEY, ProfileState
from lms_app.accounts.views import SessionView
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.kit.keys import key_form, key_list, new_secret
from lms_app.web.page import Page
from lms_app.web.words import t

THEMES = (("system", t("As this device")), ("light", t("Light")), ("dark", t("Dark")))
WISHES = (("system", t("As this device")), ("always", t("Always")))


def view() -> rx.Component:
    return kit.page_shell("", kit.page_states(ProfileState, _body(), kit.skel_rows(4), what=t("your profile")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(t("Profile"), ProfileState.me.email),
        el.div(
            kit.error_summary(ProfileState.problems),
            rx.cond(ProfileState.me.bounced != "", _bounced()),
            el.div(
                _you(),
                _keys(),
                _password(),
                _email(),
                _sessions(),
                _api_keys(),
                _data(),
                class_name="flex flex-col gap-8",
            ),
            class_name="max-w-[720px]",
        ),
    )


def _bounced() -> rx.Component:
    """Quiet, but before all else: without mail nobody gets back into an account."""
    return el.div(
        kit.note(
            "warn",
            "mail-x",
            el.p(t("Mail to your address comes back, so we have stopped sending any."), class_name="t-strong"),
            el.p(
                t("If the address is right, have a link mailed there and open it. If it is not, change it below."),
                class_name="t-small mt-1",
            ),
            el.p(ProfileState.me.bounced, class_name="t-cap mt-2 break-words"),
            el.div(kit.btn(t("Mail me a link"), size="sm", on_click=ProfileState.prove_address), class_name="mt-3"),
        ),
        class_name="mb-6",
    )


def _form(*c: Any, action: str, **p: Any) -> rx.Component:
    return kit.native_form(kit.card(*c, class_name="flex flex-col gap-5"), action=action, **p)


def _you() -> rx.Component:
    me, typed, problems = ProfileState.me, ProfileState.typed, ProfileState.problems
    return kit.section(
        t("You"),
        _form(
            el.div(
                kit.avatar(me.initials, url=me.avatar_url, size="lg"),
                el.div(
                    kit.field(
                        t("Picture"),
                        kit.file_input(accept="image/png,image/jpeg,image/webp,image/gif", name="avatar"),
                        id="avatar",
                        hint=t("PNG, JPEG, WebP or GIF, at most 5 MB. It is cut to a small square."),
                        error=kit.error_of(problems, "avatar"),
                        optional=True,
                    ),
                    rx.cond(
                        me.avatar_url != "",
                        el.div(
                            kit.check(t("Remove my picture"), "remove_avatar", value="yes"), class_name="mt-2 t-small"
                        ),
                    ),
                    class_name="flex-1 min-w-[220px]",
                ),
                class_name="flex flex-wrap items-start gap-5",
            ),
            kit.field(
                t("Name"),
                kit.text_input(name="name", auto_complete="name", max_length=NAME_MAX, **_filled(typed["name"])),
                id="name",
                hint=t("As others see it, and as it stands on your next certificates."),
                error=kit.error_of(problems, "name"),
            ),
            kit.field(
                t("Time zone"),
                _select("zone", _zones()),
                id="zone",
                hint=t("Due dates are shown in it."),
                error=kit.error_of(problems, "zone"),
            ),
            kit.field(
                t("Language"),
                _select("locale", *[el.option(words, value=code) for code, words in LOCALES]),
                id="locale",
                hint=t("Of the pages in English, Deutsch and العربية; of dates and numbers in each."),
                error=kit.error_of(problems, "locale"),
            ),
            kit.field(
                t("Theme"),
                # It changes what is on the screen at once; saving keeps it with the account.
                kit.select(
                    THEMES, name="theme", on_change=lambda mode: set_color_mode(mode), **_filled(typed["theme"])
                ),
                id="theme",
                error=kit.error_of(problems, "theme"),
            ),
            el.div(
                kit.field(
                    t("More contrast"),
                    kit.select(WISHES, name="contrast", **_filled(typed["contrast"])),
                    id="contrast",
                    error=kit.error_of(problems, "contrast"),
                ),
                kit.field(
                    t("Less motion"),
                    kit.select(WISHES, name="motion", **_filled(typed["motion"])),
                    id="motion",
                    error=kit.error_of(problems, "motion"),
                ),
                class_name="grid gap-5 sm:grid-cols-2",
            ),
            kit.form_actions(kit.btn(t("Save profile"), "primary", type="submit")),
            action="/auth/profile",
            enc_type="multipart/form-data",
        ),
        id="you",
    )


def _filled(value: Any) -> dict[str, Any]:
    """What stands in a control. A new key makes a new one: after saving, the tab first shows what it knew before."""
    return {"default_value": value, "key": value}


def _select(name: str, *options: rx.Component) -> Any:
    """A value that the list does not have, set by an administrator or a program, stands before it."""
    now, odd = ProfileState.typed[name], ProfileState.unlisted[name]
    return lambda **wires: el.select(
        rx.cond(odd != "", el.option(odd, value=odd)),
        *options,
        name=name,
        **_filled(now),
        class_name="k-input",
        **wires,
    )


def _zones() -> rx.Component:
    """One loop over a list of names: four hundred options by themselves would be 40 KB of script."""
    names = rx.Var.create(list(zones()))
    return rx.foreach(names, lambda zone: el.option(zone.split("_").join(" "), value=zone))


def _keys() -> rx.Component:
    """Single keys get in the way of those who speak to their computer, so they can be turned off."""
    return kit.section(
        t("Keyboard"),
        kit.card(
            kit.stored_check(t("Single-key shortcuts, such as J for the next question"), "shortcuts"),
            el.p(t("Kept in this browser. It changes at once."), class_name="t-small t-2 mt-1"),
        ),
        id="keyboard",
    )


def _password() -> rx.Component:
    return kit.section(
        t("Password"),
        _form(
            parts.password_field(ProfileState, t("Current password"), id="current", name="current"),
            parts.password_field(ProfileState, t("New password"), new=True),
            el.div(kit.show_password("password"), class_name="t-small"),
            el.p(t("Your other devices are signed out."), class_name="t-small t-2"),
            kit.form_actions(kit.btn(t("Change password"), type="submit")),
            action="/auth/password",
        ),
        id="change-password",
    )


def _email() -> rx.Component:
    control = kit.text_input(
        type="email", name="email", auto_complete="email", max_length=254, **_filled(ProfileState.email)
    )
    return kit.section(
        t("Email address"),
        rx.cond(
            ProfileState.me.new_email != "",
            el.div(
                kit.note(
                    "info",
                    "mail",
                    el.p(
                        el.span(ProfileState.me.new_email, class_name="t-strong"),
                        " ",
                        t("becomes your address when you open the link that we mailed there."),
                    ),
                ),
                class_name="mb-4",
            ),
        ),
        _form(
            kit.facts((t("Now"), ProfileState.me.email)),
            kit.field(t("New address"), control, id="email", error=kit.error_of(ProfileState.problems, "email")),
            parts.password_field(ProfileState, t("Current password"), id="email-current", name="current"),
            kit.form_actions(kit.btn(t("Change address"), type="submit")),
            action="/auth/email",
        ),
        id="change-email",
    )


def _sessions() -> rx.Component:
    everywhere = kit.confirm(
        t("Sign out everywhere"),
        t("Sign out everywhere?"),
        rx.cond(
            ProfileState.sessions.length() == 1,
            t("This session ends. What you saved stays."),
            t("All {n} sessions end, this one too. What you saved stays.", n=ProfileState.sessions.length()),
        ),
        t("Sign out everywhere"),
        submit_to="/auth/sign-out-everywhere",
        kind="secondary",
        size="sm",
    )
    return kit.section(
        t("Where you are signed in"),
        kit.rows(rx.foreach(ProfileState.sessions, _session)),
        action=everywhere,
        id="sessions",
    )


def _session(session: rx.Var[SessionView]) -> rx.Component:
    return el.li(
        el.div(
            el.div(session.device, class_name="t-strong k-clip"),
            el.div(
                t("Since {began}", began=session.began),
                rx.cond(session.ip != "", rx.fragment(" · ", session.ip)),
                class_name="t-small t-2",
            ),
            el.div(t("Used {seen}", seen=session.seen), class_name="t-small t-3"),
            class_name="min-w-0 flex-1",
        ),
        rx.cond(
            session.current,
            kit.chip(t("This device"), "ok"),
            kit.btn(
                t("Sign out"),
                size="sm",
                on_click=ProfileState.end(session.id, session.device),
                aria_label=t("Sign out {device}, since {began}", device=session.device, began=session.began),
            ),
        ),
        class_name="k-row",
        key=session.id,
    )


def _api_keys() -> rx.Component:
    return kit.section(
        t("API keys"),
        el.p(
            t("For programs that work in your name. A key may do what you may, or only read it."),
            class_name="t-small t-2 mb-3",
        ),
        new_secret(ProfileState.secret),
        key_list(ProfileState.keys, ProfileState.end_key, t("You have no key.")),
        kit.card(key_form(ProfileState.problems, ProfileState.make_key, KEY), class_name="mt-4"),
        id="api-keys",
    )


def _data() -> rx.Component:
    return kit.section(
        t("Your data"),
        el.p(
            t("Take a copy of everything about you along, or have your account erased."), class_name="t-small t-2 mb-3"
        ),
        kit.btn(t("Download or erase my data"), href=routes.my_data()),
        id="data",
    )


PAGE = Page(routes.PROFILE, view, ProfileState.open, t("Profile"), "signed_in")
