"""Pages of PDFs as pictures, to be looked at in a page of ours: a browser's own viewer would need rights that no file of
somebody else gets.

Each is drawn by a process of its own (`press.py`); what was drawn is kept beside the files for a day (`files.sweep`).
"""

import asyncio
import json
import secrets
import sys
from pathlib import Path

from lms_app.core import press
from lms_app.core.errors import NotFound
from lms_app.core.settings import settings

UNREADABLE = "We cannot show this PDF here. Open it instead."
AT_ONCE = 2

_turn = asyncio.Semaphore(AT_ONCE)


async def sizes(path: Path) -> list[list[int]]:
    """Width and height of each page. Raises NotFound for what is no PDF that can be read."""
    return json.loads(await _run("sizes", str(path)))


async def picture(path: Path, number: int) -> Path:
    """One page, from 1, as a picture. Raises NotFound where there is none."""
    kept = settings.files_dir / "pages" / f"{path.name}-{number}"
    if not kept.exists():
        aside = settings.files_dir / "incoming" / secrets.token_hex(16)
        for folder in (kept.parent, aside.parent):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            await _run("draw", str(path), str(number), str(aside))
            aside.replace(kept)
        finally:
            aside.unlink(missing_ok=True)
    return kept


async def _run(*what: str) -> bytes:
    async with _turn:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", press.__name__, *what),
            cwd=Path(__file__).resolve().parents[2],
            env={},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            said, _ = await asyncio.wait_for(process.communicate(), press.SECONDS)
        except TimeoutError:
            raise NotFound(UNREADABLE) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0:
        raise NotFound(UNREADABLE)
    return said
