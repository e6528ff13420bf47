"""A course copied as its page does it."""

from typing import Any

from lms_app.exchange import service
from lms_app.exchange.views import TreeReport


def copied(person: Any, slug: str, title: str) -> TreeReport:
    tree, address = person.sees(service.copy_source, slug=slug, title=title)
    return person.does(service.import_tree, service.read_copy(tree, slug=address, title=title))
