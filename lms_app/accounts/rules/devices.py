"""What a device is called in the list of one's sessions."""

import re

from lms_app.core.words import say

# In this order: most browsers also claim to be older ones.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def device_name(agent: str, audience: str) -> str:
    """ "Firefox on Windows", as far as its own words tell; a program by its name."""
    if audience == "api":
        name = re.match(r"[\w .-]{1,40}", agent)
        return say("Program ({name})", name=name.group().strip()) if name and name.group().strip() else "Program"
    browser = next((name for sign, name in _BROWSERS.items() if sign in agent), "Browser")
    system = next((name for sign, name in _SYSTEMS.items() if sign in agent), "")
    return f"{browser} on {system}" if system else browser
