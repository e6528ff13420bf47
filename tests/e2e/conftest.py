"""Stories in a real Chromium against the production build."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from lms_app import build
from lms_app.web import routes
from tests.e2e import server
from tests.e2e.server import Site

LOCAL = build.ROOT / ".browsers"
SIGN_INS = {
    "student": "amina.yusuf@northfield.example",
    "instructor": "tomas.lindqvist@northfield.example",
    "admin": "priya.raman@northfield.example",
}


# The rules of axe on colour, of those that it tries by itself.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}

# A busy machine takes its time; what never comes is still missed.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.no_database)


def _chromium() -> str | None:
    """Chromium on the PATH, or Playwright's own in the project's folder. In CI a missing one is a failure."""
    if found := shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"):
        return found
    os.environ["PLAYWRIGHT_BROWSERS_PATH"] = str(LOCAL)
    if not LOCAL.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True)
    if LOCAL.exists() and any(LOCAL.iterdir()):
        return None
    reason = "no Chromium: run `make browser` (needs root), or install one"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = _chromium()
    flags = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
    # Pages of a browser share what one of them has compiled; no page lives long enough to gain by being optimised.
    flags += ["--process-per-site", "--js-flags=--no-opt --no-maglev --single-threaded"]
    if os.name == "posix" and os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=flags)
        yield made
        made.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One running demo school for all stories; each makes what it needs in it."""
    with server.running(server.school(tmp_path_factory)) as made:
        yield made


class Watched:
    """What no page may do: errors in the console, requests to other sites, breaches of the content policy."""

    def __init__(self, site: Site) -> None:
        self._own = site.url
        self.problems: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._note("script", str(error)))
        page.on("request", lambda request: self._requested(request.url))

    def _said(self, message: ConsoleMessage) -> None:
        # The page of a closed site answers 503, as it should.
        if message.type == "error" and not message.location.get("url", "").rstrip("/").endswith(routes.MAINTENANCE):
            self._note("console", message.text)

    def _requested(self, url: str) -> None:
        if not url.startswith((self._own, self._own.replace("http", "ws"), "data:", "blob:", "about:")):
            self._note("request", url)

    def _note(self, kind: str, words: str) -> None:
        # A page that is left while it loads complains about its socket.
        if "status of 404" in words or "ERR_INTERNET_DISCONNECTED" in words or "WebSocket is closed before" in words:
            return
        self.problems.append(f"{kind}: {words}")


def new_context(
    browser: Browser, site: Site, *, width: int = 1440, height: int = 900, **options: Any
) -> BrowserContext:
    """A browser of somebody's own."""
    options = {"locale": "en-GB", **options}
    context = browser.new_context(base_url=site.url, viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(20_000)
    return context


@pytest.fixture
def opened(browser: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """`opened(width=390)`: a browser of its own. At the end nothing it did may be amiss."""
    contexts: list[BrowserContext] = []
    watched = Watched(site)

    def make(**options: Any) -> BrowserContext:
        context = new_context(browser, site, **options)
        context.on("page", watched.watch)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert watched.problems == []


@pytest.fixture(scope="session")
def tokens(site: Site) -> dict[str, str]:
    """Sessions of the demo people, so that only the stories about signing in have to sign in."""
    from sqlmodel import select

    from lms_app.core.identity import Audience, User, begin_session
    from lms_app.core.work import SYSTEM, unit_of_work

    found: dict[str, str] = {}
    with site.services(), unit_of_work(SYSTEM) as work:
        for role, address in SIGN_INS.items():
            user = work.db.exec(select(User).where(User.email == address)).one()
            found[role] = begin_session(work, user, Audience.WEB).token
    return found


@pytest.fixture
def visit(opened: Callable[..., BrowserContext], site: Site, tokens: dict[str, str]) -> Callable[..., Page]:
    """`visit("student", "/courses", width=390, dark=True)`: a page, loaded, seen by that person."""

    def make(role: str, path: str, *, width: int = 1440, height: int = 900, dark: bool = False) -> Page:
        context = opened(width=width, height=height, color_scheme="dark" if dark else "light")
        sign_in(context, site, tokens.get(role))
        page = context.new_page()
        page.goto(path)
        settled(page)
        return page

    return make


def sign_in(context: BrowserContext, site: Site, token: str | None) -> None:
    """Give a browser the cookie of a session, if there is one."""
    if token:
        context.add_cookies([{"name": "lectern", "value": token, "url": site.url, "httpOnly": True}])


def settled(page: Page) -> None:
    """Wait until the page shows its content: nothing is busy, and there is one heading that is not "Loading …"."""
    page.wait_for_function(
        """() => { const seen = (css) => [...document.querySelectorAll(css)].filter((e) => e.checkVisibility());
                   const h = seen("h1");
                   return h.length === 1 && h[0].textContent && !h[0].textContent.startsWith("Loading ")
                          && !seen("[aria-busy=true]").length }""",
        polling=50,
    )
    still(page)


def still(page: Page) -> None:
    """Wait until nothing fades or slides any more: in between, a colour is neither the old one nor the new one.

    A change that was asked for shows in the frame after, so three frames in a row must be still.
    """
    page.evaluate(
        """async () => {
            const frame = () => new Promise(requestAnimationFrame);
            const fades = () => document.getAnimations().some((one) => one.playState === "running"
                                && one.effect.getComputedTiming().endTime <= 1000);
            for (let calm = 0, tries = 0; calm < 3 && tries < 300; tries++) { await frame(); calm = fades() ? 0 : calm + 1 }
        }"""
    )


def violations(page: Page, *, colours: bool = False) -> list[str]:
    """What axe finds, once nothing fades. A toast stands at full strength meanwhile: half gone, its words are too pale.

    `colours` tries the rules of colour alone: for a page that was tried and has only changed its theme.
    """
    still(page)
    hold = "(go) => document.getAnimations().filter((one) => one.animationName === 'k-toast').forEach(go)"
    page.evaluate(f"({hold})((one) => {{ one.pause(); one.currentTime = 4000 }})")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked = {"resultTypes": ["violations"], **({"runOnly": COLOURS} if colours else {})}
    found: list[str] = page.evaluate(  # all that axe has to say is ten times as much, and costs more than the looking
        """async (asked) => (await axe.run(asked)).violations.flatMap((one) =>
               one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary}`))""",
        asked,
    )
    page.evaluate(f"({hold})((one) => one.play())")
    return found
