"""What the person who runs the site can do: see how it goes, look after people and courses, and the mail.

`door` who comes in · `backing_up` backups · `overview` the figures, `periods` their time, `attention` the courses · `people` accounts ·
`importing` lists of people: sent and looked at, `import_plan` what they would do, `import_run` doing it · `cohorting` ·
`people_many` several at once · `merging` two accounts · `acting` seeing what somebody sees · `programs` service accounts ·
`teaching` all courses · `post` the outgoing mail · `auditing` who did what · `watching` figures for Prometheus · `closing` maintenance ·
`examining` what the environment sets · `setting` what is decided here · `opening` the first run · `dashboards` the analytics
of the whole site.
"""

from lms_app.admin.service.acting import act_as, end_acting
from lms_app.admin.service.auditing import audit_log, audit_sheet
from lms_app.admin.service.backing_up import (
    BROKEN,
    TakenRun,
    all_backups,
    check_backup,
    end_backup,
    is_backup_waiting,
    note_backup,
    note_scheduled,
    start_backup,
    take_backup,
)
from lms_app.admin.service.backing_up import PLACE as BACKUPS_PLACE
from lms_app.admin.service.closing import close_site, open_site, site_closed
from lms_app.admin.service.cohorting import (
    add_cohort,
    add_to_cohort,
    change_cohort,
    cohorts,
    delete_cohort,
    enrol_cohort,
    unlink_cohort,
)
from lms_app.admin.service.dashboards import analytics, analytics_sheet, count_up, note_traffic, now_panel
from lms_app.admin.service.examining import doctor
from lms_app.admin.service.import_run import PEOPLE_INVITED, mail_invited, work_on_imports
from lms_app.admin.service.importing import (
    confirm_import,
    discard_import,
    import_lines,
    imports,
    read_as,
    read_import,
    send_import,
    take_column_for,
)
from lms_app.admin.service.merging import Merged, merge
from lms_app.admin.service.opening import claim, is_unclaimed, new_code, set_up
from lms_app.admin.service.overview import overview, overview_sheet
from lms_app.admin.service.people import change_role, invite, people, restore, suspend
from lms_app.admin.service.people_many import MANY_MAX, change_many, everyone, note_export, people_sheet, send_reset
from lms_app.admin.service.post import bouncing, letter, mail_again, mail_list, send_again, take_bounce
from lms_app.admin.service.programs import (
    add_program,
    add_program_key,
    end_program_key,
    program_keys,
    programs,
    start_program,
    stop_program,
)
from lms_app.admin.service.setting import (
    change_settings,
    look_at_accent,
    remove_logo,
    set_logo,
    shades,
    site_settings,
    try_mail,
)
from lms_app.admin.service.teaching import all_courses
from lms_app.admin.service.watching import Figures, figures

__all__ = [
    "BACKUPS_PLACE",
    "BROKEN",
    "MANY_MAX",
    "PEOPLE_INVITED",
    "Figures",
    "Merged",
    "TakenRun",
    "act_as",
    "add_cohort",
    "add_program",
    "add_program_key",
    "add_to_cohort",
    "all_backups",
    "all_courses",
    "analytics",
    "analytics_sheet",
    "audit_log",
    "audit_sheet",
    "bouncing",
    "change_cohort",
    "change_many",
    "change_role",
    "change_settings",
    "check_backup",
    "claim",
    "close_site",
    "cohorts",
    "confirm_import",
    "count_up",
    "delete_cohort",
    "discard_import",
    "doctor",
    "end_acting",
    "end_backup",
    "end_program_key",
    "enrol_cohort",
    "everyone",
    "figures",
    "import_lines",
    "imports",
    "invite",
    "is_backup_waiting",
    "is_unclaimed",
    "letter",
    "look_at_accent",
    "mail_again",
    "mail_invited",
    "mail_list",
    "merge",
    "new_code",
    "note_backup",
    "note_export",
    "note_scheduled",
    "note_traffic",
    "now_panel",
    "open_site",
    "overview",
    "overview_sheet",
    "people",
    "people_sheet",
    "program_keys",
    "programs",
    "read_as",
    "read_import",
    "remove_logo",
    "restore",
    "send_again",
    "send_import",
    "send_reset",
    "set_logo",
    "set_up",
    "shades",
    "site_closed",
    "site_settings",
    "start_backup",
    "start_program",
    "stop_program",
    "suspend",
    "take_backup",
    "take_bounce",
    "take_column_for",
    "try_mail",
    "unlink_cohort",
    "work_on_imports",
]
