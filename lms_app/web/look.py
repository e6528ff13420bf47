"""What the place and the reader decide about the look, as one small style sheet over `theme.css`.

It is in the head of every document, so that the first paint has it: the accent, the logo, the name before the page knows
it, and, for who asked for it, more contrast and less motion. Where the device asks, media queries of the same rules answer.
"""

from functools import lru_cache

from lms_app.core import colours
from lms_app.core.colours import Palette, on_dark, on_light
from lms_app.core.site import Site
from lms_app.core.words import LANGUAGES
from lms_app.web import routes

STYLE, LOGO = "/site.css", "/site/logo"
COOKIE = "lectern-look"
"""What the reader asked for on this device: `contrast`, `still`, or both with a dot between."""
_PRINTED = ("brand", "brand_hover", "brand_active", "on_brand", "brand_text", "brand_soft", "brand_line")
_STILL = (
    "*,*::before,*::after{animation-duration:.01ms!important;animation-iteration-count:1!important;"
    "transition-duration:.01ms!important;scroll-behavior:auto!important}"
    ".k-late{animation-duration:150ms!important}"
    ".k-toast{animation-duration:8s!important;animation-timing-function:step-end!important}"
)
_STRONG_LIGHT = (
    "--text:#000;--text-2:#1c2420;--text-3:#2d3731;--line:#5b6760;--line-strong:#17201b;--warn-text:#4d3400;"
    "--mark-line:#6e4b00;--danger:#8f1d17;--danger-hover:#6e1611;--danger-text:#86160f;--danger-line:#8f1d17;"
    "--info-text:#2d2d66;--info-line:#434387;--focus:#0b3fa3;"
)
_STRONG_DARK = (
    "--text:#fff;--text-2:#e2e9e4;--text-3:#cfd9d2;--line:#8b9991;--line-strong:#d5ded8;--warn-text:#ffe08a;"
    "--mark-line:#f0cb5c;--danger:#ffb4aa;--danger-hover:#ffcbc4;--danger-text:#ffc2ba;--danger-line:#ff9d91;"
    "--info-text:#d4d5ff;--info-line:#bdbef6;--focus:#b9d3ff;"
)
WIDE_MAX, RAIL_MAX = 84, 196  # pixels of the logo: beside it stands the name, in the rail below a wide one
# A wide logo, which mostly is the name itself, has the bar of a phone to itself.
_ALONE = (
    "@media (max-width:479px){.k-topbar .k-logo>span{position:absolute;width:1px;height:1px;overflow:hidden;"
    "clip-path:inset(50%)}.k-topbar .k-logo::before{width:min(196px,100%)}}"
)
_STRONG_WAYS = ".k-link{text-decoration-color:currentColor;text-decoration-thickness:2px}"


@lru_cache(32)
def style(site: Site, *, contrast: bool = False, still: bool = False, plain: bool = False) -> str:
    """The sheet. `plain`: for documents without the app, which are dark as the device is."""
    parts = [
        "" if not site.accent else _both(_vars(on_light(site.accent)), _vars(on_dark(site.accent)), plain),
        _name(site.name),
        _logo(site),
        _languages(site.languages),
        _wanted(_strong(site.accent or colours.USUAL, plain), "(prefers-contrast:more)", contrast),
        _STILL if still else "",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _both(light: str, dark: str, plain: bool) -> str:
    """Over the tokens of the theme, whatever the order of the sheets; on paper it is light."""
    if plain:
        return f"html:root{{{light}}}@media screen and (prefers-color-scheme:dark){{html:root:root{{{dark}}}}}"
    return f"html:root{{{light}}}@media screen{{html:root.dark{{{dark}}}}}"


def _vars(palette: Palette) -> str:
    told = "".join(f"--{name.replace('_', '-')}:{getattr(palette, name)};" for name in _PRINTED)
    return f"{told}--c1:{palette.brand};"


def _strong(accent: str, plain: bool) -> str:
    light = _vars(on_light(accent, strong=True)) + _STRONG_LIGHT
    return _both(light, _vars(on_dark(accent, strong=True)) + _STRONG_DARK, plain) + _STRONG_WAYS


def _wanted(rules: str, query: str, always: bool) -> str:
    return rules if always else f"@media {query}{{{rules}}}"


def _name(name: str) -> str:
    """Where the page does not know the name yet."""
    return f'.k-site:empty::before{{content:"{_escaped(name)}"}}'


def _escaped(words: str) -> str:
    """As a string of CSS can hold it: what is no letter, digit or space by its number."""
    return "".join(one if one.isalnum() or one == " " else f"\\{ord(one):x} " for one in words)


def _languages(offered: tuple[str, ...]) -> str:
    """A page is built once: of the languages that it can be changed to, those that are not offered are not there."""
    ways = (f'form[action="{routes.LANGUAGE}{code}"]' for code in LANGUAGES if code not in offered or len(offered) == 1)
    return "".join(f"{way}{{display:none}}" for way in ways)


def _logo(site: Site) -> str:
    """The picture in the place of our mark: 32 px high, as wide as it is, and no wider than the name can do with."""
    if site.logo is None:
        return ""
    wide = max(1, round(32 * site.logo.width / site.logo.height))
    return (
        f'.k-logo>svg{{display:none}}.k-logo::before{{content:"";flex:none;width:min({min(wide, WIDE_MAX)}px,22vw);height:32px;'
        f"background:url({LOGO}?v={site.logo.sha256[:16]}) 0/contain no-repeat;background-position:0 50%}}"
        f".k-rail .k-logo::before{{width:{min(wide, RAIL_MAX)}px}}" + (_ALONE if wide > WIDE_MAX else "")
    )
