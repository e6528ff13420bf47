"""Which HTML tags there are, and what becomes of them when questions come in."""

# fmt: off
VOID = frozenset({
    "br", "hr", "img", "input", "wbr", "source", "track", "col", "embed", "meta", "link", "base", "area", "param",
})
INLINE = frozenset({
    "a", "b", "strong", "i", "em", "cite", "dfn", "var", "u", "ins", "s", "del", "strike", "code", "tt", "samp",
    "kbd", "sub", "sup", "span", "font", "small", "big", "abbr", "acronym", "mark", "label", "q", "time", "bdi",
    "bdo", "nobr", "center",
})
BLOCK = frozenset({
    "p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "figure", "figcaption",
    "address", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre",
    "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "colgroup", "details", "summary", "fieldset",
    "legend", "form", "body", "html",
})
RAW = frozenset({
    "script", "style", "title", "head", "template", "noscript", "svg", "math", "object", "iframe", "video",
    "audio", "select", "textarea",
})
# fmt: on
KNOWN = VOID | INLINE | BLOCK | RAW | {"button", "option"}
# Where the words are plain text with some markup in it, a tag must look meant: the rest is what the text speaks of.
MEANT = (INLINE | BLOCK | {"br", "hr", "img"}) - {"html", "body", "form", "label", "header", "footer", "nav", "main"}
