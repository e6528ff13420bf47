"""The question bank of a course: a table to search, changes to the chosen questions, and one to try out."""

from typing import Any

import reflex as rx

from lms_app.policy import Can
from lms_app.quizzes import journal
from lms_app.quizzes.kinds import KINDS, authoring
from lms_app.quizzes.state.bank import FILTERS, PICK, QuestionBankState
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = QuestionBankState
BANK = S.bank
TRY, CATEGORIES, CHANGE = "try", "categories", "change"
SHEETS = (("xml", t("Moodle XML")), ("gift", t("GIFT")), ("csv", t("CSV")), ("zip", t("QTI 2.1")))
LEVELS = (("easy", t("Easy")), ("medium", t("Medium")), ("hard", t("Hard")))


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), kit.skel_rows(8), what=t("the question bank")))


def _body() -> rx.Component:
    kinds = [(kind.label, {"href": routes.question_new(BANK.slug, kind.name)}) for kind in KINDS.values()]
    return rx.fragment(
        kit.page_head(
            t("Question bank"),
            rx.cond(BANK.total == 1, t("1 question"), t("{n} questions", n=BANK.total)),
            kit.menu(
                t("Export"),
                "export",
                *[(words, {"href": _sheet(kind), "raw": True}) for kind, words in SHEETS],
                ic="download",
                kind="secondary",
                size=None,
                icon_only=False,
            ),
            kit.btn(t("Import"), "secondary", "upload", href=routes.question_import(BANK.slug)),
            kit.btn(t("Categories"), "secondary", "folder-tree", **kit.opens(CATEGORIES)),
            kit.menu(t("New question"), "new-question", *kinds, ic="plus", kind="primary", size=None, icon_only=False),
            crumb=(BANK.course, routes.teach_course(BANK.slug)),
        ),
        _search(),
        el.div(rx.cond(S.removed > 0, el.div(_undo(), class_name="mb-4")), role="status"),
        rx.cond(BANK.rows.length() > 0, _list(), _nothing()),
        _try_dialog(),
        _category_dialog(),
    )


def _sheet(kind: str) -> Any:
    """Of the category that is shown, or of the whole bank."""
    return routes.question_sheet(BANK.slug, kind, S.filters["category"])


def _search() -> rx.Component:
    def by(label: str, options: Any, name: str) -> rx.Component:
        return kit.filter_by(label, options, S, name, S.filters[name])

    def choices(label: str, first: str, options: Any, name: str) -> rx.Component:
        return el.select(
            el.option(first, value=""),
            rx.foreach(options, lambda one: el.option(one.label, value=one.value)),
            aria_label=label,
            class_name="k-input w-auto! min-w-[150px] max-w-[240px]",
            value=S.filters[name],
            on_change=lambda chosen: S.choose(name, chosen),
        )

    tags = el.select(
        el.option(t("Any tag"), value=""),
        rx.foreach(BANK.tags, lambda tag: el.option(tag, value=tag)),
        aria_label=t("Tag"),
        class_name="k-input w-auto! min-w-[150px] max-w-[240px]",
        value=S.filters["tag"],
        on_change=lambda chosen: S.choose("tag", chosen),
    )
    kinds = (("", t("All kinds")), *[(kind.name, kind.label) for kind in KINDS.values()])
    return el.form(
        kit.search_input(
            t("Search questions"),
            t("Search the words of questions"),
            name="search",
            default_value=S.filters["search"],
            key=S.filters["search"],
            max_length=200,
            class_name="flex-1 min-w-[220px]!",
        ),
        by(t("Kind"), kinds, "kind"),
        choices(t("Category"), t("All categories"), BANK.categories, "category"),
        tags,
        by(t("Difficulty"), (("", t("Any difficulty")), *LEVELS), "difficulty"),
        by(t("Use"), (("", t("In quizzes or not")), ("no", t("In no quiz"))), "used"),
        role="search",
        class_name="flex flex-wrap gap-3 mb-4",
        on_submit=lambda data: S.find(data.to(dict[str, str])["search"]),
    )


def _undo() -> rx.Component:
    said = rx.cond(S.removed == 1, t("1 question is removed."), t("{n} questions are removed.", n=S.removed))
    return kit.note(
        "info",
        "trash-2",
        el.div(
            el.p(said, " ", t("Attempts that had it keep it.")),
            kit.btn(t("Bring back"), size="sm", on_click=S.bring_back),
            class_name="flex flex-wrap items-center gap-4",
        ),
    )


# ---- The list, and what is done to the chosen ones


def _list() -> rx.Component:
    return el.form(
        kit.hidden("do", ""),
        _table(),
        kit.pager(S),
        _changes(),
        on_submit=S.change,
        custom_attrs={"id": CHANGE, "noValidate": True},
    )


def _table() -> rx.Component:
    everything = kit.check(t("Question"), data_checks="true", aria_label=t("Choose all questions of this page"))
    return kit.data_table(
        t("Questions"),
        [
            kit.col(everything),
            t("Tags"),
            t("Difficulty"),
            kit.col(t("Points"), num=True),
            kit.col(t("Quizzes"), num=True),
            t("Changed"),
            kit.col(t("Action"), hidden=True),
        ],
        rx.foreach(BANK.rows, _row),
    )


