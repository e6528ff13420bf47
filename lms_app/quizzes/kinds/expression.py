"""Formulas that authors write, worked out by a small grammar of our own: never by `eval`.

    sum      = product { ("+" | "-") product }
    product  = sign { ("*" | "/") sign }
    sign     = { "+" | "-" } power
    power    = atom [ ("^" | "**") sign ]
    atom     = number | name | function "(" sum { "," sum } ")" | "(" sum ")"

Functions: `abs`, `sqrt`, `exp`, `ln`, `log` (base 10), `sin`, `cos`, `tan` (radians), `floor`, `ceil`, `round` (halves
away from zero, `round(x, places)`), `min`, `max`. Constants: `pi`, `e`. Names are the question's variables.

Numbers are Decimal with 30 digits. A formula has at most 500 characters and 40 brackets within each other, and a result
is below 1e300: whatever is written, working it out takes no longer than a blink.
"""

import re
from collections.abc import Callable, Mapping
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)

LENGTH_MAX = 500
DEPTH_MAX = 40
POWER_MAX = 1000
ARGUMENTS_MAX = 20
DIGITS = 30
RESULT_MAX = Decimal("1e300")

_CONTEXT = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_UP,
    Emax=999,
    Emin=-999,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|\.\d+)|([A-Za-z_][A-Za-z0-9_]*)|(\*\*|[-+*/^(),]))")
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/"})

PI = Decimal("3.14159265358979323846264338327950288419716939937511")
E = Decimal("2.71828182845904523536028747135266249775724709369996")
CONSTANTS = {"pi": PI, "e": E}


class Wrong(ValueError):
    """`str(error)` is a sentence for the author."""


def check(formula: str, names: set[str]) -> None:
    """Raise Wrong when the formula cannot be read or names something that there is not."""
    _Reader(formula, names).read()


def work_out(formula: str, values: Mapping[str, Decimal]) -> Decimal:
    """The formula's value. Raises Wrong when it cannot be read or has no value (a division by zero, a root of -1)."""
    root = _Reader(formula, set(values)).read()
    with localcontext(_CONTEXT):
        try:
            found = root(values)
        except Overflow:
            raise Wrong("The result is too large.") from None
        except (DecimalException, ArithmeticError, ValueError) as error:
            raise Wrong(str(error) if isinstance(error, Wrong) else "There is no such number.") from None
        if not found.is_finite() or abs(found) > RESULT_MAX:
            raise Wrong("The result is too large.")
        return +found


Node = Callable[[Mapping[str, Decimal]], Decimal]


