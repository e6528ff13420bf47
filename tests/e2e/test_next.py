"""Whatever address a link asks to go on to after signing in, a real browser stays on the site (T23)."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import BrowserContext

from lms_app.demo import PASSWORD
from tests.e2e.conftest import SIGN_INS, settled
from tests.e2e.server import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:document.title='taken'",
        "%2f%2fevil.example",
        "/%2f%2fevil.example",
        "/\t/evil.example",
        "/.//evil.example",
        "/%0d%0aLocation:%20https://evil.example",
    ],
)
def test_signing_in_stays_on_the_site(opened: Callable[..., BrowserContext], site: Site, wanted: str) -> None:
    page = opened().new_page()
    page.goto("/sign-in?" + urlencode({"next": wanted}))
    settled(page)
    page.get_by_label("Email", exact=True).fill(SIGN_INS["student"])
    page.get_by_label("Password", exact=True).fill(PASSWORD)

    page.get_by_role("button", name="Sign in", exact=True).click()

    page.wait_for_url(lambda address: urlsplit(address).path != "/sign-in")
    page.wait_for_load_state()
    assert page.url.startswith(f"{site.url}/")
    assert page.title() != "taken"
    assert page.context.cookies()
