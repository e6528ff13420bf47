"""Designs: making, adapting, saving in versions, and a preview that is the very PDF."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from lms_app.core import files
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.work import SiteRole
from lms_app.credentials import design as designs
from lms_app.credentials import pdf, service
from lms_app.credentials.design import HOUSE, LAYOUTS, STARTS, Design, Signature
from lms_app.credentials.labels import LANGUAGES
from lms_app.credentials.views import DesignView
from tests import makers as people
from tests.courses import makers as course_makers
from tests.credentials import makers
from tests.credentials.test_pdf import SHEET
from tests.makers import NOON

LONG = "María de las Mercedes " * 9


@pytest.fixture
def course(instructor: Any) -> course_makers.Made:
    return course_makers.course(instructor, ["Scales of life"])


@pytest.fixture
def design(instructor: Any, course: course_makers.Made) -> DesignView:
    return instructor.does(service.create_design, name="Ecology", layout="band", slug=course.slug)


def _picture(colour: str = "navy", size: tuple[int, int] = (300, 120)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, "PNG")
    return made.getvalue()


def _gives(person: Any, design_id: str, content: bytes, name: str = "logo.png") -> str:
    """Gives a design a picture as the page does, and returns its hash."""
    staged = files.stage_bytes(content)

    def attach(work: Any) -> str:
        service.design_authors_door(work, UUID(design_id))
        service.check_picture(work, UUID(design_id), staged, name)
        files.keep(work, staged, name=name, scope=service.PICTURES, scope_id=UUID(design_id))
        return staged.sha256

    return person.does(attach)


def _structure(content: bytes) -> list[tuple[str, str]]:
    """The tags of a PDF in reading order, with what stands for a picture."""
    with pikepdf.open(io.BytesIO(content)) as document:
        kids = document.Root.StructTreeRoot.K[0].K
        return [(str(kid.S), str(kid.get("/Alt", ""))) for kid in kids]


# ---- The document


@pytest.mark.no_database
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_makes_a_sound_tagged_pdf_with_its_words_in_reading_order(layout: str) -> None:
    signed = STARTS[layout].model_copy(  # pyright: ignore[reportArgumentType]
        update={
            "text": "Twenty-four lessons.",
            "show_grade": True,
            "heading": "Certificate of completion",
            "signatures": (Signature(name="Dr Ingrid Solberg", role="Instructor"), Signature(name="Paul Okafor")),
        }
    )
    content = pdf.render(replace(SHEET, design=signed, grade="92%", expires_on="18 December 2028"))
    said = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    by_another = " ".join(pypdfium2.PdfDocument(content)[0].get_textpage().get_text_bounded().split())

    words = [
        "Northfield", "Certificate of completion", "This certifies that", "Amina Yusuf", "completed",
        "Principles of Ecology", "Twenty-four lessons.", "Dr Ingrid Solberg", "Instructor", "Paul Okafor",
        "Issued on", "18 December 2026", "Valid until", "18 December 2028", "Workload", "14 hours", "Grade", "92%",
        "Certificate ID", SHEET.code, "Anybody can check this certificate at", SHEET.verify_url,
    ]  # fmt: skip
    assert said == by_another == " ".join(words)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.check_pdf_syntax() == []
        assert document.Root.MarkInfo.Marked
    tags = [name for name, _alt in _structure(content)]
    assert (tags.count("/H1"), tags.count("/H2")) == (1, 2)
    assert ("/Figure", f"Check this certificate at {SHEET.verify_url}") in _structure(content)


@pytest.mark.no_database
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", [LONG, "محمد عبد الرحمن " * 8, "Ὦ" * 190, "Иванова-Петрова " * 10])
def test_long_names_fit_every_layout_beside_signatures(layout: str, name: str) -> None:
    signed = STARTS[
        layout
    ].model_copy(  # pyright: ignore[reportArgumentType]
        update={
            "text": "w " * 200,
            "signatures": tuple(Signature(name=LONG[:120], role=LONG[:120]) for _ in range(3)),
            "show_grade": True,
        }
    )
    sheet = replace(SHEET, design=signed, holder=name[:200], course=LONG[:160], grade="92%", expires_on=LONG[:40])
    page = PdfReader(io.BytesIO(pdf.render(sheet))).pages[0]
    wide, tall = float(page.mediabox.width), float(page.mediabox.height)
    places: list[tuple[float, float]] = []

    def note(text: str, _cm: object, matrix: list[float], *_rest: object) -> None:
        if text.strip():
            places.append((matrix[4], matrix[5]))

    page.extract_text(visitor_text=note)

    assert len(places) > 10
    assert all(0 <= x <= wide and 20 <= y <= tall - 20 for x, y in places)


@pytest.mark.no_database
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_all_its_words_and_can_be_printed(lang: str) -> None:
    read = PdfReader(io.BytesIO(pdf.render(replace(SHEET, design=Design(lang=lang)))))
    said = read.pages[0].extract_text()

    assert read.trailer["/Root"]["/Lang"] == lang
    labels = LANGUAGES[lang]
    assert labels.unprintable not in said
    assert all(getattr(labels, name) for name in labels.__slots__)
    assert sorted(labels.lead.replace(" ", "")) == sorted(
        "".join(said.split("Northfield\n")[1].split("\nAmina")[0].split())
    )


@pytest.mark.no_database
def test_from_right_to_left_the_page_is_mirrored() -> None:
    def at(lang: str) -> float:
        page = PdfReader(io.BytesIO(pdf.render(replace(SHEET, design=Design(lang=lang))))).pages[0]
        (link,) = [note.get_object()["/Rect"] for note in page["/Annots"]][-1:]
        return float(link[0])

    assert at("en") > 421 > at("ar")


@pytest.mark.no_database
def test_many_at_once_say_the_same_as_one_by_one() -> None:
    sheets = [replace(SHEET, holder=name) for name in ("Amina Yusuf", "Παναγιώτης", "محمد", "יעל")]

    one_by_one = [PdfReader(io.BytesIO(pdf.render(sheet))).pages[0].extract_text() for sheet in sheets]
    at_once = [PdfReader(io.BytesIO(content)).pages[0].extract_text() for content in pdf.render_many(sheets)]

    assert at_once == one_by_one


@pytest.mark.no_database
def test_the_picture_is_the_page_of_the_pdf() -> None:
    content = pdf.render(SHEET)
    drawn = Image.open(io.BytesIO(pdf.picture(SHEET, 1000))).convert("RGB")
    page = pypdfium2.PdfDocument(content)[0]
    again = page.render(scale=1000 / page.get_width()).to_pil().convert("RGB")

    assert drawn.size == again.size
    off = sum(abs(a - b) > 40 for a, b in zip(drawn.tobytes(), again.tobytes(), strict=True))
    assert off < 0.001 * len(drawn.tobytes())


# ---- What a design may be


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"accent": "#ffe27a"}, "accent"),
        ({"accent": "red"}, "accent"),
        ({"layout": "spiral"}, "layout"),
        ({"lang": "xx"}, "lang"),
        ({"heading": "x" * 121}, "heading"),
        ({"logo": "../../etc/passwd"}, "logo"),
        ({"signatures": [{"name": "A"}] * 4}, "signatures"),
        ({"signatures": [{"name": "A", "picture": "x"}]}, "signatures.0.picture"),
        ({"script": "alert(1)"}, "script"),
    ],
)
def test_what_cannot_be_a_design_is_refused_by_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        designs.read(given)

    assert list(refusal.value.fields) == [field]


def test_a_form_and_back(instructor: Any, design: DesignView) -> None:
    wanted = STARTS["classic"].model_copy(
        update={"signatures": (Signature(name="Ada", role="Head"), Signature(name="Ben")), "show_grade": True}
    )
    instructor.does(service.save_design, design_id=UUID(design.id), design=wanted)

    form = instructor.sees(service.design_form, design_id=UUID(design.id))

    assert service.read_form(form.values) == wanted
    assert (form.name, form.version, form.draft) == ("Ecology", 2, False)


# ---- Versions


def test_a_certificate_keeps_the_design_that_it_was_awarded_with(student: Any, instructor: Any) -> None:
    made = course_makers.course(instructor, ["Scales of life"])
    design = instructor.does(service.create_design, name="Ecology", layout="band", slug=made.slug)
    instructor.does(service.set_terms, slug=made.slug, design_id=UUID(design.id))
    course_makers.enrolled(student, made)
    course_makers.completed(student, *made.items)
    makers.deliver()
    old = student.sees(service.mine)[0]

    changed = STARTS["classic"].model_copy(update={"heading": "Other"})
    saved = instructor.does(service.save_design, design_id=UUID(design.id), design=changed)
    instructor.does(service.remove_design, design_id=UUID(design.id))

    assert (saved.version, saved.design) == (2, changed)
    assert student.sees(service.sheet, certificate_id=UUID(old.id)).design == STARTS["band"]


def test_saving_the_same_makes_no_version_and_two_authors_hear_of_each_other(
    instructor: Any, design: DesignView
) -> None:
    same = instructor.does(service.save_design, design_id=UUID(design.id), design=design.design, seen=1)
    newer = instructor.does(service.save_design, design_id=UUID(design.id), design=HOUSE, seen=1)

    assert (same.version, newer.version) == (1, 2)
    with pytest.raises(Conflict, match="Somebody else saved"):
        instructor.does(service.save_design, design_id=UUID(design.id), design=STARTS["classic"], seen=1)


def test_what_is_typed_shows_in_the_preview_and_not_on_certificates(instructor: Any, design: DesignView) -> None:
    form = instructor.sees(service.design_form, design_id=UUID(design.id))
    typed = {**form.values, "heading": "Well done", "sample": "arabic"}

    preview = instructor.at(NOON + timedelta(minutes=1)).does(
        service.keep_draft, design_id=UUID(design.id), values=typed
    )

    draft = instructor.sees(service.preview_sheet, design_id=UUID(design.id), sample="arabic", draft=True)
    saved = instructor.sees(service.preview_sheet, design_id=UUID(design.id))
    assert (draft.design.heading, draft.holder, draft.sample) == ("Well done", service.SAMPLES["arabic"], True)
    assert (saved.design, saved.holder) == (design.design, "Amina Yusuf")
    assert preview.url != form.preview.url
    assert instructor.sees(service.design_form, design_id=UUID(design.id)).values["heading"] == "Well done"
    instructor.does(service.discard_draft, design_id=UUID(design.id))
    assert instructor.sees(service.design_form, design_id=UUID(design.id)).values == form.values


def test_a_draft_that_cannot_be_read_leaves_the_preview_as_it_was(instructor: Any, design: DesignView) -> None:
    form = instructor.sees(service.design_form, design_id=UUID(design.id))

    with pytest.raises(Invalid, match="too light"):
        instructor.does(service.keep_draft, design_id=UUID(design.id), values={**form.values, "accent": "#fafafa"})

    assert instructor.sees(service.design_form, design_id=UUID(design.id)) == form


def test_a_name_that_no_font_has_is_said_to_whoever_tries_it(instructor: Any, design: DesignView) -> None:
    form = instructor.sees(service.design_form, design_id=UUID(design.id))

    preview = instructor.does(
        service.keep_draft, design_id=UUID(design.id), values={**form.values, "sample": "chinese"}
    )

    assert "No font of this site has 王小明" in preview.warning
    assert "LMS_FONTS_DIR" in preview.warning


# ---- The site's, and a course's own


def test_a_course_looks_as_the_site_does_until_it_chooses(student: Any, instructor: Any, admin: Any) -> None:
    admin.does(service.make_default, design_id=UUID(admin.does(service.create_design, name="A", layout="classic").id))
    first = makers.earned(student, instructor)
    ours = admin.does(service.create_design, name="B", layout="portrait")
    admin.does(service.make_default, design_id=UUID(ours.id))
    second = people.person("Ben")
    slug = first.course_url.removeprefix("/courses/")
    adapted = instructor.does(service.adapt_design, design_id=UUID(ours.id), slug=slug)
    changed = adapted.design.model_copy(update={"heading": "Of ecology"})
    instructor.does(service.save_design, design_id=UUID(adapted.id), design=changed)
    second.does(makers.courses.enrol, slug=slug)
    for item in instructor.sees(makers.courses.outline, slug=slug).modules[0].items:
        second.does(makers.courses.complete_lesson, item_id=UUID(item.id))
    makers.deliver()

    looks = [
        person.sees(service.sheet, certificate_id=UUID(person.sees(service.mine)[0].id)).design
        for person in (student, second)
    ]
    assert [look.layout for look in looks] == ["classic", "portrait"]
    assert looks[1].heading == "Of ecology"
    assert [one.name for one in admin.sees(service.designs).designs if one.is_default] == ["B"]


def test_designs_of_the_site_are_changed_by_administrators_alone(instructor: Any, admin: Any, student: Any) -> None:
    ours = admin.does(service.create_design, name="Site", layout="classic")
    given = {"design_id": UUID(ours.id)}

    assert instructor.sees(service.read_design, **given) == ours
    for act, more in (
        (service.save_design, {"design": HOUSE}),
        (service.remove_design, {}),
        (service.make_default, {}),
        (service.keep_draft, {"values": {}}),
        (service.design_form, {}),
    ):
        with pytest.raises(Forbidden):
            instructor.does(act, **given, **more)
    with pytest.raises(Forbidden):
        instructor.does(service.create_design, name="Mine")
    for act in (service.read_design, service.preview_sheet):
        with pytest.raises(NotFound):
            student.sees(act, **given)


def test_a_design_of_another_course_cannot_be_chosen(instructor: Any, design: DesignView) -> None:
    other = people.person("Olga", SiteRole.INSTRUCTOR)
    theirs = course_makers.course(other, title="Poems")

    with pytest.raises(Invalid, match="one of the designs"):
        other.does(service.set_terms, slug=theirs.slug, design_id=UUID(design.id))
    with pytest.raises(NotFound):
        other.does(service.adapt_design, slug=theirs.slug, design_id=UUID(design.id))


# ---- Pictures


def test_logo_and_signature_are_on_the_page_with_words_for_them(instructor: Any, design: DesignView) -> None:
    logo, hand = _gives(instructor, design.id, _picture()), _gives(instructor, design.id, _picture("black", (200, 60)))
    wanted = design.design.model_copy(
        update={"logo": logo, "signatures": (Signature(name="Ada Lovelace", picture=hand),)}
    )
    instructor.does(service.save_design, design_id=UUID(design.id), design=wanted)

    sheet = instructor.sees(service.preview_sheet, design_id=UUID(design.id))

    figures = [alt for name, alt in _structure(pdf.render(sheet)) if name == "/Figure"]
    assert figures == [
        "Logo of Northfield",
        "Signature of Ada Lovelace",
        f"Check this certificate at {sheet.verify_url}",
    ]


def test_a_picture_that_is_taken_away_stays_on_what_was_saved_with_it(instructor: Any, design: DesignView) -> None:
    logo = _gives(instructor, design.id, _picture())
    wanted = design.design.model_copy(update={"logo": logo})
    instructor.does(service.save_design, design_id=UUID(design.id), design=wanted)

    def take_away(work: Any) -> None:
        for one in files.of(work, service.PICTURES, UUID(design.id)):
            work.db.delete(work.db.get(files.StoredFile, UUID(one.id)))
        work.db.flush()
        files.sweep(work, older_than_seconds=-1)

    instructor.does(take_away)
    assert files.content_of(logo) == _picture()
    with pytest.raises(Invalid, match="pictures of this design"):
        instructor.does(service.save_design, design_id=UUID(design.id), design=wanted.model_copy(update={"lang": "de"}))


def test_pictures_of_others_are_of_no_use(instructor: Any, design: DesignView) -> None:
    other = people.person("Olga", SiteRole.INSTRUCTOR)
    theirs = course_makers.course(other, title="Poems")
    foreign = other.does(service.create_design, name="Poems", slug=theirs.slug)
    logo = _gives(other, foreign.id, _picture("red"))

    with pytest.raises(Invalid, match="pictures of this design"):
        instructor.does(
            service.save_design,
            design_id=UUID(design.id),
            design=design.design.model_copy(update={"logo": logo}),
        )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "must be a PNG"),
        (b"\x89PNG\r\n\x1a\nnot a picture", "damaged"),
        (_picture(size=(5_000, 10)), "pixels"),
    ],
)
def test_what_is_no_picture_for_paper_is_refused(
    instructor: Any, design: DesignView, content: bytes, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        _gives(instructor, design.id, content)
