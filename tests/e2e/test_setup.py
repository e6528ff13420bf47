"""A place that nobody runs yet: the code in the console, the first administrator, the settings, and a backup."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from lms_app import build
from tests.e2e import server
from tests.e2e.conftest import Watched, new_context, settled, violations
from tests.e2e.server import Site

PASSWORD = "seven kettles on the moon"
EMPTY = {"LMS_PROFILE": "development"}
Opened = Callable[..., Page]


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with an empty database, as somebody starts it for the first time."""
    build.main()
    with server.running(tmp_path_factory.mktemp("place"), **EMPTY) as made:
        yield made


@pytest.fixture
def tab(browser: Browser, place: Site) -> Iterator[Opened]:
    contexts: list[BrowserContext] = []
    watched = Watched(place)

    def make(width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = new_context(browser, place, width=width, height=height, **options)
        context.set_default_timeout(10_000)
        context.on("page", watched.watch)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert watched.problems == []


def _code(place: Site) -> str:
    found = re.findall(r"Code +([0-9A-Z]{4}(?:-[0-9A-Z]{4}){6})", place.log())
    assert found, place.log()
    return found[-1]


def _logo() -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (400, 120), (122, 62, 157)).save(out, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": out.getvalue()}


def _fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_place_is_set_up_by_keyboard_on_a_phone(place: Site, tab: Opened) -> None:
    page = tab(390, 844)
    page.goto("/setup")
    assert violations(page) == []
    page.locator("#code").focus()
    page.keyboard.type(_code(place).lower())
    page.keyboard.press("Tab")
    page.keyboard.type("Ada Lovelace")
    page.keyboard.press("Tab")
    page.keyboard.type("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("short")
    page.keyboard.press("Enter")

    # Nothing that was typed is lost, but the password, which no page gives back.
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.locator("#name")).to_have_value("Ada Lovelace")
    page.reload()
    expect(page.locator("#email")).to_have_value("ada@example.org")
    assert violations(page) == []
    assert _fits(page)
    page.locator("#password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/admin/settings?first=1")
    settled(page)
    expect(page.get_by_text("You are the administrator of this place")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Name of the place").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Hill School")
    accent = page.get_by_label("Accent colour")
    accent.focus()
    page.keyboard.type("#ffcc00")
    expect(page.get_by_text("cannot be read well enough")).to_be_visible()
    page.keyboard.press("Enter")

    # Refused by the service, with the nearest shade that passes; the name that was typed is still there.
    expect(page.locator("#error-summary")).to_contain_text("nearest shade")
    settled(page)
    expect(page.get_by_label("Name of the place")).to_have_value("Hill School")
    use = page.get_by_role("button", name=re.compile("Use #"))
    use.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Both can be read")).to_be_visible()
    page.get_by_role("button", name="Save settings").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Settings saved.").first).to_be_visible()
    expect(page).to_have_title(re.compile("· Hill School$"))
    assert _fits(page)


def test_a_place_is_set_up_with_a_mouse_and_the_code_is_dead(place: Site, tab: Opened) -> None:
    page = tab()
    page.goto("/setup")
    code = _code(place)
    page.get_by_label("Code").fill(code)
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make me the administrator").click()
    page.wait_for_url("**/admin/settings?first=1")
    settled(page)
    page.get_by_label("Name of the place").fill("Hill School")
    page.get_by_label("Logo").set_input_files(files=[_logo()])
    page.get_by_label("Accent colour").fill("#7a3e9d")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Settings saved.").first).to_be_visible()
    expect(page.get_by_role("img", name="The logo as it is now")).to_be_visible()

    # The first paint of another visitor has the name, the logo and the accent, and the code opens nothing any more.
    visitor = tab()
    visitor.goto("/setup")
    visitor.wait_for_url("**/sign-in*")
    settled(visitor)
    expect(visitor.get_by_role("link", name="Hill School").first).to_be_visible()
    brand = "getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()"
    assert visitor.evaluate(brand) == "#7a3e9d"
    assert violations(visitor) == []
    answer = visitor.request.post(
        f"{place.url}/api/v1/setup",
        data={"code": code, "name": "Eve", "email": "eve@example.org", "password": PASSWORD},
    )
    assert answer.status == 404

    # A test of the mail, and a backup that is made and checked.
    page.get_by_role("button", name="Send a test mail to me").click()
    expect(page.get_by_text("Kept as a file")).to_be_visible()
    page.goto("/admin/backups")
    settled(page)
    assert violations(page) == []
    page.get_by_role("button", name="Back up now").click()
    expect(page.get_by_text("By hand")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name=re.compile("Check the backup")).click()
    expect(page.get_by_text(re.compile("Whole, "))).to_be_visible(timeout=30_000)
    assert violations(page) == []

    # However long the name is and however wide the logo, on a small phone the buttons beside them are there.
    page.goto("/admin/settings")
    settled(page)
    page.get_by_label("Name of the place").fill("University of the Northern Fields and Lakes, Life Sciences")
    page.get_by_role("button", name="Save settings").click()
    expect(page).to_have_title(re.compile("Life Sciences$"))
    page.set_viewport_size({"width": 320, "height": 800})
    expect(page.get_by_role("button", name="Account menu")).to_be_in_viewport()
    assert _fits(page)
    page.get_by_role("button", name="Remove the logo").click()
    expect(page.get_by_role("img", name="The logo as it is now")).to_have_count(0)
    expect(page.get_by_role("button", name="Account menu")).to_be_in_viewport()
    assert _fits(page)


def test_a_stranger_who_guesses_is_slowed_down(place: Site, tab: Opened) -> None:
    stranger = tab()
    for number in range(11):
        stranger.goto("/setup")
        stranger.locator("#code").fill(f"AAAA-BBBB-{number}")
        stranger.get_by_role("button", name="Make me the administrator").click()
        expect(stranger.get_by_role("alert")).to_be_visible()

    expect(stranger.get_by_role("alert")).to_contain_text("Too many codes")


def _sign_in_again(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    settled(page)
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/(admin)?$"))
    settled(page)


def test_wishes_are_there_at_first_paint_on_a_new_device(place: Site, tab: Opened) -> None:
    first = tab()
    first.goto("/setup")
    for name, value in (("code", _code(place)), ("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD)):
        first.locator(f"#{name}").fill(value)
    first.get_by_role("button", name="Make me the administrator").click()
    first.wait_for_url("**/admin/settings?first=1")
    first.goto("/profile")
    settled(first)
    first.get_by_label("Theme").select_option("dark")
    first.get_by_label("More contrast").select_option("always")
    first.get_by_label("Less motion").select_option("always")
    first.get_by_role("button", name="Save profile").click()
    expect(first.get_by_text("Profile saved.").first).to_be_visible()
    assert first.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--text').trim()") == "#fff"
    assert violations(first) == []

    second = tab()
    _sign_in_again(second)

    assert "dark" in str(second.locator("html").get_attribute("class"))
    assert second.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--text').trim()") == "#fff"
    assert second.evaluate("getComputedStyle(document.querySelector('.k-btn')).transitionDuration") in (
        "1e-05s",
        "0.00001s",
    )
    assert violations(second) == []

    first.get_by_label("Theme").select_option("system")
    first.get_by_role("button", name="Save profile").click()
    expect(first.get_by_text("Profile saved.").first).to_be_visible()
    _sign_in_again(second)
    assert "light" in str(second.locator("html").get_attribute("class"))

    # What was chosen on this device by hand is not the account's: it stays.
    second.get_by_role("button", name="Switch to dark theme").first.click()
    expect(second.locator("html")).to_have_class(re.compile("dark"))
    _sign_in_again(second)
    assert "dark" in str(second.locator("html").get_attribute("class"))


def test_the_switch_works_at_once_after_the_account_said_another_theme(visit: Opened) -> None:
    """React may start before our own file has come: it must not go on with what this device had before."""
    page = visit("student", "/courses")
    page.evaluate("localStorage.setItem('theme', 'dark'); localStorage.setItem('lectern.theme', 'dark')")
    page.context.add_cookies([{"name": "lectern-theme", "value": "system", "url": page.url}])
    held: list[Route] = []
    page.route(re.compile(r"/app[^/]*\.js$"), lambda route: held.append(route))

    page.reload(wait_until="commit")
    settled(page)
    expect(page.locator("html")).to_have_class(re.compile("light"))
    page.get_by_role("button", name="Switch to dark theme").first.click()

    expect(page.locator("html")).to_have_class(re.compile("dark"))
    assert held
    for route in held:
        route.continue_()
