"""Text as it is compared: what a reader would take for the same word is the same."""

import unicodedata


def folded(text: str) -> str:
    """Without case and accents, for finding."""
    if text.isascii():
        return text.lower()
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in split if not unicodedata.combining(c))
