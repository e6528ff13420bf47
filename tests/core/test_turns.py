"""Who writes to SQLite: one after the other, as they came."""

import threading
import time

import pytest

from lms_app.core.turns import Turns

pytestmark = pytest.mark.no_database


def test_whoever_comes_back_at_once_waits_for_whoever_waits() -> None:
    turns, order, begun = Turns(), list[str](), threading.Event()

    def writes_much() -> None:
        for number in range(3):
            with turns.turn():
                order.append(f"import {number}")
                begun.set()
                time.sleep(0.2)

    importing = threading.Thread(target=writes_much)
    importing.start()
    begun.wait()
    with turns.turn():
        order.append("answer")
    importing.join()

    assert order == ["import 0", "answer", "import 1", "import 2"]


def test_who_waits_too_long_is_told_and_in_nobodys_way() -> None:
    turns = Turns()

    with turns.turn(), pytest.raises(TimeoutError), turns.turn(0.01):
        pytest.fail("two at once")

    with turns.turn(0.01):
        pass


def test_many_at_once_are_never_two() -> None:
    turns, inside, most = Turns(), list[int](), list[int]()

    def writes(number: int) -> None:
        for _ in range(200):
            with turns.turn():
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    threads = [threading.Thread(target=writes, args=[number]) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert (max(most), len(most)) == (1, 1600)
