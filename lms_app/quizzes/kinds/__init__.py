"""Question kinds. One module is one kind: drop a file here and it can be written, taken, graded and tested."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from lms_app.quizzes.kinds.base import Example, Kind, Mark

__all__ = ["KINDS", "Example", "Kind", "Mark"]

_NO_KINDS = {"base", "inputs"}  # what the kinds share

KINDS: dict[str, Kind[Any, Any]] = {
    kind.name: kind
    for module in sorted(iter_modules(__path__), key=lambda module: module.name)
    if module.name not in _NO_KINDS
    for kind in (import_module(f"{__name__}.{module.name}").KIND,)
}
