"""How the certificates of the demo school look: three designs of the site, and one that an instructor made of them."""

from uuid import UUID

from lms_app.core.work import Work
from lms_app.credentials import service as credentials
from lms_app.credentials.design import BRAND, STARTS, Design, Signature

HEAD = Signature(name="Priya Raman", role="Head of studies")
SITE: tuple[tuple[str, Design], ...] = (
    ("Northfield rings", STARTS["growth"].model_copy(update={"signatures": (HEAD,)})),
    ("Classic frame", STARTS["classic"].model_copy(update={"signatures": (HEAD,)})),
    ("Upright", STARTS["portrait"].model_copy(update={"signatures": (HEAD,)})),
)
ADAPTED = {
    "principles-of-ecology": (
        "Ecology",
        "How energy and matter move through living communities, with field work at two ponds.",
        Signature(name="Dr Tomas Lindqvist", role="Course instructor"),
    )
}


def draw(work: Work) -> None:
    """The designs of the site; the first one is its default."""
    made = [credentials.create_design(work, name=name, design=design) for name, design in SITE]
    credentials.make_default(work, design_id=UUID(made[0].id))


def adapt(work: Work, slug: str) -> None:
    """The design of one course, and how long its certificates are valid."""
    if slug not in ADAPTED:
        return
    name, text, signer = ADAPTED[slug]
    first = credentials.designs(work, slug=slug).designs[0]
    made = credentials.adapt_design(work, design_id=UUID(first.id), slug=slug)
    design = STARTS["band"].model_copy(
        update={"accent": BRAND, "text": text, "show_grade": True, "signatures": (signer, HEAD)}
    )
    credentials.save_design(work, design_id=UUID(made.id), design=design, name=name)
    credentials.set_terms(work, slug=slug, valid_months=36)
