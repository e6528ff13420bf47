"""The settings of the site that are decided in the browser, and the second step of the first run."""

from typing import Any

import reflex as rx

from lms_app.accounts.rules.fields import LOCALES, zones
from lms_app.admin.pages.parts import place_tabs
from lms_app.admin.state.settings import SettingsState
from lms_app.core.colours import DARK, LIGHT, TEXT, USUAL
from lms_app.core.site import BY_ENVIRONMENT, NAME_MAX, WELCOME_MAX
from lms_app.core.words import LANGUAGES
from lms_app.web import kit, look, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = SettingsState


def view() -> rx.Component:
    return kit.page_shell("Settings", kit.page_states(S, _body(), kit.skel_rows(8), what=t("the settings")))


def _body() -> rx.Component:
    return rx.fragment(
        rx.cond(
            S.first,
            kit.page_head(
                t("Your place"),
                t("Step 2 of 3: say what it is called and how it looks. All of it can be changed later."),
            ),
            kit.page_head(t("Settings"), t("What the place is called, how it looks, and who may come in.")),
        ),
        rx.cond(S.first, _welcome(), place_tabs(routes.SITE_SETTINGS)),
        el.div(
            kit.error_summary(S.problems),
            kit.native_form(
                el.div(
                    kit.hidden("version", S.view.version),
                    kit.hidden("first", rx.cond(S.first, "1", "")),
                    _name(),
                    _look(),
                    _place(),
                    _coming_in(),
                    _backups(),
                    kit.form_actions(kit.btn(t("Save settings"), "primary", type="submit")),
                    class_name="flex flex-col gap-8",
                ),
                action=f"{routes.SITE_SETTINGS}/save",
                enc_type="multipart/form-data",
            ),
            _mail(),
            class_name="max-w-[720px]",
        ),
    )


def _welcome() -> rx.Component:
    """The steps of the first run, and what comes after them."""
    return el.div(
        kit.note(
            "ok",
            "circle-check",
            el.p(t("You are the administrator of this place, and signed in."), class_name="t-strong"),
            el.p(t("Step 3, when the settings below are saved:"), class_name="t-small mt-1"),
            el.ul(
                *[
                    el.li(kit.link(words, address))
                    for words, address in (
                        (t("Invite people"), routes.people()),
                        (t("Make the first course"), routes.teaching()),
                        (t("Look after backups"), routes.BACKUPS),
                        (t("See what the environment sets, and what is dangerous"), routes.DOCTOR),
                    )
                ],
                class_name="mt-2 flex flex-col gap-1",
            ),
        ),
        class_name="max-w-[720px] mb-6",
    )


def _name() -> rx.Component:
    return kit.section(
        t("Name"),
        _card(
            _text("name", t("Name of the place"), t("On every page, in mail, and on new certificates."), NAME_MAX),
            _text("welcome", t("Welcome line"), t("Beside the form where people sign in."), WELCOME_MAX),
        ),
        id="section-name",
    )


def _look() -> rx.Component:
    return kit.section(
        t("Look"),
        _card(
            el.div(
                rx.cond(
                    S.view.logo != "",
                    el.img(
                        src=f"{look.LOGO}?v={S.view.logo}",
                        alt=t("The logo as it is now"),
                        class_name="max-h-[48px] max-w-full mb-3",
                    ),
                ),
                kit.field(
                    t("Logo"),
                    kit.file_input(accept="image/png,image/jpeg,image/webp,image/gif", name="logo"),
                    id="logo",
                    hint=t("PNG, JPEG, WebP or GIF, at most 5 MB. It is shown 32 pixels high beside the name."),
                    error=kit.error_of(S.problems, "logo"),
                    optional=True,
                ),
                rx.cond(
                    S.view.logo != "",
                    kit.btn(t("Remove the logo"), "quiet", size="sm", on_click=S.remove_logo, class_name="mt-2"),
                ),
            ),
            kit.field(
                t("Accent colour"),
                kit.text_input(
                    name="accent",
                    max_length=9,
                    placeholder=USUAL,
                    auto_complete="off",
                    spell_check=False,
                    on_change=S.look_at.debounce(250),
                    **_filled(S.typed["accent"]),
                ),
                id="accent",
                hint=t("Buttons and links are drawn with it. Empty for the usual green."),
                error=kit.error_of(S.problems, "accent"),
                optional=True,
            ),
            el.label(
                el.input(
                    type="color",
                    default_value=S.shades.accent,
                    key=S.shades.accent,
                    on_change=S.pick.debounce(250),
                    class_name="k-input w-[72px]! h-11! p-1!",
                ),
                el.span(t("Pick it from a palette"), class_name="t-small"),
                class_name="flex items-center gap-3",
            ),
            _contrast(),
            el.div(_preview(dark=False), _preview(dark=True), class_name="grid gap-3 sm:grid-cols-2"),
        ),
        id="section-look",
    )


