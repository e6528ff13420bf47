"""Forms: every control has a label, an error stands between the two, and a summary on top links to the fields.

Controls are made in two steps, `field("Name", text_input(name="name"), id="name")`: the field knows the id, the hint and
the error, and hands them to the control. They are uncontrolled (`default_value`, read on submit): with `value` and
`on_change` each key would wait for the server.
"""

from collections.abc import Callable, Iterable
from typing import Any

import reflex as rx
from reflex_base.vars.base import Var, VarData
from reflex_components_core.el.elements.base import BaseHTML

from lms_app.web.kit.basics import Text, el, filled, icon, jump, names, note, sr, when
from lms_app.web.views import Choice, FieldError
from lms_app.web.words import t

Control = Callable[..., rx.Component]
"""Makes a control of the props that a field adds: id, aria-describedby, aria-invalid."""


class NativeForm(BaseHTML):
    """A form that the browser sends. Reflex's own form always prevents that, so its `action` would do nothing."""

    tag = "form"
    action: Var[str]
    method: Var[str]
    enc_type: Var[str]
    no_validate: Var[bool]


class Problems(BaseHTML):
    """`app.js` gives this element its life: it moves the focus to the summary and puts "Error: " before the title."""

    tag = "k-problems"


def native_form(*c: Any, action: Any, method: str = "post", **p: Any) -> rx.Component:
    """For everything that sets a cookie, takes a password or sends a file: POST, then a redirect, then a new document."""
    if p.get("enc_type") is None:
        p.pop("enc_type", None)
    p.setdefault("no_validate", True)
    return NativeForm.create(*c, action=action, method=method, **p)


def hidden(name: str, value: Any) -> rx.Component:
    """A value that a native form carries along."""
    return el.input(type="hidden", name=name, custom_attrs={"value": value})


def field(
    label: Text, control: Control, id: Any, hint: Text = "", error: Text = "", optional: bool = False, **p: Any
) -> rx.Component:
    """A label, a hint, what is wrong, and the control. A field is required unless it says that it is optional.

    `error` may be a state var; empty means that nothing is wrong.
    """
    return el.div(
        el.label(
            label,
            el.span(" " + t("(optional)"), class_name="k-optional") if optional else rx.fragment(),
            html_for=id,
        ),
        when(filled(hint), el.p(hint, class_name="k-hint", custom_attrs={"id": f"{id}-hint"})),
        field_error(id, error),
        control(id=id, **_wires(id, hint, error)),
        class_name=names("k-field", p.pop("class_name", "")),
        **p,
    )


def field_error(id: Any, error: Text) -> rx.Component:
    """The sentence about a wrong field, for a control that is not drawn by `field`."""
    return when(
        filled(error),
        el.p(
            icon("circle-alert"),
            el.span(sr(t("Error:") + " "), error),
            class_name="k-err",
            custom_attrs={"id": f"{id}-err"},
        ),
    )


def _wires(id: Any, hint: Text, error: Text) -> dict[str, Any]:
    """aria-describedby and aria-invalid, for errors known now or only in the browser."""
    hinted = f"{id}-hint" if not isinstance(hint, rx.Var) and filled(hint) else ""
    wrong = filled(error)
    both = f"{hinted} {id}-err".strip()
    if isinstance(wrong, rx.Var):
        return {
            "aria_invalid": rx.cond(wrong, "true", "false"),
            "aria_describedby": rx.cond(wrong, both, hinted),
        }
    described = both if wrong else hinted
    return {
        **({"aria_invalid": "true"} if wrong else {}),
        **({"aria_describedby": described} if described else {}),
    }


def error_of(problems: Any, id: Any) -> Var[str]:
    """The sentence about the control `id` in a state's list of `FieldError`s; empty when nothing is wrong with it.

    One such list is enough for a page: a var for each field would travel at the first breath of every tab.
    """
    its = Var.create(id)
    found = f"({problems!s}.find((p) => p.id === {its!s})?.text ?? '')"
    data = VarData.merge(*(var._get_all_var_data() for var in (problems, its)))  # pyright: ignore[reportPrivateUsage]
    return Var(found, _var_type=str, _var_data=data).guess_type()


def fieldset(legend: Text, *c: Any, id: Any = "", hint: Text = "", error: Text = "", **p: Any) -> rx.Component:
    """Several controls that answer one question, such as radio rows."""
    return el.fieldset(
        el.legend(legend, class_name="k-label mb-2"),
        when(filled(hint), el.p(hint, class_name="k-hint mb-2", custom_attrs={"id": f"{id}-hint"})),
        field_error(id, error),
        *c,
        **({"custom_attrs": {"id": id, "tabIndex": -1}, **_wires(id, hint, error)} if id else {}),
        **p,
    )


