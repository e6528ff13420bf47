"""Long lists whose search, filters and page live in the address (`web/listing.py`)."""

from typing import Any

import reflex as rx

from lms_app.web.kit.basics import btn, el
from lms_app.web.kit.data import result_count
from lms_app.web.kit.forms import filter_select, search_input
from lms_app.web.words import t


def search_form(label: str, placeholder: str, State: Any, *filters: rx.Component) -> rx.Component:
    """A search field with filters beside it, for a state with `search`, `find` and `choose`."""
    return el.form(
        # Typed text is the browser's own; a new key makes a new field when the search changed without typing.
        search_input(
            label,
            placeholder,
            name="search",
            default_value=State.search,
            key=State.search,
            max_length=200,
            class_name="flex-1 min-w-[220px]!",
        ),
        *filters,
        role="search",
        class_name="flex flex-wrap gap-3 mb-3",
        on_submit=lambda data: State.find(data.to(dict[str, str])["search"]),
    )


def filter_by(label: str, options: Any, State: Any, name: str, value: Any) -> rx.Component:
    return filter_select(label, options, value=value, on_change=lambda chosen: State.choose(name, chosen))


def pager(State: Any) -> rx.Component:
    """Which rows are shown, and the way to the others."""
    return el.nav(
        result_count(State.shown),
        el.div(
            rx.cond(
                State.previous_url != "",
                btn(t("Previous"), "quiet", "arrow-left", size="sm", href=State.previous_url),
            ),
            rx.cond(
                State.next_url != "", btn(t("Next"), "quiet", ic_end="arrow-right", size="sm", href=State.next_url)
            ),
            class_name="flex gap-2",
        ),
        aria_label=t("Pages"),
        class_name="flex flex-wrap items-center justify-between gap-3 mt-4 min-h-10",
    )
