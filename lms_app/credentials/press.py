"""`pdf` for the process that serves: these are named here and run in another (`core.apart`), which loads what draws.

The libraries of documents and fonts take thirty megabytes that who only serves pages never needs.
"""

from collections.abc import Sequence

from lms_app.credentials.views import Sheet

PREVIEW_WIDTH, SHARED_WIDTH = 1240, 1200


def render(sheet: Sheet) -> bytes:
    """As `pdf.render`."""
    from lms_app.credentials import pdf

    return pdf.render(sheet)


def render_many(sheets: Sequence[Sheet]) -> list[bytes]:
    """As `pdf.render_many`."""
    from lms_app.credentials import pdf

    return pdf.render_many(sheets)


def picture(sheet: Sheet, width: int = PREVIEW_WIDTH) -> bytes:
    """As `pdf.picture`."""
    from lms_app.credentials import pdf

    return pdf.picture(sheet, width)
