"""What the lines of the data map have in common."""

from lms_app.privacy.rules.declaring import NOW, Fate, Ground, Held, Part

CONTRACT, DUTY, INTEREST, CONSENT = Ground.CONTRACT, Ground.DUTY, Ground.INTEREST, Ground.CONSENT
DELETE, CLEAR, KEEP = Fate.DELETE, Fate.CLEAR, Fate.KEEP
OWN, WROTE, DID, NOT = Part.OWN, Part.WROTE, Part.DID, Part.NOT

ACCOUNT = "as long as the account"
COURSE = "as long as the course"
MARKS_STAY = "Marks are kept by the school's duty to show how it assessed; without a name they are statistics."
MATERIAL = "It is material of the course, which others learn from."
WHO_DID = "That it was done stays with the thing it was done to; who did it is nobody by name."
FORMER = {"body": "", "html": "", "deleted_at": NOW}


def by(column: str, what: str, *, why: str = WHO_DID, part: Part = DID) -> Held:
    """Somebody's id on a thing of the school: what they made, marked or decided for others."""
    table, _, name = column.partition(".")
    return Held(table, name, what, "Knowing who answers for it", INTEREST, "as long as the thing", KEEP, part, why)
