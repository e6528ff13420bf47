"""Question kinds. One module is one kind: drop a file here and it can be written, taken, graded and tested."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from lms_app.quizzes.kinds.base import Example, Flat, Kind, Mark

__all__ = ["BY_HAND", "KINDS", "TEXTS", "Example", "Flat", "Kind", "Mark"]


# The modules without a `KIND` are what kinds share.
_modules = [import_module(f"{__name__}.{name}") for name in sorted(module.name for module in iter_modules(__path__))]
KINDS: dict[str, Kind[Any, Any]] = {module.KIND.name: module.KIND for module in _modules if hasattr(module, "KIND")}
# What stands between questions and asks nothing.
TEXTS = tuple(name for name, kind in KINDS.items() if not kind.counted)
BY_HAND = tuple(name for name, kind in KINDS.items() if kind.by_hand)
