"""What leads from one of the administrators' pages about privacy to the others."""

import reflex as rx

from lms_app.web import kit, routes
from lms_app.web.words import t


def tabs(here: str) -> rx.Component:
    return kit.tabs(
        t("Privacy"),
        (t("Keeping and erasing"), routes.admin_privacy(), here == "keep"),
        (t("Data map"), routes.DATA_MAP, here == "map"),
        (t("Terms and notice"), routes.POLICIES, here == "texts"),
    )
