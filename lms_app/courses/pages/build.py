"""The builder: a course's modules and items in their order, and the settings of what is picked."""

from typing import Any

import reflex as rx

from lms_app.courses.pages.kinds import kind_icon
from lms_app.courses.service import ITEM_KINDS, LESSON
from lms_app.courses.service.building import RULES
from lms_app.courses.state.building import BuildState
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = BuildState
COURSE, CHOSEN = S.course, S.chosen
PUBLISH, REMOVE, ROW, MODULE, MOVE = "ask-publish-changes", "ask-remove", "row-menu", "module-menu", "move-to"
COMPLETION = (
    ("mark", t("The student marks it complete")),
    ("view", t("The student opens it")),
)
CONDITIONS = (
    ("", t("None")),
    ("done", t("After completing …")),
    ("score", t("After earning enough in …")),
    ("days", t("Some days after joining")),
    ("group", t("Only for a group")),
)


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), _skeleton(), what=t("the course")))


def _skeleton() -> rx.Component:
    return rx.fragment(
        kit.skel("280px", "32px", class_name="mb-8"),
        el.div(kit.skel("100%", "420px"), kit.skel("100%", "360px"), class_name="k-build"),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(COURSE.title, _state(), _actions(), crumb=(t("Course"), routes.teach_course(COURSE.slug))),
        el.div(rx.cond(S.undo != "", el.div(_undo(), class_name="mb-6")), role="status"),
        el.div(_outline(), _panel(), class_name="k-build"),
        _menus(),
        _dialogs(),
        _dragging(),
    )


def _state() -> rx.Component:
    """What students do not see yet, in words."""
    new = COURSE.changes.length()
    return rx.match(
        COURSE.status,
        ("draft", t("Only its staff see this course.")),
        ("archived", t("This course is archived: its members read on, and nobody can join.")),
        rx.cond(
            new == 0,
            t("Students see everything that is not hidden."),
            rx.cond(new == 1, t("1 change is not public yet."), t("{n} changes are not public yet.", n=new)),
        ),
    )


def _actions() -> rx.Component:
    is_draft = COURSE.status == "draft"
    return rx.fragment(
        kit.btn(t("Settings"), "secondary", "settings", href=routes.course_settings(COURSE.slug)),
        kit.btn(
            t("See it as a student"), "secondary", "eye", href=routes.course(COURSE.slug) + f"?{routes.AS_STUDENT}"
        ),
        rx.cond(
            (COURSE.changes.length() > 0) | (is_draft & COURSE.manages),
            kit.btn(rx.cond(is_draft, t("Publish course"), t("Publish changes")), "primary", **kit.opens(PUBLISH)),
        ),
    )


def _undo() -> rx.Component:
    return kit.note(
        "info",
        "trash-2",
        el.div(
            el.p(t("“{title}” is deleted. What students did in it is kept.", title=S.undo)),
            kit.btn(t("Undo"), size="sm", on_click=S.bring_last_back),
            class_name="flex flex-wrap items-center gap-4",
        ),
    )


# ---- The outline


def _outline() -> rx.Component:
    return el.section(
        el.div(
            el.h2(t("Outline"), class_name="t-h2", custom_attrs={"id": "outline"}),
            kit.btn(t("Add module"), "secondary", "plus", size="sm", on_click=S.add_module, data_focuses="title"),
            class_name="flex items-center justify-between mb-3",
        ),
        el.ol(
            rx.foreach(COURSE.modules, _module),
            class_name="flex flex-col gap-4",
            custom_attrs={"data-drags": "modules"},
        ),
        rx.cond(COURSE.removed.length() > 0, _removed()),
        aria_labelledby="outline",
        class_name="min-w-0",
    )


def _grip(name: Any) -> rx.Component:
    return el.span(
        kit.icon("grip-vertical"), class_name="k-grip", title=t("Drag “{name}”", name=name), aria_hidden="true"
    )


def _module(module: Any) -> rx.Component:
    title = el.button(
        f"{module.number}. {module.title}",
        type="button",
        on_click=S.choose_module(module.id),
        class_name="k-pick t-h3",
        aria_current=_is_chosen(module.id),
    )
    more = kit.btn(
        t("More actions for {title}", title=module.title),
        "quiet",
        "ellipsis",
        size="sm",
        icon_only=True,
        on_click=S.choose_module(module.id),
        **kit.menu_opens(MODULE),
    )
    return el.li(
        el.div(_grip(module.title), el.h3(title, class_name="flex-1 min-w-0"), more, class_name="k-modh"),
        el.ol(
            rx.foreach(module["items"], _row),  # `.items` is the var's own
            custom_attrs={"data-drags": "items", "data-into": module.id},
            class_name="k-drops",
        ),
        rx.cond(
            module["items"].length() == 0,
            el.p(t("Nothing in this module yet."), class_name="t-2 t-small px-5 pb-1"),
        ),
        _add(module),
        class_name="k-card",
        draggable=True,
        key=module.id,
        custom_attrs={"data-id": module.id},
    )


