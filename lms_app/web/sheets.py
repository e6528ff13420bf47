"""Answers that are tables."""

from fastapi.responses import Response


def sheet(text: str, filename: str) -> Response:
    """A table that is downloaded as CSV, by whoever may read it: no cache keeps it."""
    named = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"}
    return Response(text, headers=named, media_type="text/csv")