class _Reader:
    """Reads a formula from left to right, one function a rule of the grammar."""

    def __init__(self, formula: str, names: set[str]) -> None:
        if len(formula) > LENGTH_MAX:
            raise Wrong(f"Shorten the formula to {LENGTH_MAX} characters.")
        self.tokens = _tokens(formula.translate(_SIGNS))
        self.names = names
        self.at = 0
        self.depth = 0

    def read(self) -> Node:
        if not self.tokens:
            raise Wrong("Write a formula, like 2*a + b.")
        root = self._sum()
        if self.at < len(self.tokens):
            raise Wrong(f"We do not understand “{self.tokens[self.at]}” where it stands.")
        return root

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self, *wanted: str) -> str:
        """The next token if it is one of these, else nothing."""
        token = self._peek()
        if token and token in wanted:
            self.at += 1
            return token
        return ""

    def _sum(self) -> Node:
        left = self._product()
        while sign := self._take("+", "-"):
            left = _both(sign, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._sign()
        while sign := self._take("*", "/"):
            left = _both(sign, left, self._sign())
        return left

    def _sign(self) -> Node:
        minus = False
        while sign := self._take("+", "-"):
            minus ^= sign == "-"
        inner = self._power()
        return (lambda values: -inner(values)) if minus else inner

    def _power(self) -> Node:
        base = self._atom()
        if not self._take("^", "**"):
            return base
        self._deeper()
        exponent = self._sign()
        self.depth -= 1
        return lambda values: _power(base(values), exponent(values))

    def _atom(self) -> Node:
        token = self._peek()
        self.at += 1
        if not token:
            raise Wrong("The formula ends too early.")
        if token == "(":
            self._deeper()
            inner = self._sum()
            self._close()
            return inner
        if token[0].isdigit() or token[0] == ".":
            number = Decimal(token)
            return lambda values: number
        if token[0].isalpha() or token[0] == "_":
            return self._named(token)
        raise Wrong(f"We do not understand “{token}” where it stands.")

    def _named(self, name: str) -> Node:
        if self._take("("):
            self._deeper()
            arguments = [self._sum()]
            while self._take(","):
                arguments.append(self._sum())
            self._close()
            return _call(name, arguments)
        if name in self.names:
            return lambda values: values[name]
        if name in CONSTANTS:
            constant = CONSTANTS[name]
            return lambda values: constant
        raise Wrong(f"There is no variable “{name}”.")

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise Wrong("This formula has too many brackets within each other.")

    def _close(self) -> None:
        if not self._take(")"):
            raise Wrong("A bracket is not closed.")
        self.depth -= 1


def _tokens(formula: str) -> list[str]:
    found: list[str] = []
    at = 0
    while formula[at:].strip():
        match = _TOKEN.match(formula, at)
        if match is None:
            raise Wrong(f"We do not understand “{formula[at:].strip()[0]}” in a formula.")
        found.append(match[1] or match[2] or match[3])
        at = match.end()
    return found


def _both(sign: str, left: Node, right: Node) -> Node:
    match sign:
        case "+":
            return lambda values: left(values) + right(values)
        case "-":
            return lambda values: left(values) - right(values)
        case "*":
            return lambda values: left(values) * right(values)
        case _:
            return lambda values: _divided(left(values), right(values))


def _divided(above: Decimal, below: Decimal) -> Decimal:
    if not below:
        raise Wrong("It divides by zero.")
    return above / below


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > POWER_MAX:
        raise Wrong(f"Powers go up to {POWER_MAX}.")
    if not base and exponent < 0:
        raise Wrong("It divides by zero.")
    if not base and not exponent:
        return Decimal(1)
    if base < 0 and exponent != exponent.to_integral_value():
        raise Wrong("A negative number has no such power.")
    return base**exponent


def _root(x: Decimal) -> Decimal:
    if x < 0:
        raise Wrong("A negative number has no square root.")
    return x.sqrt()


def _logarithm(x: Decimal, ten: bool = False) -> Decimal:
    if x <= 0:
        raise Wrong("Only numbers above 0 have a logarithm.")
    return x.log10() if ten else x.ln()


def _sine(x: Decimal) -> Decimal:
    """By its series, after whole turns are taken off; the sum ends when a term changes nothing."""
    if abs(x) > 10**6:
        raise Wrong("Angles go up to a million.")
    with localcontext() as context:
        context.prec = DIGITS + 15
        x = x % (2 * PI)
        term = total = x
        count = 1
        while abs(term) > Decimal(10) ** -(DIGITS + 10):
            count += 2
            term = -term * x * x / (count * (count - 1))
            total += term
    # What is left of π's own rounding is no number of its own.
    return Decimal(0) if abs(total) < Decimal(10) ** -(DIGITS - 2) else +total


def _cosine(x: Decimal) -> Decimal:
    if abs(x) > 10**6:
        raise Wrong("Angles go up to a million.")
    return _sine(x + PI / 2)


def _tangent(x: Decimal) -> Decimal:
    return _divided(_sine(x), _cosine(x))


def _rounded(x: Decimal, places: Decimal = Decimal(0), how: str = ROUND_HALF_UP) -> Decimal:
    if places != places.to_integral_value() or abs(places) > DIGITS:
        raise Wrong(f"Round to whole places, up to {DIGITS}.")
    if x and x.adjusted() + places >= DIGITS:  # more digits than there are: nothing to round
        return x
    return x.quantize(Decimal(1).scaleb(-int(places)), rounding=how)


# By name: the least and the most arguments, and what it does.
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Decimal]]] = {
    "abs": (1, 1, abs),
    "sqrt": (1, 1, _root),
    "exp": (1, 1, lambda x: x.exp()),
    "ln": (1, 1, _logarithm),
    "log": (1, 1, lambda x: _logarithm(x, ten=True)),
    "sin": (1, 1, _sine),
    "cos": (1, 1, _cosine),
    "tan": (1, 1, _tangent),
    "floor": (1, 1, lambda x: _rounded(x, how=ROUND_FLOOR)),
    "ceil": (1, 1, lambda x: _rounded(x, how=ROUND_CEILING)),
    "round": (1, 2, _rounded),
    "min": (1, ARGUMENTS_MAX, min),
    "max": (1, ARGUMENTS_MAX, max),
}


def _call(name: str, arguments: list[Node]) -> Node:
    if name not in FUNCTIONS:
        raise Wrong(f"There is no function “{name}”. There are {', '.join(FUNCTIONS)}.")
    least, most, act = FUNCTIONS[name]
    if not least <= len(arguments) <= most:
        raise Wrong(f"“{name}” takes {least if least == most else f'{least} to {most}'} numbers.")
    if most == ARGUMENTS_MAX:
        return lambda values: act([argument(values) for argument in arguments])
    return lambda values: act(*[argument(values) for argument in arguments])