def _is_chosen(id: Any) -> Any:
    return rx.cond(CHOSEN.id == id, "true", "false")


def _row(item: Any) -> rx.Component:
    def arrow(ic: str, label: Any, step: int, name: str) -> rx.Component:
        return kit.btn(
            label,
            "quiet",
            ic,
            size="sm",
            icon_only=True,
            on_click=S.step(item.id, step),
            custom_attrs={"id": f"{name}-{item.id}", "data-step": str(step)},
        )

    return el.li(
        _grip(item.title),
        kind_icon(item.kind),
        el.div(
            el.button(
                item.title,
                type="button",
                on_click=S.choose(item.id),
                class_name="k-pick",
                aria_current=_is_chosen(item.id),
                custom_attrs={"id": f"pick-{item.id}"},
            ),
            el.div(item.note, class_name="t-cap t-3"),
            class_name="flex-1 min-w-0",
        ),
        _mark(item.mark),
        el.div(
            arrow("arrow-up", t("Move {title} up", title=item.title), -1, "up"),
            arrow("arrow-down", t("Move {title} down", title=item.title), 1, "down"),
            class_name="k-mv",
        ),
        kit.btn(
            t("More actions for {title}", title=item.title),
            "quiet",
            "ellipsis",
            size="sm",
            icon_only=True,
            on_click=S.choose(item.id),
            **kit.menu_opens(ROW),
        ),
        class_name=rx.cond(CHOSEN.id == item.id, "k-brow k-brow--on", "k-brow"),
        draggable=True,
        key=item.id,
        custom_attrs={"data-id": item.id},
    )


def _mark(mark: Any) -> rx.Component:
    return rx.match(
        mark,
        ("draft", kit.chip(t("Draft"), "info")),
        ("hidden", kit.chip(t("Hidden"))),
        ("edited", kit.chip(t("Edited"), "warn")),
        rx.fragment(),
    )


def _add(module: Any) -> rx.Component:
    """One line for something new: its title, and a button for each kind. Enter adds a lesson."""
    id = f"add-{module.id}"
    wrong = typed.at(S.errors, id)
    kinds = [(name, kind) for name, kind in ITEM_KINDS.items() if kind.begin is not None]
    return el.form(
        kit.hidden("do", ""),
        kit.hidden("module", module.id),
        el.input(
            name="title",
            placeholder=t("Title of something new"),
            aria_label=t("Title of something new in {title}", title=module.title),
            max_length=160,
            auto_complete="off",
            class_name="k-input k-input--sm flex-1 min-w-[180px]",
            custom_attrs={"id": id, "aria-describedby": f"{id}-error"},
        ),
        *[
            kit.btn(t("Add {kind}", kind=kind.noun), "secondary", size="sm", data_does=name)
            if name != LESSON
            else kit.btn(t("Add {kind}", kind=kind.noun), "secondary", size="sm", type="submit")
            for name, kind in kinds
        ],
        el.div(kit.field_error(id, wrong), class_name="basis-full empty:hidden"),
        on_submit=S.add,
        reset_on_submit=True,
        class_name="k-add",
        custom_attrs={"noValidate": True},
    )


def _removed() -> rx.Component:
    def line(thing: Any) -> rx.Component:
        return el.li(
            el.div(
                el.div(thing.title, class_name="t-strong"),
                el.div(thing.note, class_name="t-small t-2"),
                class_name="min-w-0 flex-1",
            ),
            kit.btn(
                rx.fragment(t("Bring back"), kit.sr(" "), kit.sr(thing.title)),
                size="sm",
                on_click=S.bring_back(thing.is_module, thing.id),
            ),
            class_name="k-row",
        )

    return el.details(
        el.summary(t("Deleted in the last 30 days"), class_name="t-small t-strong cursor-pointer"),
        kit.rows(rx.foreach(COURSE.removed, line), class_name="mt-3"),
        class_name="mt-8",
    )


# ---- What is picked