def _contrast() -> rx.Component:
    """What WCAG says of the colour, in numbers and words, while it is chosen."""
    shades = S.shades
    return el.div(
        rx.cond(
            shades.passes,
            kit.note(
                "ok",
                "circle-check",
                el.p(
                    t(
                        "{accent} has {ratio}:1 on light pages, and its shade for dark ones, {dark}, has {dark_ratio}:1.",
                        accent=shades.accent,
                        ratio=shades.ratio,
                        dark=shades.dark,
                        dark_ratio=shades.dark_ratio,
                    )
                ),
                el.p(t("Both can be read: 4.5:1 is the least (WCAG AA)."), class_name="t-small mt-1"),
            ),
            kit.note(
                "warn",
                "triangle-alert",
                el.p(
                    t(
                        "{accent} has only {ratio}:1 on light pages: it cannot be read well enough. 4.5:1 is the least (WCAG AA).",
                        accent=shades.accent,
                        ratio=shades.ratio,
                    )
                ),
                el.div(
                    kit.btn(
                        t("Use {nearest}, the nearest that passes", nearest=shades.nearest),
                        size="sm",
                        on_click=S.pick(shades.nearest),
                    ),
                    class_name="mt-3",
                ),
            ),
        ),
        role="status",
    )


def _preview(*, dark: bool) -> rx.Component:
    """A button, a link and a chip as they would be on light or on dark pages, whatever this page is on."""
    shades = S.shades
    ground, words = (DARK[1], TEXT[1]) if dark else (LIGHT[0], TEXT[0])
    brand, on, text, soft = (
        (shades.dark, shades.dark_on, shades.dark_text, shades.dark_soft)
        if dark
        else (shades.nearest, LIGHT[0], shades.light_text, shades.light_soft)
    )
    return el.div(
        el.p(t("On dark pages") if dark else t("On light pages"), class_name="t-small mb-3"),
        el.div(
            el.span(t("Start course"), class_name="k-btn k-btn--sm", style={"background": brand, "color": on}),
            el.span(t("A link"), style={"color": text, "text_decoration": "underline"}, class_name="t-small"),
            el.span(t("Passed"), class_name="k-chip", style={"background": soft, "color": text}),
            class_name="flex flex-wrap items-center gap-3",
        ),
        class_name="k-card k-card--pad",
        style={"background": ground, "color": words},
    )


def _place() -> rx.Component:
    names = rx.Var.create(list(zones()))
    return kit.section(
        t("Time and languages"),
        _card(
            kit.field(
                t("Time zone"),
                _select("zone", rx.foreach(names, lambda zone: el.option(zone.split("_").join(" "), value=zone))),
                id="zone",
                hint=t("New accounts begin with it; everybody can choose their own."),
                error=kit.error_of(S.problems, "zone"),
            ),
            kit.field(
                t("Dates and numbers"),
                _select("locale", *[el.option(words, value=code) for code, words in LOCALES]),
                id="locale",
                hint=t("As people write them in this language. New accounts begin with it."),
                error=kit.error_of(S.problems, "locale"),
            ),
            kit.fieldset(
                t("Languages of the interface"),
                el.div(
                    *[
                        kit.check(
                            name,
                            f"language.{code}",
                            checked=S.view.languages.contains(code),
                            key=f"{code}{S.view.version}",
                        )
                        for code, name in LANGUAGES.items()
                    ],
                    class_name="flex flex-wrap gap-x-6 gap-y-1",
                ),
                id="languages",
                hint=t("Whoever prefers none of them gets English, or the first of them where English is not offered."),
                error=kit.error_of(S.problems, "languages"),
            ),
        ),
        id="section-place",
    )


