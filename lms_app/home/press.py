"""`pdf` for the process that serves: named here, run in another (`core.apart`), which loads what draws."""

from datetime import datetime

from lms_app.home.views_progress import Transcript


def render(transcript: Transcript, made_at: datetime) -> bytes:
    """As `pdf.render`."""
    from lms_app.home import pdf

    return pdf.render(transcript, made_at)
