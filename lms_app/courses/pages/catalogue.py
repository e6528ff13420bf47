"""The catalogue: search, filters, cards."""

from typing import Any

import reflex as rx

from lms_app.courses.state.catalogue import WINDOW, CatalogueState
from lms_app.courses.views import CourseCard
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

SORTS = (("", t("Newest first")), ("popular", t("Most popular")), ("title", t("A to Z")))


def view() -> rx.Component:
    return kit.page_shell(
        "Catalogue",
        kit.page_states(CatalogueState, _body(), kit.skel_cards(), what=t("the catalogue")),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(t("Catalogue"), _opened()),
        _search(),
        _found(),
        _sheet(),
        el.h2(t("Courses"), class_name="k-sr"),
        rx.cond(
            CatalogueState.total > 0,
            el.ul(rx.foreach(CatalogueState.cards, _card), class_name="grid sm:grid-cols-2 xl:grid-cols-3 gap-5"),
            _nothing(),
        ),
        kit.show_more(
            t("Show {n} more", n=WINDOW), CatalogueState.more, CatalogueState.cards.length() < CatalogueState.total
        ),
    )


def _opened() -> Any:
    n = CatalogueState.opened
    return rx.match(n, (0, t("No courses yet")), (1, t("1 course open to you")), t("{n} courses open to you", n=n))


def _search() -> rx.Component:
    return el.form(
        # Typed text is the browser's own; a new key makes a new field when the filters changed without typing.
        kit.search_input(
            t("Search courses"),
            t("Search by title, topic or instructor"),
            name="search",
            default_value=CatalogueState.search,
            key=CatalogueState.search,
            max_length=200,
            class_name="flex-1 min-w-[240px]!",
        ),
        *[
            kit.filter_select(label, options, **wires, class_name="max-md:hidden!")
            for label, options, wires in _filters()
        ],
        kit.btn(
            t("Filter and sort"), "secondary", "sliders-horizontal", class_name="md:hidden!", **kit.opens("filters")
        ),
        role="search",
        class_name="flex flex-wrap gap-3 mb-3",
        on_submit=lambda data: CatalogueState.find(data.to(dict[str, str])["search"]),
    )


def _filters() -> list[tuple[str, Any, dict[str, Any]]]:
    return [
        (t("Subject"), CatalogueState.categories, _chosen("category", CatalogueState.category)),
        (t("Level"), CatalogueState.levels, _chosen("level", CatalogueState.level)),
        (t("Sort"), SORTS, _chosen("sort", CatalogueState.sort)),
    ]


def _chosen(name: str, value: Any) -> dict[str, Any]:
    return {"value": value, "on_change": lambda chosen: CatalogueState.choose(name, chosen)}


def _sheet() -> rx.Component:
    """The same selects for a phone."""
    return kit.dialog(
        "filters",
        t("Filter and sort"),
        el.div(
            *[
                kit.field(label, kit.select(options, **wires), id=f"f-{number}")
                for number, (label, options, wires) in enumerate(_filters())
            ],
            class_name="flex flex-col gap-4 mt-4",
        ),
        actions=(kit.btn(_show(), "primary", **kit.closes()),),
    )


def _show() -> Any:
    n = CatalogueState.total
    return rx.cond(n == 1, t("Show 1 course"), t("Show {n} courses", n=n))


def _found() -> rx.Component:
    def on(value: Any, name: str) -> rx.Component:
        return rx.cond(value != "", kit.removable(value, CatalogueState.choose(name, "")))

    return el.div(
        kit.result_count(t("Showing {n} of {total}", n=CatalogueState.cards.length(), total=CatalogueState.total)),
        on(CatalogueState.search, "search"),
        on(CatalogueState.category, "category"),
        on(CatalogueState.level, "level"),
        rx.cond(CatalogueState.advice != "", kit.link(t("Clear filters"), routes.catalogue())),
        class_name="flex flex-wrap items-center gap-3 mb-5 t-small",
    )


def _card(course: rx.Var[CourseCard]) -> rx.Component:
    """Cards in a row are of one height, with whoever teaches at the foot."""
    return el.li(
        el.article(
            kit.card_link(
                kit.cover(course.hue, course.motif),
                el.div(
                    el.h3(course.title, class_name="t-course"),
                    el.p(el.bdi(course.summary), class_name="t-small t-2 mt-1 min-h-[2.9em]"),
                    el.div(
                        el.div(
                            el.div(course.owner, class_name="t-small t-strong k-clip"),
                            el.div(course.extent, class_name="t-cap t-3"),
                            class_name="min-w-0",
                        ),
                        rx.cond(
                            course.badge_kind == "ok",
                            kit.chip(course.badge, "ok", "check"),
                            rx.cond(course.badge != "", kit.chip(course.badge, course.badge_kind)),
                        ),
                        class_name="flex items-end justify-between gap-2 mt-auto pt-4",
                    ),
                    class_name="flex flex-col flex-1 px-[18px] pt-4 pb-[18px]",
                ),
                href=routes.course(course.slug),
                class_name="overflow-hidden flex! flex-col h-full",
            ),
            class_name="h-full",
        )
    )


def _nothing() -> rx.Component:
    return rx.cond(
        CatalogueState.advice != "",
        kit.empty(
            "search-x",
            t("No courses match"),
            CatalogueState.advice,
            kit.btn(t("Clear filters"), "primary", href=routes.catalogue()),
        ),
        kit.empty("compass", t("No courses yet"), t("Courses appear here as soon as an instructor publishes one.")),
    )


PAGE = Page(routes.CATALOGUE, view, CatalogueState.open, t("Catalogue"), "signed_in")