def _control(tag: Callable[..., rx.Component], *c: Any, **props: Any) -> Control:
    extra = names("k-input", props.pop("sm", False) and "k-input--sm", props.pop("class_name", ""))
    attrs = props.pop("custom_attrs", {})
    # Reflex writes a control's ARIA props into this dictionary: one that is shared would give each those of the last.
    return lambda **wires: tag(*c, class_name=extra, custom_attrs=dict(attrs), **props, **wires)


def text_input(*, sm: bool = False, **p: Any) -> Control:
    """One line of text. Set `type`, `name`, `auto_complete`, `input_mode` and `default_value` as HTML has them."""
    return _control(el.input, sm=sm, **p)


def textarea(*, rows: int = 4, **p: Any) -> Control:
    return _control(el.textarea, rows=str(rows), **p)


def file_input(*, accept: str = "", **p: Any) -> Control:
    """A file, sent by a native form with `enc_type="multipart/form-data"`. Say the limit in the field's hint."""
    return _control(el.input, type="file", **({"accept": accept} if accept else {}), **p)


def select(options: Iterable[Any] | Var[Any], *, sm: bool = False, **p: Any) -> Control:
    """The browser's own select. Options are texts, (value, text) pairs or `Choice`s, or a state var with a list of
    texts or of `Choice`s. `default_value` picks one."""
    if isinstance(options, rx.Var):
        plain = getattr(options, "_var_type", None) in (list[str], tuple[str, ...])
        c = rx.foreach(options, (lambda o: el.option(o, value=o)) if plain else _choice)
        return _control(el.select, c, sm=sm, **p)
    return _control(el.select, *[_option(o) for o in options], sm=sm, **p)


def _choice(o: Any) -> rx.Component:
    return el.option(o.label, value=o.value)


def _option(o: Any) -> rx.Component:
    if isinstance(o, Choice):
        return _choice(o)
    value, text = o if isinstance(o, tuple) else (o, o)
    return el.option(text, value=value)


def search_input(label: Text, placeholder: Text = "", *, id: str = "search", **p: Any) -> rx.Component:
    """A search field with a hidden name, for what is on the page; the key / is the search of everything."""
    outer = names("k-search", p.pop("class_name", "flex-1"))
    return el.div(
        icon("search"),
        el.input(
            type="search",
            class_name="k-input",
            aria_label=label,
            placeholder=placeholder,
            id=id,
            **p,
        ),
        class_name=outer,
    )


def filter_select(label: Text, options: Any, **p: Any) -> rx.Component:
    """A select in a row of filters, named but without a visible label: its first option says what it is about."""
    return select(options, class_name=names("w-auto! min-w-[150px]", p.pop("class_name", "")), **p)(aria_label=label)


def check(label: Text, name: Text = "", *, checked: Any = False, kind: str = "checkbox", **p: Any) -> rx.Component:
    """A checkbox (or `kind="radio"`) with its words, all of it clickable. Other props go to the input."""
    if isinstance(name, Var) or name:
        p["name"] = name
    return el.label(
        el.input(type=kind, default_checked=checked, **p), el.span(label, class_name="min-w-0"), class_name="k-check"
    )


def show_password(id: str) -> rx.Component:
    """Shows what is in the password field `id`. It goes back to dots before the form is sent."""
    return check(t("Show password"), data_shows=id, auto_complete="off")


def stored_check(label: Text, key: str) -> rx.Component:
    """A switch kept in this browser alone and on until it is turned off, such as `shortcuts`."""
    return el.label(
        el.input(type="checkbox", data_stores=key),
        _Stored.create(),
        el.span(label, class_name="min-w-0"),
        class_name="k-check",
    )


class _Stored(BaseHTML):
    """`app.js` gives this element its life: it sets the box as it was left."""

    tag = "k-stored"


def error_summary(errors: Var[list[FieldError]] | Iterable[FieldError], **p: Any) -> rx.Component:
    """ "There is a problem", each line a link to its field. Nothing at all while there are no errors.

    It takes the focus when it appears. A line without an id is plain text (the pair does not match, say).
    """

    def line(error: Any) -> rx.Component:
        words = jump(error.text, to=error.id, class_name="k-link")
        return el.li(when(filled(error.id), words, error.text))

    if isinstance(errors, rx.Var):
        return rx.cond(errors.length() > 0, _summary(rx.foreach(errors, line), **p))
    lines = [line(error) for error in errors]
    return _summary(*lines, **p) if lines else rx.fragment()


def _summary(*lines: Any, **p: Any) -> rx.Component:
    return el.div(
        note(
            "danger",
            "circle-alert",
            el.div(
                el.h2(t("There is a problem"), class_name="t-h3"),
                el.ul(*lines, class_name="k-problems mt-1"),
                role="alert",
            ),
            Problems.create(data_prefix=t("Error:") + " "),
        ),
        tab_index=-1,
        class_name=names("mb-6", p.pop("class_name", "")),
        custom_attrs={"id": "error-summary"},
        **p,
    )


def form_actions(*c: Any) -> rx.Component:
    return el.div(*c, class_name="k-form-a")
