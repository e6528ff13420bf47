"""The only sanitiser: what may stay of HTML that we show, whoever made it. `core/text.py` is its one caller."""

import re

import nh3

PEERTUBE_HOSTS = ("framatube.org", "peertube.tv", "tilvids.com", "video.blender.org")
VIDEO_HOSTS = (
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    *(f"https://{host}" for host in PEERTUBE_HOSTS),
)
"""Origins that a pressed video button may put into a frame: the whole of the policy's `frame-src`."""

# fmt: off
_TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "ul", "ol", "li", "blockquote", "pre",
    "code", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "div", "span", "figure", "figcaption",
    "button", "details", "summary", "video", "audio", "track",
}
_MATH_TAGS = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt",
    "mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose",
    "mmultiscripts", "mprescripts", "none",
}
_MATH_ATTRIBUTES = {
    "display", "mathvariant", "stretchy", "fence", "form", "separator", "lspace", "rspace", "width", "height",
    "depth", "voffset", "minsize", "maxsize", "linethickness", "displaystyle", "scriptlevel", "columnalign",
    "rowspacing", "columnspacing", "columnlines", "rowlines", "accent", "accentunder", "movablelimits",
    "symmetric", "largeop", "notation",
}
# fmt: on
_SCROLLS = {"role", "tabindex", "aria-label"}
_ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "title", "width", "height", "loading", "decoding"},
    "video": {"src", "controls", "preload", "aria-label"},
    "audio": {"src", "controls", "preload", "aria-label"},
    "track": {"src", "kind", "label", "default"},
    "ol": {"start"},
    "th": {"scope"},
    "div": _SCROLLS,
    "pre": _SCROLLS,
    "span": {"role", "aria-label"},
    "button": {"type", "data-embed", "data-title"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
    **dict.fromkeys(_MATH_TAGS, _MATH_ATTRIBUTES),
}
_VALUES: dict[tuple[str, str], re.Pattern[str]] = {
    **{(tag, "src"): re.compile(r"/files/[0-9a-fA-F-]{32,36}") for tag in ("img", "video", "audio", "track")},
    ("a", "href"): re.compile(r"https?://[^/\s].*|mailto:.*|/(?![/\\]).*|#s-.*|/", re.IGNORECASE | re.DOTALL),
    ("button", "type"): re.compile("button"),
    ("button", "data-embed"): re.compile(f"(?:{'|'.join(re.escape(host) for host in VIDEO_HOSTS)})/.*"),
    **{(f"h{level}", "id"): re.compile(r"s-.+") for level in range(2, 7)},
}


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    """The last word on a value, whoever made it: none of these may ever name another site or run."""
    allowed = _VALUES.get((tag, attribute))
    return value if allowed is None or allowed.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=_TAGS | _MATH_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    allowed_classes={
        "div": {"k-mdt"},
        "button": {"k-video"},
        "th": {"k-right", "k-center"},
        "td": {"k-right", "k-center"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    strip_comments=True,
)


def clean(html: str) -> str:
    """`html` without anything that is not on the lists above."""
    return _CLEANER.clean(html)
