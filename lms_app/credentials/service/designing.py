"""Designs of the site and of courses: making, adapting, previewing, saving in versions.

What is typed is a draft, which only the preview shows; saving it makes a version. Certificates name the version that they
were awarded with, so no later change touches them; its pictures are kept with it.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, update
from sqlmodel import col, select

from lms_app.core import audit, files, rows, site, typed
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.files import Staged, StoredFile
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course
from lms_app.credentials import design as designs_
from lms_app.credentials import rules
from lms_app.credentials.design import HOUSE, STARTS, Design, LayoutName
from lms_app.credentials.models import CertificateDesign, CertificateDesignVersion, CertificateTerms
from lms_app.credentials.service.door import day, verify_url, warning, workload
from lms_app.credentials.views import DesignForm, DesignLine, DesignPreview, DesignsView, DesignView, Sheet
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.views import Choice

PICTURES, KEPT = "certificate-design", "certificate-version"  # scopes of files
NO_DESIGN = "We could not find that design. Somebody may have removed it."
CHANGED = "Somebody else saved this design while you did. Save once more to put yours in its place."
NAME_MAX, DESIGNS_MAX, PICTURES_MAX = 80, 200, 20
PICTURE_BYTES, PICTURE_SIDE = 2 * 1024 * 1024, 4_000
SAMPLE_HOURS = Decimal(14)
SAMPLE_CODE = "0" * rules.CODE_LENGTH
SAMPLES: dict[str, str] = {
    "short": "Amina Yusuf",
    "long": "María de las Mercedes Hohenzollern-Sigmaringen y Fernández de Córdoba Villalobos",
    "arabic": "محمد عبد الرحمن بن خلدون الحضرمي",
    "hebrew": "יעל בן־דוד לוי",
    "greek": "Παναγιώτης Παπαδόπουλος",
    "cyrillic": "Екатерина Александровна Щукина",
    "chinese": "王小明",
}
"""Names to try a design with."""


# ---- Finding


def designs(work: Work, *, slug: str = "") -> DesignsView:
    """The designs of the site, for whoever teaches; with a course's address those that it may choose from, for its staff."""
    course_id = title = None
    edits = work.actor.is_admin
    if slug:
        membership = courses.enter_by_slug(work, slug, Can.GRADE)
        course_id, title, edits = membership.course_id, membership.title, membership.may(Can.MANAGE)
    else:
        _enter_site(work)
    own = col(CertificateDesign.course_id)
    found = work.db.exec(
        select(CertificateDesign)
        .where(col(CertificateDesign.removed_at).is_(None), or_(own.is_(None), own == course_id))
        .order_by(own.is_(None), func.lower(CertificateDesign.name), col(CertificateDesign.id))
    ).all()
    layouts = _layouts(work, found)
    picked = chosen(work, course_id)
    lines = [
        DesignLine(
            id=str(row.id),
            name=row.name,
            layout=layouts[row.id],
            course=row.course_id is not None,
            is_default=row.is_default,
            chosen=picked is not None and picked.id == row.id,
            edits=edits and (row.course_id is not None or work.actor.is_admin),
            preview_url=_picture_of(row),
        )
        for row in found
    ]
    return DesignsView(slug=slug, course=title or "", designs=lines, edits=edits)


def read_design(work: Work, *, design_id: UUID) -> DesignView:
    """A design as it was saved last."""
    row = _enter(work, design_id)
    slug = ""
    if row.course_id is not None:
        slug = work.db.exec(select(Course.slug).where(col(Course.id) == row.course_id)).one()
    return DesignView(str(row.id), row.name, row.version, row.is_default, slug, _newest(work, row))


def chosen(work: Work, course_id: UUID | None) -> CertificateDesign | None:
    """What certificates of a course look like: its own choice, or the site's. The door was another's."""
    own = None
    if course_id is not None:
        own = work.db.exec(select(CertificateTerms.design_id).where(CertificateTerms.course_id == course_id)).first()
    if own is not None:
        return work.db.get(CertificateDesign, own)
    return work.db.exec(select(CertificateDesign).where(col(CertificateDesign.is_default))).first()


