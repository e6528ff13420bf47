"""What is kept and for how long: backups, erasing, retention."""

import argparse
import asyncio
import sys
from pathlib import Path

from lms_app import backup
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, reading, unit_of_work
from lms_app.core.work import close as close_work
from lms_app.privacy import service as privacy
from lms_app.privacy.rules import page as data_map


def save(options: argparse.Namespace) -> None:
    made = backup.write(options.file)
    print(f"{made.path}: {made.rows:,} rows and {made.files:,} files.")
    if made.missing:
        raise SystemExit(f"{made.missing:,} files that rows name are not on disk: see `python -m lms_app.cli check`.")


def restore(options: argparse.Namespace) -> None:
    found = (backup.rehearse if options.verify else backup.restore)(options.file)
    rows = sum(one.rows for one in found.sums.values())
    said = "is whole and could be restored" if options.verify else "is back"
    print(f"The school of {found.made_at[:16].replace('T', ' ')} UTC {said}: {rows:,} rows and {found.files:,} files.")
    if not options.verify:
        _erase_again(options)


def _erase_again(options: argparse.Namespace) -> None:
    """Who was erased since the backup was made must not come back with it."""
    lists = [settings.backup_dir / privacy.LIST, options.file.parent / privacy.LIST]
    given = options.erased
    if given is None and not any(path.is_file() for path in lists) and sys.stdin.isatty():
        said = input(
            "Was anybody erased since? Name the list (erased.jsonl beside the backups), or press Enter: "
        ).strip()
        given = Path(said) if said else None
    if given is not None and not given.is_file():
        raise SystemExit(f"There is no file {given}: the school is back, but nobody was erased again.")
    found = {user_id for path in [*lists, *([given] if given else [])] for user_id in privacy.noted(path)}
    if not found:
        print("There is no list of erased accounts: whoever was erased since the backup is back.")
        return
    with unit_of_work(SYSTEM) as work:
        count = privacy.erase_again(work, user_ids=sorted(found))
    print(f"{count:,} of {len(found):,} accounts on the list of erased ones were back, and were erased again.")


def retention(options: argparse.Namespace) -> None:
    with reading(SYSTEM) as work:
        rules = privacy.retention(work)
    for one in rules:
        days = f"{one.days} days" if one.days else "for ever"
        print(f"  {one.count:>9,}  {one.what} ({days}, {one.setting})")
    if options.dry_run:
        print("Nothing was removed.")
        return
    gone = asyncio.run(_retain())
    print(f"Removed: {sum(gone.values()):,} rows.")


async def _retain() -> dict[str, int]:
    try:
        return await privacy.retain_all()
    finally:
        close_work()


def show_data_map(_options: argparse.Namespace) -> None:
    print(data_map.document(), end="")