def _panel() -> rx.Component:
    return el.aside(
        rx.cond(
            CHOSEN.id != "",
            _settings(),
            kit.card(
                kit.empty(
                    "mouse-pointer-click",
                    t("Nothing picked"),
                    t("Pick a module or an item to rename it, set its dates, hide or delete it."),
                ),
                pad=False,
                class_name="k-card max-lg:hidden",
            ),
        ),
        aria_label=t("What is picked"),
        class_name=rx.cond(CHOSEN.id != "", "k-panel k-panel--on", "k-panel"),
    )


def _settings() -> rx.Component:
    heading = rx.match(
        CHOSEN.kind,
        *[(name, t("{kind} settings", kind=kind.noun.capitalize())) for name, kind in ITEM_KINDS.items()],
        t("Module settings"),
    )
    return el.div(
        el.div(
            el.h2(heading, class_name="t-h2"),
            kit.btn(t("Close"), "quiet", "x", size="sm", icon_only=True, on_click=S.close),
            class_name="flex items-center justify-between gap-3 mb-1",
        ),
        typed.saved_status(S),
        rx.cond(
            CHOSEN.edit_url != "",
            kit.btn(t("Edit content"), "primary", "pencil", href=CHOSEN.edit_url, block=True, class_name="mt-3"),
        ),
        el.form(
            kit.hidden("do", ""),
            typed.line(S.chosen["values"], S.errors, "title", t("Title"), max_length=160),
            rx.cond(CHOSEN.kind != "", _of_item()),
            kit.btn(t("Save"), "secondary", type="submit", block=True),
            key=S.form,
            on_submit=S.send,
            class_name="flex flex-col gap-4 mt-3",
            custom_attrs={"noValidate": True, "data-autosaves": "true"},
        ),
        el.div(
            rx.cond(
                CHOSEN.kind != "",
                rx.match(
                    CHOSEN.mark,
                    (
                        "draft",
                        kit.btn(t("Show to students now"), "secondary", "eye", block=True, on_click=S.show(True)),
                    ),
                    ("hidden", kit.btn(t("Show to students"), "secondary", "eye", block=True, on_click=S.show(True))),
                    kit.btn(t("Hide from students"), "secondary", "eye-off", block=True, on_click=S.show(False)),
                ),
            ),
            rx.cond(
                CHOSEN.kind != "",
                kit.btn(
                    t("Extensions"),
                    "secondary",
                    "calendar-clock",
                    block=True,
                    href=routes.item_overrides(COURSE.slug, CHOSEN.id),
                ),
            ),
            kit.btn(t("Delete"), "quiet", "trash-2", block=True, **kit.opens(REMOVE)),
            class_name="flex flex-col gap-2 mt-5",
        ),
        class_name="k-card k-card--pad",
    )


def _of_item() -> rx.Component:
    values, errors = S.chosen["values"], S.errors
    return rx.fragment(
        typed.number(values, errors, "minutes", t("Estimated time, in minutes"), optional=True),
        typed.moment(values, errors, "opens_at", t("Opens"), hint=t("Without one it is open with the course.")),
        typed.moment(values, errors, "due_at", t("Due")),
        el.p(t("Times are in your zone, {zone}.", zone=typed.at(values, "zone")), class_name="t-cap t-3"),
        rx.cond(
            CHOSEN.kind == LESSON,
            typed.choose(values, errors, "completion", t("Counts as complete when"), COMPLETION),
        ),
        _release(),
        typed.switch(values, "required", t("Needed to complete the course")),
        typed.switch(values, "preview", t("Open to everybody before they join")),
    )


def _release() -> rx.Component:
    """What must hold besides the date. The choices of a row show for its kind (`assets/theme.css`)."""
    values, errors = S.chosen["values"], S.errors

    def one(at: int) -> rx.Component:
        start = f"release.{at}."
        pick = t("Choose …")
        return el.div(
            typed.choose(values, errors, f"{start}kind", t("Condition {n}", n=at + 1), CONDITIONS),
            el.div(
                _select(f"{start}item", t("Lesson or quiz"), CHOSEN["items"], pick), class_name="k-for-done k-for-score"
            ),
            el.div(
                typed.number(values, errors, f"{start}least", t("Share of the points, in percent")),
                class_name="k-for-score",
            ),
            el.div(typed.number(values, errors, f"{start}days", t("Days after joining")), class_name="k-for-days"),
            el.div(_select(f"{start}group", t("Group"), CHOSEN["groups"], pick), class_name="k-for-group"),
            class_name="k-rule flex flex-col gap-3",
        )

    rows = el.details(
        el.summary(t("Who can open it, and when"), class_name="t-small t-strong cursor-pointer"),
        el.div(
            typed.choose(
                values,
                errors,
                "release.match",
                t("It opens when"),
                (("all", t("All conditions hold")), ("any", t("Any one condition holds"))),
            ),
            *[one(at) for at in range(RULES)],
            class_name="flex flex-col gap-4 mt-3",
        ),
        open=typed.at(values, "release.0.kind") != "",
    )
    kept = el.p(t("It opens by conditions that were set by REST. They stay as they are."), class_name="t-small t-2")
    return rx.cond(typed.at(values, "release.kept") != "", kept, rows)