def may_choose(work: Work, course_id: UUID, design_id: UUID) -> bool:
    """Whether a course may look so: a design of the site, or its own. The door was another's."""
    row = work.db.get(CertificateDesign, design_id)
    return row is not None and row.removed_at is None and row.course_id in (None, course_id)


# ---- Making


def create_design(
    work: Work, *, name: str, layout: str = "growth", slug: str = "", design: Design | None = None
) -> DesignView:
    """A new design of the site, for administrators, or of a course, for whoever manages it."""
    course_id = courses.enter_by_slug(work, slug, Can.MANAGE).course_id if slug else None
    if course_id is None:
        _enter_site(work, writes=True)
    if design is None:
        if layout not in STARTS:
            raise Invalid({"layout": "Choose one of the layouts."})
        design = STARTS[layout]  # pyright: ignore[reportArgumentType]  just looked at
    row = _begin(work, name, course_id, design)
    return read_design(work, design_id=row.id)


def adapt_design(work: Work, *, design_id: UUID, slug: str) -> DesignView:
    """A copy of a design for a course, to be changed there; its certificates look so from now on."""
    membership = courses.enter_by_slug(work, slug, Can.MANAGE)
    source = work.db.get(CertificateDesign, design_id)
    if source is None or not may_choose(work, membership.course_id, design_id):
        raise NotFound(NO_DESIGN)
    design = _newest(work, source)
    row = _begin(work, f"{source.name[: NAME_MAX - 7]} (copy)", membership.course_id, design)
    _copy_pictures(work, design.pictures, PICTURES, row.id)
    _choose(work, membership.course_id, row.id)
    return read_design(work, design_id=row.id)


def save_design(
    work: Work, *, design_id: UUID, design: Design, name: str | None = None, seen: int | None = None
) -> DesignView:
    """A new version of a design; the same once more is none. Certificates that were awarded keep theirs.

    `seen` is the version that its author saw: raises Conflict where somebody else saved a newer one.
    """
    row = _enter(work, design_id, writes=True)
    work.db.refresh(row, with_for_update=True)
    if seen is not None and seen != row.version:
        raise Conflict(CHANGED)
    row.name = _name(row.name if name is None else name)
    _check_pictures(work, design_id, design)
    if design != _newest(work, row):
        row.version += 1
        _add_version(work, row, design)
        audit.record(work, "certificate_design.saved", "certificate_design", design_id, None, {"version": row.version})
    row.draft, row.changed_at = None, work.now
    work.db.add(row)
    work.db.flush()
    return read_design(work, design_id=design_id)


def plant_design(work: Work, *, slug: str, design_id: UUID, name: str, design: Design) -> None:
    """A design of this id for a course, as a tree of files says it: a new one, or a new version of the one that is there.

    Its pictures are its files already. One that was removed comes back. For whoever manages the course.
    """
    course_id = courses.enter_by_slug(work, slug, Can.MANAGE).course_id
    row = work.db.get(CertificateDesign, design_id)
    if row is None:
        _check_pictures(work, design_id, design)
        _begin(work, name, course_id, design, design_id)
        return
    if row.course_id != course_id:
        raise Conflict(f"The id {design_id} belongs to something else here. Give it a new one.")
    row.removed_at = None
    work.db.add(row)
    work.db.flush()
    save_design(work, design_id=design_id, design=design, name=name)


def make_default(work: Work, *, design_id: UUID) -> DesignView:
    """Let certificates of all courses that chose no design look so, for administrators. Those awarded stay as they are."""
    row = _enter(work, design_id, writes=True)
    if row.course_id is not None:
        raise Conflict("Only a design of the site can be its default.")
    if not row.is_default:
        work.db.connection().execute(update(CertificateDesign).values(is_default=False))
        work.db.refresh(row)
        row.is_default = True
        work.db.add(row)
        work.db.flush()
        audit.record(work, "certificate_design.default", "certificate_design", design_id)
    return read_design(work, design_id=design_id)


