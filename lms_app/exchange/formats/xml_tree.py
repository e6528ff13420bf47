"""XML that strangers wrote, as a tree with lines: no document type, no entities of its own, no depth without end."""

from html import escape
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from lms_app.exchange.tags import VOID

DEPTH_MAX = 60
DEFAULTS_MAX = 64
ELEMENTS_MAX = 1_000_000


class Refused(Exception):
    """`str(error)` is the reason, as a sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


class _Builder(TreeBuilder):
    """Knows the line of each element, and ends a tree that has no end."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[Element, int] = {}
        self.parser: Any = None
        self.depth = 0
        self.defaults = 0

    def start(self, tag: str, attrs: dict[Any, Any], /) -> Element:
        self.depth += 1
        line = self.parser.CurrentLineNumber
        if self.depth > DEPTH_MAX:
            raise Refused(line, f"Elements stand more than {DEPTH_MAX} deep in each other.")
        if len(self.lines) >= ELEMENTS_MAX:
            raise Refused(line, "There are too many elements. Divide the file.")
        made = super().start(tag.rpartition("}")[2], {name.rpartition("}")[2]: value for name, value in attrs.items()})
        self.lines[made] = line
        return made

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag.rpartition("}")[2])

    def declared(self, _element: str, _name: str, _type: str, default: str | None, _required: bool) -> None:
        """An attribute with a default: each element gets a copy of it."""
        self.defaults += len(default or "")
        if self.defaults > DEFAULTS_MAX:
            raise Refused(self.parser.CurrentLineNumber, "Its document type says too much. Save the file without it.")


def parse(text: str, *, doctype: bool = False) -> tuple[Element, dict[Element, int]]:
    """The root, and the line of each element; names come without their namespaces. Raises Refused.

    With `doctype` a document type may be named, as old QTI does: nothing is fetched, and it may declare no entities.
    """
    builder = _Builder()
    parser: Any = DefusedXMLParser(target=builder, forbid_dtd=not doctype)
    builder.parser = parser.parser
    parser.parser.AttlistDeclHandler = builder.declared
    try:
        parser.feed(text)
        return parser.close(), builder.lines
    except DefusedXmlException:
        own = "entities" if doctype else "a document type or entities"
        raise Refused(
            builder.parser.CurrentLineNumber, f"This file has {own} of its own. Save it without them."
        ) from None
    except ParseError as error:
        line = error.position[0]
        raise Refused(line, f"This is not well-formed XML: {str(error).partition(':')[0]}.") from None


def said(element: Element | None, path: str = "") -> str:
    """The text of an element, or of the first one below it; empty where there is none."""
    found = element.find(path) if element is not None and path else element
    return (found.text or "").strip() if found is not None else ""


def inside(element: Element) -> str:
    """What is in an element, as HTML."""
    made = [escape(element.text or "", quote=False)]
    for child in element:
        made += [outer(child), escape(child.tail or "", quote=False)]
    return "".join(made)


def outer(element: Element) -> str:
    """An element as HTML, without what follows it."""
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attrib.items())
    if element.tag in VOID:
        return f"<{element.tag}{attributes}>"
    return f"<{element.tag}{attributes}>{inside(element)}</{element.tag}>"
