"""`python -m lms_app.core.press sizes|draw FILE [PAGE TO]`: reads a PDF in a process that may come to no harm.

It knows no settings and no database, and has little time and memory: what students hand in may be broken or worse.
"""

import json
import sys
from pathlib import Path

PAGES_MAX = 300
WIDTH = 1_240  # of a page, in pixels
TALL = 4  # no page is drawn higher than this many times its width
SECONDS = 20
MEMORY_BYTES = 2 * 1024**3


def main(what: str, path: str, number: str = "1", to: str = "") -> None:
    # Late: the server takes the numbers above, and never reads a PDF itself.
    import resource

    import pypdfium2

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    document = pypdfium2.PdfDocument(path)
    count = min(len(document), PAGES_MAX)
    if what == "sizes":
        sys.stdout.write(json.dumps([[round(side) for side in document.get_page_size(at)] for at in range(count)]))
        return
    if not 1 <= int(number) <= count:
        raise SystemExit(1)
    page = document[int(number) - 1]
    width, height = page.get_size()
    page.render(scale=WIDTH / max(width, height / TALL, 1)).to_pil().save(Path(to), "WEBP", quality=80)


if __name__ == "__main__":
    main(*sys.argv[1:])