def remove_design(work: Work, *, design_id: UUID) -> None:
    """Take a design out of the lists. Courses that had chosen it go back to the site's own; certificates keep it."""
    row = _enter(work, design_id, writes=True)
    row.removed_at, row.is_default = work.now, False
    work.db.add(row)
    work.db.flush()
    used = update(CertificateTerms).where(col(CertificateTerms.design_id) == design_id)
    work.db.connection().execute(used.values(design_id=None))
    audit.record(work, "certificate_design.removed", "certificate_design", design_id)


# ---- The form, and the preview


def design_form(work: Work, *, design_id: UUID) -> DesignForm:
    """A design in its form, with what was typed last time and not saved."""
    row = _enter(work, design_id, writes=True)
    slug = read_design(work, design_id=design_id).course
    saved = to_form(_newest(work, row), row.name)
    values = {**saved, **row.draft} if row.draft else saved
    given = work.db.exec(
        select(StoredFile)
        .where(col(StoredFile.scope) == PICTURES, col(StoredFile.scope_id) == design_id)
        .order_by(col(StoredFile.created_at), col(StoredFile.id))
    )
    pictures = [Choice("", "None"), *(Choice(one.sha256, one.name) for one in given)]
    preview = _preview_of(row, "", read_form(values))
    return DesignForm(str(row.id), row.name, row.version, slug, values, row.draft is not None, pictures, preview)


def keep_draft(work: Work, *, design_id: UUID, values: Mapping[str, str]) -> DesignPreview:
    """Keep what is typed, so that the preview shows it. Raises Invalid by field.

    What cannot be read is not kept: the preview stays as it was.
    """
    row = _enter(work, design_id, writes=True)
    design = read_form(values)
    _check_pictures(work, design_id, design)
    draft = {name: text for name, text in values.items() if name != "sample"}
    if draft != row.draft:
        row.draft, row.changed_at = draft, work.now
        work.db.add(row)
        work.db.flush()
    return _preview_of(row, values.get("sample", ""), design)


def discard_draft(work: Work, *, design_id: UUID) -> None:
    """Go back to what was saved last."""
    row = _enter(work, design_id, writes=True)
    row.draft, row.changed_at = None, work.now
    work.db.add(row)
    work.db.flush()


def preview_sheet(work: Work, *, design_id: UUID, sample: str = "short", draft: bool = False) -> Sheet:
    """What a certificate of this design would print, for a name of `SAMPLES`, or of that name. It certifies nothing.

    With `draft`, as it is typed and not saved, for whoever may change it.
    """
    row = _enter(work, design_id, writes=draft)
    design = read_form(row.draft) if draft and row.draft else _newest(work, row)
    course = work.db.get(Course, row.course_id) if row.course_id else None
    lang = design.lang
    return Sheet(
        holder=SAMPLES.get(sample, sample[:200]) or SAMPLES["short"],
        course=course.title if course else "Principles of Ecology",
        issuer=site.known().name,
        issued_at=work.now.replace(hour=12, minute=0, second=0, microsecond=0),
        issued_on=day(work.now, lang),
        workload=workload(course.hours if course and course.hours else SAMPLE_HOURS, lang),
        code=rules.grouped(SAMPLE_CODE),
        verify_url=verify_url(SAMPLE_CODE),
        grade="92%",
        expires_on=day(work.now + timedelta(days=730), lang),
        design=design,
        sample=True,
    )


def to_form(design: Design, name: str) -> dict[str, str]:
    values = design.model_dump(exclude={"signatures"})
    found = {
        key: (typed.ON if value else "") if isinstance(value, bool) else str(value) for key, value in values.items()
    }
    return {"name": name, **found, **rows.rows("signatures", [one.model_dump() for one in design.signatures])}


