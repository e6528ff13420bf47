"""The data map of what is no table: files, mail, backups, logs, and what the browser keeps."""

from lms_app.privacy.rules.declaring import Ground, Place

CONTRACT, INTEREST = Ground.CONTRACT, Ground.INTEREST

PLACES: tuple[Place, ...] = (
    Place(
        "the database file and its journal (SQLite)",
        "All tables",
        "Running the school",
        CONTRACT,
        "as long as the site",
        "What is deleted is overwritten (secure_delete), the index of words is written anew, and the journal is cut to "
        "nothing right after an erasure.",
    ),
    Place(
        "the database server (PostgreSQL)",
        "All tables",
        "Running the school",
        CONTRACT,
        "as long as the site",
        "Rows are changed at once. Old versions of them leave the tables at the next VACUUM, which the server runs by "
        "itself, and its own archive of the journal is kept as long as whoever runs the server has set.",
    ),
    Place(
        "data/files",
        "Bytes of files, under their hash; drawn pages and printed certificates for a day",
        "Files",
        CONTRACT,
        "until nothing names them, and a day",
        "Bytes that only this person's rows named are removed at once, with the pages drawn of them and every waiting zip.",
    ),
    Place(
        "data/mail",
        "Mail, where it is kept on disk in place of being sent",
        "Demonstration and development",
        INTEREST,
        "LMS_KEEP_MAIL_DAYS",
        "Mail to them and mail that names them is removed at once.",
    ),
    Place(
        "outgoing mail (outbox_message)",
        "Address, subject and text of each mail",
        "Sending it, and seeing that it was sent",
        CONTRACT,
        "LMS_KEEP_MAIL_DAYS after it was sent",
        "Mail to them is emptied, and not sent if it waits; in other people's mail their name becomes “Former member”.",
    ),
    Place(
        "other people's notices (notification)",
        "Who asked or answered, and the first words of it",
        "Telling others",
        CONTRACT,
        "LMS_KEEP_NOTIFICATION_DAYS",
        "Notices that name them, and all about questions in which they wrote, are removed.",
    ),
    Place(
        "data/take-outs",
        "Copies that people asked for",
        "Take-out",
        CONTRACT,
        "LMS_TAKE_OUT_DAYS",
        "Removed at once.",
    ),
    Place(
        "backups",
        "Everything, as it was on the day",
        "Getting back after a fire",
        INTEREST,
        "LMS_BACKUP_KEEP_DAYS",
        "An archive is not rewritten: it would be no backup. It goes after its days, and restoring one erases again "
        "everybody on the list of erased accounts that lies beside the backups.",
    ),
    Place(
        "backups/erased.jsonl",
        "Ids of erased accounts, without names",
        "Erasing again after a restore",
        INTEREST,
        "as long as backups could bring somebody back",
        "It is what is kept of an erasure.",
    ),
    Place(
        "logs",
        "Times, ids, kinds of errors: no names, addresses or words",
        "Finding faults",
        INTEREST,
        "as whoever runs the server has set",
        "Nothing to erase: errors are written without the values that people sent.",
    ),
    Place(
        "rate_count, and Redis where there is one",
        "How often somebody tried something, under a keyed hash; state of open tabs",
        "Keeping guessers out",
        INTEREST,
        "two days; an hour for open tabs",
        "Passes by itself; a hash names nobody.",
    ),
    Place(
        "the person's own browser",
        "The session cookie, and one for more contrast and less motion; answers not yet received, theme and shortcuts in its storage",
        "Being signed in, losing nothing",
        CONTRACT,
        "until signed out; until received",
        "The cookie is worthless at once. What lies in a browser its owner clears.",
    ),
    Place(
        "signed credentials that people took along",
        "What a certificate or badge says, in the hands of its holder",
        "Proof",
        CONTRACT,
        "as long as its holder wants",
        "It is theirs. The school's own page about it names nobody.",
    ),
)
