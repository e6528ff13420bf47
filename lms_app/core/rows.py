"""Rows of a form that is texts by name: `options.0.text` is the text of the first option, `options.rows` says how many.

They are added, removed and moved by one mechanism: a button in the form sends all of it with what it wants done
("options.2.up"), and `act` gives the form as it is then, rows inside of rows too. Nothing that was typed is lost on the
way. `options.pick` is the number of the row that a radio button picks.
"""

from collections.abc import Callable, Iterable, Mapping

ROWS, PICK, TURN = "rows", "pick", "turn"
ROWS_MAX = 100


def rows(name: str, each: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Rows under one name, counted."""
    found: dict[str, str] = {}
    count = 0
    for row in each:
        found.update({f"{name}.{count}.{key}": value for key, value in row.items()})
        count += 1
    return {**found, f"{name}.{ROWS}": str(count)}


def row_count(values: Mapping[str, str], name: str) -> int:
    """How many rows a form has under a name; what is no number is none."""
    said = values.get(f"{name}.{ROWS}", "0")
    return min(int(said), ROWS_MAX) if said.isascii() and said.isdecimal() and len(said) < 5 else 0


def act(values: Mapping[str, str], do: str) -> dict[str, str]:
    """The form after `do`: `options.add`, or `options.2.` with `up`, `down` or `remove`. What makes no sense does nothing.

    `turn` counts up when rows are others than before, and the page draws them anew. With one more at the end the rest is as
    it was: what somebody types in it meanwhile stays.
    """
    new = dict(values)
    name, _, verb = do.rpartition(".")
    if verb == "add":
        count = row_count(values, name)
        if name and count < ROWS_MAX:
            new[f"{name}.{ROWS}"] = str(count + 1)
        return new
    name, _, place = name.rpartition(".")
    count = row_count(values, name)
    if not (place.isascii() and place.isdecimal() and len(place) < 5 and int(place) < count):
        return new
    at = int(place)
    order = list(range(count))
    match verb:
        case "up" if at > 0:
            order[at - 1], order[at] = at, at - 1
        case "down" if at < count - 1:
            order[at], order[at + 1] = at + 1, at
        case "remove":
            order.remove(at)
        case _:
            return new
    _arrange(new, values, name, order)
    _turn(new)
    return new


def without_blank_rows(values: Mapping[str, str]) -> tuple[dict[str, str], Callable[[str], str]]:
    """A form without the rows in which nothing stands, and how an input of it is called in the form as it was.

    A row that is picked or ticked stays, however empty: whoever picked it is told what is missing.
    """
    new = dict(values)
    orders: dict[str, list[int]] = {}
    for key in values:
        name, _, last = key.rpartition(".")
        if last == ROWS and name and not any(part.isdecimal() for part in name.split(".")):
            order = [at for at in range(row_count(values, name)) if not _is_blank(values, name, at)]
            if len(order) < row_count(values, name):
                _arrange(new, dict(new), name, order)
                orders[name] = order

    def was(key: str) -> str:
        for name, order in orders.items():
            if _in_row(key, name):
                place, dot, rest = key.removeprefix(f"{name}.").partition(".")
                return f"{name}.{order[int(place)]}{dot}{rest}" if int(place) < len(order) else key
        return key

    return new, was


def _is_blank(values: Mapping[str, str], name: str, at: int) -> bool:
    start = f"{name}.{at}."
    typed = {key.removeprefix(start): value for key, value in values.items() if key.startswith(start)}
    return values.get(f"{name}.{PICK}") != str(at) and all(
        value.strip() in ("", "0") or key == "id" for key, value in typed.items()
    )


def _arrange(new: dict[str, str], values: Mapping[str, str], name: str, order: list[int]) -> None:
    """Put the rows as `order` names them; others go, and the pick follows its row."""
    kept = {key: value for key, value in new.items() if not _in_row(key, name)}
    for to, at in enumerate(order):
        start = f"{name}.{at}."
        kept.update({f"{name}.{to}.{key[len(start) :]}": text for key, text in values.items() if key.startswith(start)})
    new.clear()
    new.update(kept)
    new[f"{name}.{ROWS}"] = str(len(order))
    pick = f"{name}.{PICK}"
    if pick in values:
        places = {str(at): str(to) for to, at in enumerate(order)}
        new[pick] = places.get(values[pick], "")


def _in_row(key: str, name: str) -> bool:
    rest = key.removeprefix(f"{name}.")
    return rest != key and rest.partition(".")[0].isdecimal()


def _turn(new: dict[str, str]) -> None:
    said = new.get(TURN, "0")
    new[TURN] = str((int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else 0) + 1)
