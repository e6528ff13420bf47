"""A process that saves answers until it is killed, and tells each one that it was told is safe: one id a line.

Half of them go through the hot lane, as pages and REST save, half through `perform`.
"""

import asyncio
import sys
from itertools import count
from pathlib import Path
from uuid import UUID

import jwt
from uuid_utils.compat import uuid7

from bench import seed
from lms_app.core.work import Actor, perform, utc_now
from lms_app.quizzes import service

PEOPLE = 20


async def main() -> None:
    school = seed.read(Path(sys.argv[1]))
    await asyncio.gather(*(saves(school, taker, number) for number, taker in enumerate(school.takers[:PEOPLE])))


async def saves(school: seed.Seed, taker: seed.Taker, number: int) -> None:
    claims = jwt.decode(taker.cookie, options={"verify_signature": False})
    actor = Actor(UUID(claims["sub"]))
    for turn in count(1):
        question = turn % len(school.questions)
        answer = {
            "attempt_id": UUID(taker.attempt),
            "question_id": UUID(school.questions[question]),
            "save_id": uuid7(),
            "base_seq": 0,
            "value": seed.answer(question, turn),
        }
        if number % 2:
            saved = await service.save_answer(actor, utc_now(), **answer)
        else:
            saved = await perform(actor, service.save, **answer)
        sys.stdout.write(f"{saved.save_id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