def _select(name: str, label: str, options: Any, pick: str) -> rx.Component:
    values, errors = S.chosen["values"], S.errors

    def control(**wires: Any) -> rx.Component:
        return el.select(
            el.option(pick, value=""),
            rx.foreach(options, lambda one: el.option(one.label, value=one.value)),
            name=name,
            default_value=typed.at(values, name),
            class_name="k-input",
            **wires,
        )

    return kit.field(label, control, id=name, error=typed.at(errors, name))


# ---- Menus and questions: one for all rows, about what is picked


def _menus() -> rx.Component:
    steps = ((t("Move up"), {"on_click": S.step_chosen(-1)}), (t("Move down"), {"on_click": S.step_chosen(1)}))
    delete = (t("Delete"), {**kit.opens(REMOVE), "danger": True})
    rename = (t("Rename"), {"data_focuses": "title"})
    return rx.fragment(
        kit.menu_list(
            ROW,
            t("More actions"),
            rename,
            (t("Duplicate"), {"on_click": S.duplicate}),
            *steps,
            (t("Move to module…"), kit.opens(MOVE)),
            None,
            delete,
        ),
        kit.menu_list(MODULE, t("More actions"), rename, *steps, None, delete),
    )


def _dialogs() -> rx.Component:
    title = typed.at(S.chosen["values"], "title")
    begun = rx.match(
        CHOSEN.learners,
        (0, t("Nobody has begun it.")),
        (1, t("1 student has begun it. What they did is kept.")),
        t("{n} students have begun it. What they did is kept.", n=CHOSEN.learners),
    )
    target = el.div(
        rx.foreach(
            COURSE.modules,
            lambda module: kit.btn(
                f"{module.number}. {module.title}",
                "secondary",
                block=True,
                aria_disabled=rx.cond(module.id == CHOSEN.module_id, "true", "false"),
                on_click=S.move_to(module.id),
                **kit.closes(),
            ),
        ),
        class_name="flex flex-col gap-2 mt-4",
    )
    return rx.fragment(
        kit.confirm_dialog(
            REMOVE,
            t("Delete “{title}”?", title=title),
            rx.fragment(begun, " ", t("You can undo this for 30 days.")),
            t("Delete"),
            on_confirm=S.remove,
        ),
        kit.dialog(MOVE, t("Move to which module?"), target, actions=(kit.btn(t("Cancel"), **kit.closes()),)),
        kit.dialog(
            PUBLISH,
            rx.cond(COURSE.status == "draft", t("Publish this course?"), t("Publish the changes?")),
            el.p(
                rx.cond(
                    COURSE.status == "draft",
                    t("Everybody can find it in the catalogue, and its students see all that is not hidden."),
                    t("Students see this from now on:"),
                ),
                class_name="k-dlg-d",
            ),
            el.ul(
                rx.foreach(COURSE.changes, lambda change: el.li(change)),
                class_name="list-disc ps-6 t-2 mt-3 max-h-[40dvh] overflow-y-auto",
            ),
            actions=(
                kit.btn(t("Cancel"), **kit.closes()),
                kit.btn(t("Publish"), "primary", on_click=S.publish, **kit.closes()),
            ),
        ),
    )


def _dragging() -> rx.Component:
    """`assets/app.js` fills this form when something was dropped, and sends it."""
    return el.form(
        *[el.input(type="hidden", name=name) for name in ("what", "dragged", "into", "before")],
        on_submit=S.drop,
        class_name="hidden",
        custom_attrs={"data-dropped": "true"},
    )


PAGE = Page(
    routes.COURSE_BUILD, view, BuildState.open, rx.cond(S.loaded, COURSE.title, t("Course")), member(Can.AUTHOR)
)