def _coming_in() -> rx.Component:
    fixed = S.view.fixed.contains("self_registration")
    return kit.section(
        t("Coming in"),
        _card(
            el.div(
                kit.check(
                    t("People may create an account by themselves"),
                    "self_registration",
                    checked=S.view.self_registration,
                    key=f"registration{S.view.version}",
                    disabled=fixed,
                ),
                el.p(
                    t("They confirm their address by a mailed link. Without this, only whom you invite comes in."),
                    class_name="t-small t-2 mt-1",
                ),
                _by_environment("self_registration"),
            )
        ),
        id="section-coming",
    )


def _backups() -> rx.Component:
    return kit.section(
        t("Backups"),
        _card(
            _text(
                "backup_every_hours",
                t("A backup every so many hours"),
                t("24 makes one a day; 0 makes none by itself."),
                3,
                input_mode="numeric",
            ),
            _text(
                "backup_keep_days",
                t("Keep backups for so many days"),
                t("Older ones are removed when the next is made; 0 keeps all."),
                4,
                input_mode="numeric",
            ),
        ),
        id="section-backups",
    )


def _mail() -> rx.Component:
    mail = S.view.mail
    return kit.section(
        t("Mail"),
        _card(
            kit.facts(
                (
                    t("Way out"),
                    rx.cond(mail.way == "smtp", t("Mail server (SMTP)"), t("Kept as files, nothing is sent")),
                ),
                (t("Server"), rx.cond(mail.server != "", mail.server, t("none"))),
                (t("Encryption"), mail.security),
                (t("Sender"), mail.sender),
            ),
            el.p(t("Set by the environment (LMS_SMTP_HOST and its neighbours)."), class_name="t-small t-2"),
            el.div(kit.btn(t("Send a test mail to me"), "secondary", "send", on_click=S.try_mail)),
            el.div(
                rx.cond(
                    S.answered != "",
                    el.p(t("The answer:"), " ", el.code(S.answered, class_name="break-words"), class_name="t-small"),
                ),
                role="status",
            ),
        ),
        id="section-mail",
        class_name="mt-8",
    )


# ---- Parts


def _card(*c: Any) -> rx.Component:
    return kit.card(*c, class_name="flex flex-col gap-5")


def _filled(value: Any) -> dict[str, Any]:
    """What stands in a control. A new key makes a new one: after saving, the tab first shows what it knew before."""
    return {"default_value": value, "key": value}


def _text(name: str, label: str, hint: str, longest: int, **p: Any) -> rx.Component:
    return el.div(
        kit.field(
            label,
            kit.text_input(
                name=name,
                max_length=longest,
                auto_complete="off",
                read_only=S.view.fixed.contains(name),
                **_filled(S.typed[name]),
                **p,
            ),
            id=name,
            hint=hint,
            error=kit.error_of(S.problems, name),
        ),
        _by_environment(name),
    )


def _by_environment(name: str) -> rx.Component:
    said = t("Set by the environment: {setting}", setting=f"LMS_{BY_ENVIRONMENT[name].upper()}")
    return rx.cond(S.view.fixed.contains(name), el.div(kit.chip(said, "info", "lock"), class_name="mt-2"))


def _select(name: str, *options: rx.Component) -> Any:
    """A value that the list does not have stands before it."""
    now, odd = S.typed[name], S.typed[f"odd_{name}"]
    return lambda **wires: el.select(
        rx.cond(odd != "", el.option(odd, value=odd)),
        *options,
        name=name,
        **_filled(now),
        class_name="k-input",
        **wires,
    )


PAGE = Page(routes.SITE_SETTINGS, view, S.open_settings, t("Settings"), "admin")
