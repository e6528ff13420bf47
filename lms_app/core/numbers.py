"""Numbers as people type them: exact fractions from the first character to the comparison, nothing rounded on the way.

`1,5`, `1.5e3`, `1.5 x 10^3`, `1 500`, `−2` and `3/4` are understood. A unit may follow.
"""

import re
from decimal import Decimal
from fractions import Fraction

NUMBER_MAX = 60
EXPONENT_MAX = 300  # beyond a float's range nobody means it, and a power of ten as an integer grows without end
UNREADABLE = "We cannot read this as a number. Write it like 2.5, 1.5e3 or 3/4."

_SIGNS = str.maketrans({"−": "-", "–": "-", "+": "+", "×": "x", "*": "x"})
_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f'’]")
_DECIMAL = re.compile(r"([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:(?:[eE]|x10\^)([+-]?\d{1,4}))?")


def read(typed: str) -> Fraction | None:
    """The number that was typed, or None. Never raises, and never takes long."""
    if len(typed) > NUMBER_MAX:
        return None
    plain = _BLANKS.sub("", typed).translate(_SIGNS)
    above, slash, below = plain.partition("/")
    if not slash:
        return _decimal(above)
    numerator, denominator = _decimal(above), _decimal(below)
    return numerator / denominator if numerator is not None and denominator else None


def as_decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _decimal(plain: str) -> Fraction | None:
    match = _DECIMAL.fullmatch(_with_point(plain))
    if match is None:
        return None
    sign, digits, exponent = match.groups()
    power = int(exponent or 0)
    if abs(power) > EXPONENT_MAX:
        return None
    number = Fraction(digits.removesuffix(".")) * Fraction(10) ** power
    return -number if sign == "-" else number


def _with_point(plain: str) -> str:
    """Commas become points or go: one comma alone is a decimal comma; beside a point, the later sign is the decimal."""
    commas, points = plain.count(","), plain.count(".")
    if commas == 1 and not points:
        return plain.replace(",", ".")
    if commas and plain.rfind(".") > plain.rfind(",") and _grouped(plain, ","):
        return plain.replace(",", "")
    if commas == 1 and points and _grouped(plain.replace(",", "#"), "."):
        return plain.replace(".", "").replace(",", ".")
    if commas > 1 and not points and _grouped(plain, ","):
        return plain.replace(",", "")
    return plain


def _grouped(plain: str, separator: str) -> bool:
    """Whether `separator` parts the whole digits in threes, as in 1,234,567."""
    whole = re.match(rf"[+-]?(\d{{1,3}}(?:{re.escape(separator)}\d{{3}})+)(?!\d)", plain)
    return whole is not None and separator not in plain[whole.end() :]


def written(number: Fraction) -> str:
    """A number as people write it: `1.5`, `0.75`, `1/3` where no decimal is exact, `1.5e+20` where it is long."""
    below = number.denominator
    for prime in (2, 5):
        while below % prime == 0:
            below //= prime
    if below != 1:
        return f"{number.numerator}/{number.denominator}"
    # Exact: the precision is that of the longest number one can type, not the context's 28 digits.
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    exact = Decimal(int(number * 10**places)).scaleb(-places)
    return f"{exact:f}" if len(f"{exact:f}") <= 24 else f"{exact:e}"


def split(typed: str) -> tuple[str, str]:
    """What was typed as a number and the unit after it: `9,81 m/s²` is ("9,81", "m/s²"). The number may be unreadable."""
    plain = typed.strip()
    if read(plain) is not None:
        return plain, ""
    # The longest beginning that is a number; the unit may hold digits and slashes itself.
    found = max((at for at in range(1, min(len(plain), NUMBER_MAX) + 1) if read(plain[:at]) is not None), default=0)
    return plain[:found].strip(), plain[found:].strip()
