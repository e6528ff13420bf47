"""Signed credentials inside other files: a baked PNG or SVG, a PDF of ours, or plain text; in and out.

Open Badges 3.0, section 5.3: a PNG holds the credential in an `iTXt` chunk `openbadgecredential`, an SVG in an element
`openbadges:credential`. Our PDFs have it as an embedded file and under an info key. What is read here came from
anybody: sizes are bounded, and nothing is believed.
"""

import ctypes
import re
import struct
import zlib
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms_app.core.signing import TOKEN_MAX, BadToken

FILE_MAX = 5 * 1024 * 1024
PDF_FILE = "credential.jwt"
PDF_KEY = "LecternCredential"
BADGE_KEYWORD = b"openbadgecredential"
OLD_KEYWORD = b"openbadges"
BADGE_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_PNG = b"\x89PNG\r\n\x1a\n"
_JWS = re.compile(r"[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}")


# ---- Reading


def find(content: bytes) -> str:
    """The credential in a file, whatever it is: a compact JWS, or the JSON text of another sort of credential.

    Raises BadToken, with a sentence, when there is none or the file is damaged.
    """
    if len(content) > FILE_MAX:
        raise BadToken(f"The file is larger than {FILE_MAX // 1024 // 1024} MB.")
    if content.startswith(_PNG):
        return _bounded(_in_png(content))
    if content.startswith(b"%PDF-"):
        return _bounded(_in_pdf(content))
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise BadToken("The file is neither text nor a PNG, an SVG or a PDF.") from None
    if "<svg" in text[:4096]:
        return _bounded(_in_svg(content))
    if text.startswith("{"):
        return _bounded(text)
    return _bounded(in_text(text))


def in_text(text: str) -> str:
    """The compact JWS in a text, such as the address that a certificate's QR code holds."""
    found = _JWS.findall(text)
    if len(set(found)) != 1:
        raise BadToken("There is no signed credential in it." if not found else "There are several credentials in it.")
    return found[0]


def holds_token(text: str) -> bool:
    return _JWS.search(text) is not None


def _bounded(text: str) -> str:
    if len(text) > TOKEN_MAX:
        raise BadToken("The credential in it is too long.")
    return text


def _in_png(content: bytes) -> str:
    found: list[str] = []
    at = len(_PNG)
    ended = False
    while at < len(content) and not ended:
        head = content[at : at + 8]
        length = int.from_bytes(head[:4])
        body, check = content[at + 8 : at + 8 + length], content[at + 8 + length : at + 12 + length]
        if len(head) < 8 or len(check) < 4 or zlib.crc32(head[4:] + body) != int.from_bytes(check):
            raise BadToken("The picture is damaged: its bytes do not fit their check sums.")
        if head[4:] == b"iTXt":
            keyword, _, rest = body.partition(b"\0")
            if keyword in (BADGE_KEYWORD, OLD_KEYWORD):
                found.append(_itxt(rest))
        ended = head[4:] == b"IEND"
        at += 12 + length
    if not ended or at != len(content):
        raise BadToken("The picture is damaged: it does not end where it should.")
    if len(found) != 1:
        raise BadToken(
            "There is no badge in this picture." if not found else "There are several badges in this picture."
        )
    return found[0]


def _itxt(rest: bytes) -> str:
    """The text of an iTXt chunk behind its keyword: flag, method, language, translated keyword, text."""
    try:
        packed, _method = rest[0], rest[1]
        _language, _translated, text = rest[2:].split(b"\0", 2)
        if packed:
            inflater = zlib.decompressobj()
            text = inflater.decompress(text, TOKEN_MAX + 1)
        return text.decode().strip()
    except (ValueError, IndexError, zlib.error):
        raise BadToken("The badge in this picture is damaged.") from None


def _in_svg(content: bytes) -> str:
    try:
        root: Element = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        raise BadToken("The picture is damaged: it is no SVG that can be read.") from None
    found = [
        one
        for one in root.iter()
        if one.tag in (f"{{{BADGE_NAMESPACE}}}credential", "{http://openbadges.org}assertion")
    ]
    if len(found) != 1:
        raise BadToken(
            "There is no badge in this picture." if not found else "There are several badges in this picture."
        )
    text = (found[0].get("verify") or found[0].text or "").strip()
    if not text:
        raise BadToken("The badge in this picture is empty.")
    return text


def _in_pdf(content: bytes) -> str:
    import pypdfium2  # large, and rarely asked for

    try:
        document = pypdfium2.PdfDocument(content)
        try:
            named = _info(document)
            embedded = [
                bytes(one.get_data()).decode("ascii", "replace").strip()
                for one in (document.get_attachment(at) for at in range(min(document.count_attachments(), 20)))
                if one.get_name() == PDF_FILE
            ]
        finally:
            document.close()
    except pypdfium2.PdfiumError:
        raise BadToken("The PDF is damaged and cannot be read.") from None
    texts = {text for text in (*embedded, named) if text}
    if len(texts) != 1:
        raise BadToken(
            "There is no credential in this PDF." if not texts else "The PDF holds two credentials that differ."
        )
    return texts.pop()


def _info(document: Any) -> str:
    import pypdfium2.raw as pdfium

    key = PDF_KEY.encode()
    size = pdfium.FPDF_GetMetaText(document.raw, key, None, 0)
    if not 2 < size <= 2 * TOKEN_MAX:
        return ""
    buffer = bytearray(size)
    pdfium.FPDF_GetMetaText(document.raw, key, (ctypes.c_char * size).from_buffer(buffer), size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").strip()


# ---- Baking


def bake_png(picture: bytes, token: str) -> bytes:
    """A PNG with the credential in it. `picture` must be a PNG of ours."""
    body = BADGE_KEYWORD + b"\0\0\0\0\0" + token.encode()
    check = zlib.crc32(b"iTXt" + body)
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", check)
    # Right behind the header, whose length is always the same.
    at = len(_PNG) + 25
    return picture[:at] + chunk + picture[at:]


def bake_svg(picture: str, token: str) -> str:
    """An SVG with the credential in it. `picture` must be an SVG of ours."""
    element = f'<openbadges:credential xmlns:openbadges="{BADGE_NAMESPACE}" verify={quoteattr(token)}/>'
    head, end, rest = picture.partition(">")
    return f"{head}{end}{element}{rest}"
