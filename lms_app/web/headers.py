"""Headers of responses that several rooms send."""

import re
import unicodedata
from urllib.parse import quote


def attachment(name: str) -> str:
    """Content-Disposition for a download called `name`, for old browsers and new ones (RFC 6266)."""
    name = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]+', " ", name)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = " ".join(re.sub(r"[^A-Za-z0-9 ._-]+", " ", plain).split())
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(' '.join(name.split()), safe='')}"
