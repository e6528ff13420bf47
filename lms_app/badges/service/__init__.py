"""What one can do with badges, one function per verb.

`authoring` badges and their rules, `editing` one in a form · `awarding` by rule, by hand, and taking back · `holding` one's own · `showing` what
anybody may see · `checking` one that was sent. `wording` says rules in words · `planting` as a tree of files says it. A higher room imports from here only.
"""

from lms_app.badges.service.authoring import Draft, create, data_url, new, of_course, of_site, read, save, set_status
from lms_app.badges.service.awarding import (
    BADGE_OPENED,
    award,
    award_earned,
    award_everybody,
    look_at_marks,
    revoke,
)
from lms_app.badges.service.checking import checked, may_check
from lms_app.badges.service.editing import preview, read_form
from lms_app.badges.service.holding import Taken, mine, read_mine, set_public, set_shelf, take
from lms_app.badges.service.planting import plant_badge, remove_badge
from lms_app.badges.service.showing import achievement, achievement_drawn, drawn, issuer, page, shelf

__all__ = [
    "BADGE_OPENED",
    "Draft",
    "Taken",
    "achievement",
    "achievement_drawn",
    "award",
    "award_earned",
    "award_everybody",
    "checked",
    "create",
    "data_url",
    "drawn",
    "issuer",
    "look_at_marks",
    "may_check",
    "mine",
    "new",
    "of_course",
    "of_site",
    "page",
    "plant_badge",
    "preview",
    "read",
    "read_form",
    "read_mine",
    "remove_badge",
    "revoke",
    "save",
    "set_public",
    "set_shelf",
    "set_status",
    "shelf",
    "take",
]
