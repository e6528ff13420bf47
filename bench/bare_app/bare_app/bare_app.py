"""What an event costs at least: no guard, no session, no database. `noop` and `save` answer as ours do."""

import json

import reflex as rx


class Bare(rx.State):
    n: int = 0
    acks: str = ""

    @rx.event
    async def noop(self, n: int):
        self.n = n

    @rx.event
    async def save(self, attempt_id: str, question_id: str, save_id: str, base_seq: int, value: str):
        line = json.dumps({"id": save_id, "question": question_id, "seq": base_seq + 1, "at": "12:00"})
        self.acks = "\n".join([line, *self.acks.split("\n")[:3]])


def index() -> rx.Component:
    return rx.el.main(rx.el.p(Bare.n))


app = rx.App()
app.add_page(index, route="/")
