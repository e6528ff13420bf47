"""How the scripts of the front end are cut into files."""

from typing import Any

from reflex_base import constants
from reflex_base.plugins import Plugin

_GROUPS = "groups: ["
# Left alone, each icon that two pages share is a request of its own, of 200 bytes.
_ICONS = '{test: /lucide-react/, name: "icons"},'


class OneFileOfIcons(Plugin):
    """Put the icons that the pages use into one file."""

    def pre_compile(self, **context: Any) -> None:
        context["add_modify_task"](constants.ReactRouter.VITE_CONFIG_FILE, _with_icons)


def _with_icons(config: str) -> str:
    """Raises RuntimeError when the place is not found."""
    if _ICONS in config:
        return config
    if _GROUPS not in config:
        raise RuntimeError(f"{_GROUPS!r} was not found in Vite's configuration: has Reflex changed?")
    return config.replace(_GROUPS, _GROUPS + _ICONS, 1)