def _row(one: Any) -> rx.Component:
    where = kit.when(one.category != "", el.span(" · ", one.category))
    words = el.span(
        el.span(one.text, class_name="k-clip2"),
        el.span(one.kind, where, class_name="t-small t-2 font-normal block"),
        class_name="block min-w-0",
    )
    show = kit.btn(
        rx.fragment(t("Try it"), kit.sr(f" {one.text}")),
        "quiet",
        size="sm",
        on_click=S.show(one.id),
        **kit.opens(TRY),
    )
    edit = kit.btn(
        rx.fragment(t("Edit"), kit.sr(f" {one.text}")),
        "quiet",
        size="sm",
        href=routes.question_edit(BANK.slug, one.id),
    )
    return kit.tr(
        kit.row_head(kit.check(words, f"{PICK}{one.id}")),
        kit.td(el.div(rx.foreach(one.tags, lambda tag: kit.chip(tag)), class_name="flex flex-wrap gap-1")),
        kit.td(_level(one.difficulty)),
        kit.td(one.points, num=True),
        kit.td(one.quizzes, num=True),
        kit.td(one.changed, class_name="whitespace-nowrap"),
        kit.td(el.div(show, edit, class_name="flex justify-end"), num=True),
        key=one.id,
    )


def _level(difficulty: Any) -> rx.Component:
    return rx.match(difficulty, *LEVELS, "–")


def _changes() -> rx.Component:
    def group(*c: Any) -> rx.Component:
        return el.div(*c, class_name="flex flex-wrap items-end gap-2")

    def does(label: str, what: str, kind: str = "secondary", ic: str | None = None) -> rx.Component:
        return kit.btn(label, kind, ic, size="sm", data_does=what)

    none = el.option(t("No category"), value="")
    return el.section(
        el.h2(t("With the chosen questions"), class_name="t-h3"),
        el.div(
            rx.cond(S.error != "", kit.note("danger", "circle-alert", el.p(S.error))),
            role="alert",
            class_name="empty:hidden",
        ),
        el.div(
            group(
                kit.field(
                    t("Tags"), kit.text_input(name="tags", sm=True, max_length=400, auto_complete="off"), id="tags"
                ),
                does(t("Add"), "tag"),
                does(t("Take off"), "untag"),
            ),
            group(
                kit.field(
                    t("Category"),
                    lambda **w: el.select(
                        none,
                        rx.foreach(BANK.categories, lambda one: el.option(one.label, value=one.value)),
                        name="category",
                        class_name="k-input k-input--sm",
                        **w,
                    ),
                    id="category",
                ),
                does(t("Move"), "file"),
            ),
            group(
                kit.field(
                    t("Difficulty"),
                    kit.select((("", t("Not said")), *LEVELS), name="level", sm=True),
                    id="level",
                ),
                does(t("Set"), "rate"),
            ),
            kit.when(
                BANK.quizzes.length() > 0,
                group(
                    kit.field(t("Quiz"), kit.select(BANK.quizzes, name="target", sm=True), id="target"),
                    does(t("Put into quiz"), "use"),
                ),
            ),
            group(
                *[
                    kit.btn(words, "secondary", "download", size="sm", data_leaves=_sheet(kind))
                    for kind, words in SHEETS
                ]
            ),
            group(does(t("Remove"), "remove", "quiet", "trash-2")),
            class_name="flex flex-wrap items-end gap-x-8 gap-y-4",
        ),
        class_name="k-card k-card--pad k-bulk flex flex-col gap-4 mt-4",
    )


def _nothing() -> rx.Component:
    def empty(title: str, words: str, button: str, to: Any) -> rx.Component:
        return kit.empty("library", title, words, kit.btn(button, href=to), level=2)

    filtered = rx.Var.create(False)
    for name in FILTERS:
        filtered = filtered | (S.filters[name] != "")
    return kit.card(
        rx.cond(
            filtered,
            empty(
                t("No question matches"),
                t("Try fewer words, or take a filter off."),
                t("Clear search and filters"),
                routes.question_bank(BANK.slug),
            ),
            empty(
                t("No questions yet"),
                t("Questions that you write in a quiz of this course stand here, and can be asked in others too."),
                t("Build the course"),
                routes.course_build(BANK.slug),
            ),
        ),
        pad=False,
    )


# ---- One question


def _try_dialog() -> rx.Component:
    return kit.dialog(
        TRY,
        t("Try a question out"),
        el.p(t("As a student sees it. What you answer is graded and not kept."), class_name="t-small t-2 mb-4"),
        rx.foreach(S.trying, _question),
        el.div(rx.foreach(S.tried, _tried), role="status"),
        _uses(),
        actions=(
            kit.btn(t("Close"), **kit.closes()),
            kit.btn(t("Check answer"), "primary", type="submit", form=journal.FORM),
        ),
        filled=S.filled,
    )


