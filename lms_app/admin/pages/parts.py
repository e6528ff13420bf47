"""What the pages about running the place share."""

from typing import Any

import reflex as rx

from lms_app.web import kit, routes
from lms_app.web.words import t


def place_tabs(current: str) -> rx.Component:
    """The pages about the place itself. `current` is the address of one of them."""
    pages: tuple[tuple[str, str], ...] = (
        (t("Settings"), routes.SITE_SETTINGS),
        (t("Backups"), routes.BACKUPS),
        (t("Environment"), routes.DOCTOR),
    )
    items: list[tuple[Any, Any, Any]] = [(words, address, address == current) for words, address in pages]
    return kit.tabs(t("Running the place"), *items)
