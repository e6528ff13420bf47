"""People at their tabs: what a student's browser sends, and which saves were acknowledged."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from uuid_utils.compat import uuid7

from bench import load, seed
from bench.seed import Seed, Taker
from bench.tab import Tab, delta_of, event_name, lms_event

NOOP = lms_event("BenchState", "noop")
SAVE = lms_event("AttemptState", "save")
GO = lms_event("AttemptState", "go")
FLAG = lms_event("AttemptState", "flag")
BARE_NOOP = event_name("noop", ("bare_app.bare_app", "Bare"))
BARE_SAVE = event_name("save", ("bare_app.bare_app", "Bare"))
_ACKS = "acks_rx_state_"


class NotSaved(ValueError):
    """The server answered, but did not say that the answer is saved."""


@dataclass
class Sitting:
    """A student, a tab on an open attempt, and what was acknowledged there."""

    taker: Taker
    tab: Tab
    questions: Sequence[str]
    save: str = SAVE
    noop: str = NOOP
    saved: list[UUID] = field(default_factory=list)
    turn: int = 0
    bases: dict[str, int] = field(default_factory=dict)

    async def changes_an_answer(self) -> None:
        """A change of an answer, until it is acknowledged. Raises NotSaved, Lost, TimeoutError."""
        self.turn += 1
        number = self.turn % len(self.questions)
        question, save_id = self.questions[number], uuid7()
        said = await self.tab.call(
            self.save,
            {
                "attempt_id": self.taker.attempt,
                "question_id": question,
                "save_id": str(save_id),
                "base_seq": self.bases.get(question, 0),
                "value": seed.answer(number, self.turn),
            },
            str(save_id).encode(),
            timeout=20,
        )
        line = _line(said, str(save_id))
        if "seq" not in line:
            raise NotSaved(str(line))
        self.bases[question] = line["seq"]
        self.saved.append(save_id)

    async def does_nothing(self) -> None:
        n = load.unique()
        await self.tab.call(self.noop, {"n": n}, str(n).encode(), timeout=20)

    async def turns_a_page(self) -> None:
        """Turn to another question; the number of its heading comes back."""
        self.turn += 1
        number = self.turn % len(self.questions) + 1
        await self.tab.call(GO, {"number": number}, b'"question_rx_state_"', timeout=20)

    async def flags(self) -> None:
        await self.tab.call(FLAG, {}, b'"cells_rx_state_"', timeout=20)


def _line(message: bytes, save_id: str) -> dict[str, int]:
    for changes in delta_of(message).values():
        for line in str(changes.get(_ACKS, "")).split("\n"):
            if save_id in line:
                return json.loads(line)
    return {}


async def at_attempts(port: int, school: Seed, count: int, first: int = 0) -> list[Sitting]:
    """Students with their attempts open, on our server."""

    async def one(taker: Taker) -> Sitting:
        tab = await Tab.open(port, f"/attempts/{taker.attempt}", cookie=taker.cookie)
        return Sitting(taker, tab, school.questions)

    takers = school.takers[first : first + count]
    return await load.in_batches([lambda taker=taker: one(taker) for taker in takers])


async def at_nothing(port: int, school: Seed, count: int) -> list[Sitting]:
    """The same students on the bare app."""

    async def one(taker: Taker) -> Sitting:
        tab = await Tab.open(port, "/", cookie=taker.cookie)
        return Sitting(taker, tab, school.questions, BARE_SAVE, BARE_NOOP)

    return await load.in_batches([lambda taker=taker: one(taker) for taker in school.takers[:count]])


async def leave(sittings: Sequence[Sitting]) -> None:
    for sitting in sittings:
        await sitting.tab.close()


def shuffled(sittings: Sequence[Sitting]) -> list[Sitting]:
    return random.Random(3).sample(list(sittings), len(sittings))