def _question(question: Any) -> rx.Component:
    widgets = [(kind.name, kind.widget(question.prompt, question.value)) for kind in KINDS.values()]
    return rx.fragment(
        journal.AnswerTrial.create(question=question.id, on_try=S.try_it),
        el.form(
            el.p(question.note, class_name="t-small t-2 mb-2"),
            el.fieldset(
                el.legend(kit.prose(question.stem_html, "stem"), class_name="k-stem mb-4"),
                rx.match(question.kind, *widgets, rx.fragment()),
            ),
            key=question.id,
            custom_attrs={"id": journal.FORM, "noValidate": True},
        ),
    )


def _tried(tried: Any) -> rx.Component:
    words = rx.match(
        tried.outcome,
        ("correct", t("Correct")),
        ("partly", t("Partly correct")),
        ("blank", t("No answer")),
        ("waiting", t("A person marks this one.")),
        t("Not correct"),
    )
    kind = rx.match(tried.outcome, ("correct", "ok"), ("partly", "warn"), ("waiting", "info"), "danger")
    points = rx.cond(tried.outcome == "waiting", "", t("{n} of {all} points", n=tried.points, all=tried.points_max))
    return el.div(
        el.div(kit.chip(words, kind), el.span(points, class_name="t-small t-strong t-num"), class_name="flex gap-3"),
        el.dl(
            el.dt(t("Your answer")),
            el.dd(rx.cond(tried.answer != "", tried.answer, t("No answer"))),
            rx.cond(tried.solution != "", rx.fragment(el.dt(t("Correct answer")), el.dd(tried.solution))),
            class_name="k-dl mt-3",
        ),
        rx.cond(tried.feedback_html != "", el.div(kit.prose(tried.feedback_html, "sm"), class_name="mt-3")),
        rx.cond(tried.general_html != "", el.div(kit.prose(tried.general_html, "sm"), class_name="mt-3")),
        class_name="mt-5",
    )


def _uses() -> rx.Component:
    def use(one: Any) -> rx.Component:
        attempts = rx.cond(one.attempts == 1, t("1 attempt"), t("{n} attempts", n=one.attempts))
        asks = rx.cond(one.asks, kit.link(one.title, one.url), el.span(one.title, " ", kit.chip(t("not any more"))))
        return el.li(
            el.span(asks, class_name="min-w-0 flex-1"), el.span(attempts, class_name="t-small t-2"), class_name="k-row"
        )

    return el.div(
        el.h3(t("Where it is used"), class_name="t-h3 mt-6 mb-2"),
        rx.cond(
            S.uses.length() > 0,
            kit.rows(rx.foreach(S.uses, use)),
            el.p(t("In no quiz yet."), class_name="t-small t-2"),
        ),
    )


# ---- Categories


def _category_dialog() -> rx.Component:
    def line(one: Any) -> rx.Component:
        change = kit.btn(
            rx.fragment(t("Change"), kit.sr(f" {one.label}")),
            "quiet",
            size="sm",
            on_click=S.edit_category(one.value),
            data_focuses="category-name",
        )
        return el.li(el.span(one.label, class_name="min-w-0 flex-1"), change, class_name="k-row", key=one.value)

    return kit.dialog(
        CATEGORIES,
        t("Categories"),
        _category_form(),
        rx.cond(
            BANK.categories.length() > 0,
            kit.rows(rx.foreach(BANK.categories, line), class_name="mt-5"),
            el.p(t("No categories yet. Tags do without them."), class_name="t-small t-2 mt-5"),
        ),
        actions=(kit.btn(t("Close"), **kit.closes()),),
    )


def _category_form() -> rx.Component:
    """For a new category, and for the one that is changed."""
    known = authoring.at(S.category, "id")
    top = el.option(t("At the top"), value="")
    change = rx.fragment(
        kit.btn(t("Cancel"), on_click=S.edit_category("")),
        kit.btn(t("Delete category"), "quiet", "trash-2", on_click=S.remove_category(known)),
    )
    return el.form(
        kit.field(
            rx.cond(known != "", t("Name"), t("New category")),
            kit.text_input(
                name="name", default_value=authoring.at(S.category, "name"), max_length=120, auto_complete="off"
            ),
            id="category-name",
            error=S.error,
        ),
        kit.field(
            t("Below"),
            lambda **w: el.select(
                top,
                rx.foreach(BANK.categories, lambda one: el.option(one.label, value=one.value)),
                name="parent",
                default_value=authoring.at(S.category, "parent"),
                class_name="k-input",
                **w,
            ),
            id="category-parent",
        ),
        kit.when(
            known != "",
            el.p(t("What is in a deleted category goes to the one above it."), class_name="t-small t-2"),
        ),
        el.div(
            kit.btn(rx.cond(known != "", t("Save category"), t("Add category")), "primary", type="submit"),
            kit.when(known != "", change),
            class_name="flex flex-wrap gap-3",
        ),
        key=authoring.at(S.category, "turn"),
        on_submit=S.save_category,
        class_name="flex flex-col gap-4",
    )


PAGE = Page(routes.QUESTION_BANK, view, QuestionBankState.open, t("Question bank"), member(Can.AUTHOR))
