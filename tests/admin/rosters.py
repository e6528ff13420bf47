"""Lists of people that come in, as the loop brings them in, in the test's own thread."""

import io
import zipfile
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from lms_app.admin import service
from lms_app.admin.import_views import ImportView
from lms_app.admin.rules import files as rules
from lms_app.admin.service import import_run
from lms_app.admin.service.import_plan import plan_import
from lms_app.admin.service.importing import begin_import
from lms_app.core import files
from lms_app.core.errors import LmsError


def sent(admin: Any, *given: tuple[str, str | bytes], **more: Any) -> ImportView:
    """An import of these files, which are checked."""
    parts = rules.unpacked([(name, text.encode() if isinstance(text, str) else text) for name, text in given])
    described = [rules.described(name, content) for name, content in parts]
    staged = [files.stage_bytes(content or b"\n") for _name, content in parts]
    begun = admin.does(begin_import, described=described, staged=staged, invites=more.get("invites", True))
    return checked(admin, begun.id)


def checked(admin: Any, import_id: str) -> ImportView:
    its = UUID(import_id)
    plan = admin.sees(plan_import, import_id=its)
    for at in range(0, max(1, len(plan.lines)), import_run.LINES_A_PART):
        admin.does(import_run.keep_plan, import_id=its, plan=plan, at=at)
    return admin.sees(service.read_import, import_id=its)


def done(admin: Any, import_id: str, size: int = 200) -> ImportView:
    """Confirm it and do it, a part at a time; undo it where a part cannot be done."""
    its = UUID(import_id)
    admin.does(service.confirm_import, import_id=its)
    plan = admin.sees(plan_import, import_id=its)
    if not admin.does(import_run.begin_run, import_id=its, digest=plan.digest):
        for at in range(0, max(1, len(plan.lines)), import_run.LINES_A_PART):
            admin.does(import_run.keep_plan, import_id=its, plan=plan, at=at, changed=True)
        return admin.sees(service.read_import, import_id=its)
    finish(admin, import_id, size)
    return admin.sees(service.read_import, import_id=its)


def finish(admin: Any, import_id: str, size: int = 200) -> None:
    its = UUID(import_id)
    try:
        while admin.does(import_run.run_part, import_id=its, size=size):
            pass
    except (LmsError, IntegrityError) as error:
        admin.does(import_run.begin_undo, import_id=its, problem=getattr(error, "message", ""))
        while admin.does(import_run.undo_part, import_id=its, size=size):
            pass


def told(admin: Any, view: ImportView, fate: str = "") -> list[tuple[int, str, str, str]]:
    """Line, fate, whom it is about, and the sentence."""
    lines = admin.sees(service.import_lines, import_id=UUID(view.id), fate=fate, limit=100).lines
    return [(one.line, one.fate, one.about, one.note) for one in lines]


def zip_of(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(f"{name}.csv", text)
    return made.getvalue()
