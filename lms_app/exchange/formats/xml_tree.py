"""XML that strangers wrote, as a tree with lines: no document type, no entities of its own, no depth without end."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

DEPTH_MAX = 60
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

    def start(self, tag: str, attrs: dict[Any, Any], /) -> Element:
        self.depth += 1
        line = self.parser.CurrentLineNumber
        if self.depth > DEPTH_MAX:
            raise Refused(line, f"Elements stand more than {DEPTH_MAX} deep in each other.")
        if len(self.lines) >= ELEMENTS_MAX:
            raise Refused(line, "There are too many elements. Divide the file.")
        made = super().start(tag, attrs)
        self.lines[made] = line
        return made

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def parse(text: str) -> tuple[Element, dict[Element, int]]:
    """The root, and the line of each element. Raises Refused."""
    builder = _Builder()
    parser: Any = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.parser = parser.parser
    try:
        parser.feed(text)
        return parser.close(), builder.lines
    except DefusedXmlException:
        reason = "This file has a document type or entities of its own. Save it without them."
        raise Refused(builder.parser.CurrentLineNumber, reason) from None
    except ParseError as error:
        line = error.position[0]
        raise Refused(line, f"This is not well-formed XML: {str(error).partition(':')[0]}.") from None


def said(element: Element | None, path: str = "") -> str:
    """The text of an element, or of the first one below it; empty where there is none."""
    found = element.find(path) if element is not None and path else element
    return (found.text or "").strip() if found is not None else ""
