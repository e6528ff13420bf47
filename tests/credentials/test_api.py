"""Certificates by REST, the PDF for browsers, and the public page: over HTTP, with true tokens and cookies."""

import asyncio
import html
import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfReader

from lms_app.core.identity import Audience
from lms_app.core.work import unit_of_work
from lms_app.credentials import api, rules, service
from lms_app.credentials.views import CertificateView
from lms_app.web.guard import COOKIE, mark_of
from lms_app.web.headers import attachment
from tests import makers as people
from tests.courses import rest
from tests.credentials import makers

ASSETS = Path(__file__).parents[2] / "assets"


@pytest.fixture
def holder() -> people.Person:
    return people.person("Amina Yusuf")


@pytest.fixture
def made(holder: Any, instructor: Any) -> CertificateView:
    return makers.earned(holder, instructor)


class Client:
    """A program or a browser that follows nothing by itself."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://lectern.test") as client:
                return await client.request(method, path, **given)

        return asyncio.run(send())

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.request("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        return self.request("POST", path, **given)


@pytest.fixture
def client() -> Client:
    return Client(rest.app(*api.ROUTERS))


def _bearer(person: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.signs_in(Audience.API)}"}


def _cookie(person: Any) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={person.signs_in()}"}


def test_every_route_has_a_mark() -> None:
    unmarked = [route.path for router in api.ROUTERS for route in router.routes if mark_of(route.endpoint) is None]

    assert unmarked == []


# ---- REST


def test_a_program_lists_reads_and_prints_its_own(client: Client, made: CertificateView, holder: Any) -> None:
    headers = _bearer(holder)

    listed = client.get("/api/v1/certificates", headers=headers).json()
    one = client.get(f"/api/v1/certificates/{made.id}", headers=headers).json()
    printed = client.get(f"/api/v1/certificates/{made.id}/pdf", headers=headers)

    assert listed == [one]
    assert (one["code"], one["issued_at"], one["pdf_url"]) == (made.code, "2027-03-01T12:00:00Z", made.pdf_url)
    assert printed.headers["content-type"] == "application/pdf"
    assert "Amina Yusuf" in PdfReader(io.BytesIO(printed.content)).pages[0].extract_text()


def test_the_staff_revoke_and_award_anew(client: Client, made: CertificateView, holder: Any, instructor: Any) -> None:
    headers = _bearer(instructor)
    [row] = makers.rows()
    anew = {"course_id": str(row.course_id), "user_id": str(holder.id)}

    before = client.post("/api/v1/certificates", headers=headers, json=anew)
    revoked = client.post(f"/api/v1/certificates/{made.id}/revoke", headers=headers, json={"reason": "Misspelt name"})
    after = client.post("/api/v1/certificates", headers=headers, json=anew)
    listed = client.get("/api/v1/courses/principles-of-ecology/certificates", headers=headers).json()

    assert [r.status_code for r in (before, revoked, after)] == [409, 200, 201]
    assert revoked.json()["revoke_reason"] == "Misspelt name"
    assert {c["id"] for c in listed} == {made.id, after.json()["id"]}


@pytest.mark.parametrize("body", [{}, {"reason": "x" * 301}, {"reason": "Mine", "revoked_at": "2020-01-01"}])
def test_a_revocation_of_a_wrong_shape_is_refused(
    client: Client, made: CertificateView, instructor: Any, body: dict[str, str]
) -> None:
    answer = client.post(f"/api/v1/certificates/{made.id}/revoke", headers=_bearer(instructor), json=body)

    assert (answer.status_code, makers.rows()[0].revoked_at) == (422, None)


def test_anybody_checks_a_code(client: Client, made: CertificateView) -> None:
    found = client.get(f"/api/v1/verify/{made.code.lower()}")
    unknown = client.get(f"/api/v1/verify/{rules.new_code()}")

    assert (found.status_code, found.json()["holder"], found.json()["status"]) == (200, "Amina Yusuf", "valid")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


def test_who_is_not_the_holder_gets_nothing(client: Client, made: CertificateView, stranger: Any) -> None:
    paths = [f"/api/v1/certificates/{made.id}", f"/api/v1/certificates/{made.id}/pdf"]

    assert [client.get(path, headers=_bearer(stranger)).status_code for path in paths] == [404, 404]
    assert [client.get(path).status_code for path in [*paths, "/api/v1/certificates"]] == [401, 401, 401]


# ---- The PDF by cookie


def test_a_browser_downloads_the_pdf(client: Client, made: CertificateView, holder: Any) -> None:
    answer = client.get(made.pdf_url, headers=_cookie(holder))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="Certificate Principles of Ecology.pdf"; '
        "filename*=UTF-8''Certificate%20Principles%20of%20Ecology.pdf"
    )
    said = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert [words in said for words in ("Amina Yusuf", "Principles of Ecology", made.code)] == [True] * 3


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, made: CertificateView) -> None:
    answer = client.get(made.pdf_url)

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/certificates")


@pytest.mark.parametrize(
    "path", ["{url}", "/certificates/00000000-0000-4000-8000-000000000000.pdf", "/certificates/1.pdf"]
)
def test_other_peoples_pdf_is_not_there(client: Client, made: CertificateView, stranger: Any, path: str) -> None:
    answer = client.get(path.format(url=made.pdf_url), headers=_cookie(stranger))

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Amina" not in answer.text


def test_a_revoked_certificate_has_no_pdf(client: Client, made: CertificateView, holder: Any, instructor: Any) -> None:
    instructor.does(service.revoke, certificate_id=UUID(made.id), reason="Plagiarism")

    answer = client.get(made.pdf_url, headers=_cookie(holder))

    assert answer.status_code == 409
    assert "This certificate was revoked on 1 March 2027: Plagiarism" in answer.text


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Ecology.pdf", "Ecology.pdf"),
        ('a"b\r\nSet-Cookie: x=1.pdf', "a b Set-Cookie x 1.pdf"),
        ("../../etc/passwd.pdf", ".. .. etc passwd.pdf"),
        ("Żółć – Ökologie.pdf", "Zoc Okologie.pdf"),
        ("Экология.pdf", ".pdf"),
    ],
)
def test_a_file_name_is_safe_in_a_header(name: str, plain: str) -> None:
    header = attachment(name)

    assert re.fullmatch(r"attachment; filename=\"([^\"\r\n]*)\"; filename\*=UTF-8''[A-Za-z0-9%._~-]*", header)
    assert f'filename="{plain}"' in header
    assert not set('/\\"\r\n') & set(unquote(header.split("''")[1]))


# ---- The public page


def _headings(page: str) -> list[str]:
    return [html.unescape(said) for said in re.findall(r"<h1[^>]*>(?:<bdi>)?(.*?)(?:</bdi>)?</h1>", page)]


def test_the_page_says_what_the_database_says(client: Client, made: CertificateView) -> None:
    answer = client.get(made.verify_path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert _headings(answer.text) == ["Amina Yusuf"]
    for words in ("Valid certificate", "Principles of Ecology", "Northfield", "1 March 2027", made.code):
        assert words in answer.text
    assert "Revoked" not in answer.text


def test_the_page_has_a_preview_and_stays_out_of_search(client: Client, made: CertificateView) -> None:
    answer = client.get(made.verify_path)
    meta = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', answer.text))

    assert meta["og:title"] == "Check of a certificate"  # who shares it says more: tests/credentials/test_ending.py
    assert meta["og:description"] == "Certificate issued by Northfield on 1 March 2027."
    assert meta["og:url"] == made.verify_url
    assert meta["robots"] == answer.headers["x-robots-tag"] == "noindex, nofollow"


def test_the_page_runs_nothing_inline(client: Client, made: CertificateView) -> None:
    pages = [client.get(path) for path in (made.verify_path, "/verify", "/verify/nothing")]

    for page in pages:
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:", page.text) == []


def test_a_revoked_certificate_says_so(client: Client, made: CertificateView, instructor: Any) -> None:
    instructor.does(service.revoke, certificate_id=UUID(made.id), reason="<b>Plagiarism</b> & more")

    said = client.get(made.verify_path).text

    assert "Valid certificate" not in said
    assert "Revoked on 1 March 2027" in said
    assert "&lt;b&gt;Plagiarism&lt;/b&gt; &amp; more" in said
    assert '<meta property="og:title" content="Revoked certificate">' in said


def test_names_are_text_and_never_markup(client: Client, instructor: Any) -> None:
    name = "<script>alert(1)</script>\"'> {{ 7*7 }}"
    made = makers.earned(people.person(name), instructor)

    said = client.get(made.verify_path).text

    assert "<script>alert" not in said
    assert _headings(said) == [name]


@pytest.mark.parametrize("code", ["nothing", "7Q4K-2M9X", "%00", "{{7*7}}", "0" * 28, "%E2%80%AE" * 50])
def test_an_unknown_code_is_a_true_404(client: Client, made: CertificateView, code: str) -> None:
    answer = client.get(f"/verify/{code}")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert _headings(answer.text) == ["We could not find that certificate"]
    assert 'aria-invalid="true"' in answer.text
    assert "Amina" not in answer.text


def test_the_form_leads_to_the_certificates_own_address(client: Client, made: CertificateView) -> None:
    empty = client.get("/verify")
    typed = client.get("/verify", params={"code": f" {made.code.lower().replace('-', ' ')} "})
    wrong = client.get("/verify", params={"code": '"><script>'})

    assert (empty.status_code, 'aria-invalid="true"' in empty.text) == (200, False)
    assert (typed.status_code, typed.headers["location"]) == (303, made.verify_path)
    assert (wrong.status_code, "<script>" in wrong.text) == (404, False)


def test_who_tries_many_codes_gets_a_page_that_says_when(client: Client) -> None:
    for _ in range(60):
        client.get(f"/verify/{rules.new_code()}")

    answer = client.get(f"/verify/{rules.new_code()}")

    assert (answer.status_code, answer.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert int(answer.headers["retry-after"]) > 0
    assert "Too many codes were tried from your network." in answer.text


def test_only_the_holder_sees_the_download(client: Client, made: CertificateView, holder: Any) -> None:
    said = [client.get(made.verify_path, headers=headers).text for headers in (_cookie(holder), {})]

    assert [made.pdf_url in page for page in said] == [True, False]


def test_links_that_are_asked_for_by_head_exist(client: Client, made: CertificateView) -> None:
    assert [client.request("HEAD", path).status_code for path in (made.verify_path, "/verify", "/verify/x")] == [
        200,
        200,
        404,
    ]


@pytest.mark.no_database
def test_the_stylesheet_has_the_colours_of_the_theme() -> None:
    """It is served by itself, so it repeats the tokens: this is what keeps them the same."""
    theme, own = (ASSETS / "theme.css").read_text(), (ASSETS / "verify.css").read_text()

    for theirs, ours in ((":root{", ":root{"), ("html.dark{", "@media (prefers-color-scheme:dark){:root{")):
        wanted = _tokens(theme, theirs)
        kept = _tokens(own, ours)
        assert len(kept) >= 20
        assert {name: wanted[name] for name in kept if name in wanted} == {
            name: value for name, value in kept.items() if name in wanted
        }
    fonts = re.findall(r'url\("(/fonts/[^"]+)"\)', own)
    assert [(ASSETS / font.removeprefix("/")).is_file() for font in fonts] == [True] * len(fonts)
    used = set(re.findall(r"var\((--[\w-]+)\)", own))
    assert used <= set(_tokens(own, ":root{"))


def _tokens(css: str, start: str) -> dict[str, str]:
    at = css.index(start) + len(start)
    return dict(re.findall(r"(--[\w-]+):([^;]+);", css[at : css.index("}", at)]))


def test_a_whole_story_from_the_last_lesson_to_the_signed_out_check(
    client: Client, holder: Any, instructor: Any
) -> None:
    makers.completed(holder, instructor)
    makers.deliver()
    [mail] = makers.mails()
    link = re.search(r"http://lectern\.test(/verify/\S+)", mail["text"])
    assert link is not None

    [listed] = client.get("/api/v1/certificates", headers=_bearer(holder)).json()
    printed = PdfReader(io.BytesIO(client.get(listed["pdf_url"], headers=_cookie(holder)).content))
    address = printed.pages[0]["/Annots"][0].get_object()["/A"]["/URI"]
    checked = client.get(address.removeprefix("http://lectern.test"))

    assert address == f"http://lectern.test{link[1]}"
    assert (checked.status_code, "Amina Yusuf" in checked.text) == (200, True)
    with unit_of_work(holder.actor) as work:
        assert service.mine(work)[0].verify_path == link[1]