def read_form(values: Mapping[str, str]) -> Design:
    """The design that a form says. Raises Invalid by field."""
    kept, was = rows.without_blank_rows(values)
    given: dict[str, Any] = {}
    for name, field in Design.model_fields.items():
        if name == "signatures":
            continue
        given[name] = (
            typed.is_on(kept, name) if field.annotation is bool else kept.get(name, str(field.default)).strip()
        )
    given["signatures"] = [
        {key: kept.get(f"signatures.{at}.{key}", "").strip() for key in ("name", "role", "picture")}
        for at in range(rows.row_count(kept, "signatures"))
    ]
    try:
        return designs_.read(given)
    except Invalid as error:
        raise Invalid({was(name): said for name, said in error.fields.items()}) from None


# ---- Pictures


def design_files_door(work: Work, design_id: UUID) -> None:
    """Who may see the pictures of a design: whoever may see it."""
    _enter(work, design_id)


def design_authors_door(work: Work, design_id: UUID) -> None:
    """Who may add and remove pictures of a design."""
    _enter(work, design_id, writes=True)


def check_picture(work: Work, design_id: UUID, staged: Staged, name: str) -> None:
    """A PNG, JPEG or WebP that a page can print (`files.CHECKS`)."""
    kind = files.media_type_of(staged.head, name)
    if kind not in ("image/png", "image/jpeg", "image/webp"):
        raise Invalid({"file": "A picture must be a PNG, a JPEG or a WebP file."})
    if staged.size_bytes > PICTURE_BYTES:
        raise Invalid({"file": f"A picture may have at most {PICTURE_BYTES // 1024 // 1024} MB."})
    if len(files.of(work, PICTURES, design_id)) >= PICTURES_MAX:
        raise Invalid({"file": f"A design takes at most {PICTURES_MAX} pictures. Remove some first."})
    width, height = _size(files.path_of(staged.sha256))
    if not 1 <= width <= PICTURE_SIDE or not 1 <= height <= PICTURE_SIDE:
        raise Invalid({"file": f"A picture may be at most {PICTURE_SIDE:,} pixels wide and high."})


def _size(path: Path) -> tuple[int, int]:
    """Its first bytes say it: nothing is unpacked here."""
    from PIL import Image, UnidentifiedImageError  # slow import

    try:
        with Image.open(path) as opened:
            return opened.size
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        raise Invalid({"file": "This picture is damaged and cannot be read."}) from None


# ---- Helpers, in the order in which they are called


def _enter_site(work: Work, *, writes: bool = False) -> None:
    """The site's designs are for whoever teaches to see and choose, and for administrators to change."""
    if work.actor.is_admin:
        return
    _ = work.user_id
    if not work.actor.can_teach:
        raise NotFound(NO_DESIGN)
    if writes:
        raise Forbidden("Only administrators change the designs of the site. Adapt one for your course instead.")


def _enter(work: Work, design_id: UUID, *, writes: bool = False) -> CertificateDesign:
    if not work.actor.is_admin:
        _ = work.user_id
    row = work.db.get(CertificateDesign, design_id)
    if row is None:
        raise NotFound(NO_DESIGN)
    if row.course_id is None:
        _enter_site(work, writes=writes)
    else:
        try:
            courses.enter(work, row.course_id, Can.MANAGE if writes else Can.GRADE)
        except NotFound:
            raise NotFound(NO_DESIGN) from None
    if row.removed_at is not None:
        raise NotFound(NO_DESIGN)
    return row


def _begin(
    work: Work, name: str, course_id: UUID | None, design: Design, as_id: UUID | None = None
) -> CertificateDesign:
    own = col(CertificateDesign.course_id)
    here = own.is_(None) if course_id is None else own == course_id
    count = work.db.exec(
        select(func.count()).select_from(CertificateDesign).where(here, col(CertificateDesign.removed_at).is_(None))
    ).one()
    if count >= DESIGNS_MAX:
        raise Conflict(f"There are {DESIGNS_MAX} designs here already. Remove some first.")
    row = CertificateDesign(id=as_id or new_id(), course_id=course_id, name=_name(name), changed_at=work.now)
    work.db.add(row)
    work.db.flush()
    _add_version(work, row, design)
    audit.record(work, "certificate_design.made", "certificate_design", row.id, None, {"course_id": str(course_id)})
    return row


