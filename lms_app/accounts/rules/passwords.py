"""What a good password is: NIST SP 800-63B-4, section 3.1.1.

Long, not on the list of what everybody tries, not made of the site's or one's own name. No rule about kinds of
characters, no expiry, any Unicode.
"""

import re
import unicodedata
from itertools import pairwise

from lms_app.core.words import say

BYTES_MAX = 1024
DISTINCT_MIN = 5

# What is left of the lists of leaked passwords when case, digits and signs are taken away: long ones are these repeated,
# joined, or filled up with digits. The longest come first, so that "letmeinplease" goes as a whole.
_COMMON = """
    password passwort passw0rd passphrase contrasena motdepasse parola haslo senha wachtwoord mypassword thisismypassword
    correcthorsebatterystaple tobeornottobe maytheforcebewithyou thequickbrownfox jumpsoverthelazydog
    loremipsum iloveyou iloveyousomuch ihateyou letmein letmeinplease letmeinnow opensesame trustno1 trustnoone
    welcome welcomehome hello helloworld admin administrator root user username guest test testing tester demo default
    changeme changeit secret topsecret login signin master access superuser system server database computer internet
    qwerty qwertz azerty qwertyuiop asdfghjkl zxcvbnm qazwsx qazwsxedc zaqwsx qweasdzxc
    dragon monkey football baseball basketball soccer hockey batman superman spiderman starwars pokemon mustang
    shadow sunshine princess flower butterfly summer winter spring autumn freedom whatever nothing michael jennifer
    jordan jessica ashley charlie daniel thomas andrew joshua matthew hunter killer ninja buster tigger cookie chocolate
    google facebook instagram microsoft windows apple iphone android samsung minecraft
    liverpool chelsea arsenal barcelona realmadrid juventus manchester
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
    school college university student teacher instructor lectern learning course moodle canvas
    abcdefg abcdefghijklmnopqrstuvwxyz onetwothree blahblah asdf qwer zxcv abcd please forever mylove family
"""
COMMON = sorted(_COMMON.split(), key=len, reverse=True)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "!@#$%^&*()",
    '!"§$%&/()=',
    # Its columns, and the number pad.
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "147258369",
    "789456123",
)
_STEPS = frozenset(row[i : i + 2] for whole in _ROWS for row in (whole, whole[::-1]) for i in range(len(row) - 1))
_LEET = str.maketrans("@4310$5!7", "aaeiossit")


def password_problem(password: str, *, minimum: int, own_words: tuple[str, ...] = ()) -> str:
    """Why `password` will not do, in a sentence; empty when it will.

    `minimum` is in characters, after NFC. `own_words` are the names of the site and of the person, and the address.
    """
    text = unicodedata.normalize("NFC", password)
    if not text:
        return say("Enter a password.")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        return say("This password has a character that keyboards cannot type. Choose another one.")
    if len(text) < minimum:
        return say(
            "Use at least {minimum} characters. Four or five words that do not belong together are easy to remember.",
            minimum=minimum,
        )
    if len(text.encode()) > BYTES_MAX:
        return say("Use at most {bytes_max:,} bytes: that is about as many letters.", bytes_max=BYTES_MAX)
    if is_guessable(text, own_words):
        return say(
            "This password is easy to guess: it is common, or made of names, repeats or rows of keys. Choose another one."
        )
    return ""


def is_guessable(password: str, own_words: tuple[str, ...] = ()) -> bool:
    """Whether hardly anything is left once what everybody would try first is taken out."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    own = sorted({part for word in own_words for part in _parts(word)}, key=len, reverse=True)
    return any(_is_thin(text, (*own, *COMMON)) for text in (plain, plain.translate(_LEET)))


def _parts(word: str) -> set[str]:
    """A name whole and in pieces: "Ada King-Noel" is ada, king, noel and adakingnoel."""
    pieces = [piece for piece in re.split(r"[\W_]+", unicodedata.normalize("NFKC", word).casefold()) if piece]
    return {piece for piece in (*pieces, "".join(pieces)) if len(piece) >= 3}


def _is_thin(text: str, words: tuple[str, ...]) -> bool:
    text = re.sub(r"[\s._,;:'-]+", "", text)
    for word in words:
        text = text.replace(word, "")
    return len(set(_without_runs(text))) < DISTINCT_MIN


def _without_runs(text: str) -> str:
    """`text` without three or more characters that repeat or follow each other on a keyboard or in the alphabet."""
    left, run = "", text[:1]
    for before, char in pairwise(text):
        if char == before or before + char in _STEPS:
            run += char
            continue
        left += run if len(run) < 3 else ""
        run = char
    return left + (run if len(run) < 3 else "")