def _name(typed_name: str) -> str:
    name = " ".join(typed_name.split())
    if not 1 <= len(name) <= NAME_MAX:
        raise Invalid({"name": f"Enter a name of 1 to {NAME_MAX} characters."})
    return name


def _add_version(work: Work, row: CertificateDesign, design: Design) -> None:
    made = CertificateDesignVersion(
        design_id=row.id,
        version=row.version,
        design=design.model_dump(mode="json"),
        by_id=work.actor.user_id,
        created_at=work.now,
    )
    work.db.add(made)
    work.db.flush()
    # The author may remove a picture from the design; what was awarded with it goes on showing it.
    _copy_pictures(work, design.pictures, KEPT, made.id)


def _copy_pictures(work: Work, pictures: Sequence[str], scope: str, scope_id: UUID) -> None:
    for sha256 in pictures:
        ours = col(StoredFile.scope).in_([PICTURES, KEPT])
        row = work.db.exec(select(StoredFile).where(col(StoredFile.sha256) == sha256, ours)).first()
        if row is not None:
            copy = StoredFile.model_validate(row.model_dump(exclude={"id"}))
            copy.scope, copy.scope_id, copy.created_at = scope, scope_id, work.now
            work.db.add(copy)
    work.db.flush()


def _check_pictures(work: Work, design_id: UUID, design: Design) -> None:
    """Only pictures that were given to this design: of others, not even the hash must be of use."""
    if not design.pictures:
        return
    known = set(
        work.db.exec(
            select(StoredFile.sha256).where(col(StoredFile.scope) == PICTURES, col(StoredFile.scope_id) == design_id)
        )
    )
    wrong: dict[str, str] = {}
    if design.logo and design.logo not in known:
        wrong["logo"] = "Choose one of the pictures of this design."
    for at, one in enumerate(design.signatures):
        if one.picture and one.picture not in known:
            wrong[f"signatures.{at}.picture"] = "Choose one of the pictures of this design."
    if wrong:
        raise Invalid(wrong)


def _newest(work: Work, row: CertificateDesign) -> Design:
    found = work.db.exec(
        select(CertificateDesignVersion.design).where(
            col(CertificateDesignVersion.design_id) == row.id, col(CertificateDesignVersion.version) == row.version
        )
    ).first()
    return Design.model_validate(found) if found else HOUSE


def _layouts(work: Work, found: Sequence[CertificateDesign]) -> dict[UUID, LayoutName]:
    versions = work.db.exec(
        select(CertificateDesignVersion)
        .join(CertificateDesign, col(CertificateDesign.id) == col(CertificateDesignVersion.design_id))
        .where(
            col(CertificateDesign.id).in_([row.id for row in found]),
            col(CertificateDesignVersion.version) == col(CertificateDesign.version),
        )
    )
    return {one.design_id: one.design["layout"] for one in versions}


def _preview_of(row: CertificateDesign, sample: str, design: Design) -> DesignPreview:
    """Another address whenever something changed, so that no browser shows an old picture."""
    sample = sample if sample in SAMPLES else "short"
    seen = f"{row.version}-{int(row.changed_at.timestamp() * 1000)}"
    said = (SAMPLES[sample], design.heading, design.lead, design.verb, design.text)
    signers = [text for one in design.signatures for text in (one.name, one.role)]
    return DesignPreview(routes.design_preview(row.id, sample, seen, draft=True), warning(*said, *signers))


def _picture_of(row: CertificateDesign) -> str:
    return routes.design_preview(row.id, "short", f"{row.version}")


def _choose(work: Work, course_id: UUID, design_id: UUID) -> None:
    row = work.db.get(CertificateTerms, course_id) or CertificateTerms(course_id=course_id)
    row.design_id = design_id
    work.db.add(row)
    work.db.flush()
