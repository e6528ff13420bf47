"""Every page, as each role sees it: one heading, a title, no accessibility violation in light and dark, no sideways
scroll at 320 px, nothing from other sites and nothing in the console."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlmodel import col, select

from lms_app.core.work import SYSTEM, reading
from lms_app.courses.models import Course, OutlineItem
from lms_app.credentials.models import Certificate, CertificateDesign
from lms_app.quizzes.models import Attempt, Question
from lms_app.rubrics.models import Rubric
from tests.e2e.conftest import Watched, new_context, settled, sign_in, still, violations
from tests.e2e.server import Site

# Who looks at what. Names in braces are filled in from the demo school.
PAGES: dict[str, tuple[str, str]] = {
    "landing": ("nobody", "/"),
    "sign-in": ("nobody", "/sign-in"),
    "register": ("nobody", "/register"),
    "forgot": ("nobody", "/forgot"),
    "reset": ("nobody", "/reset"),
    "verify-email": ("nobody", "/verify-email"),
    "verify": ("nobody", "/verify"),
    "reference": ("nobody", "/api/v1/docs"),
    "not-found": ("student", "/nothing/here"),
    "missing-course": ("student", "/courses/nothing"),
    "home": ("student", "/"),
    "catalogue": ("student", "/catalogue"),
    "catalogue-empty": ("student", "/catalogue?search=zzzzzz"),
    "my-courses": ("student", "/courses"),
    "course": ("student", "/courses/{slug}"),
    "lesson": ("student", "/courses/{slug}/lessons/{lesson}"),
    "quiz": ("student", "/courses/{slug}/quizzes/{quiz}"),
    "assignment": ("student", "/courses/{slug}/assignments/{assignment}"),
    "assignment-staff": ("instructor", "/courses/{slug}/assignments/{assignment}"),
    "assignment-as-student": ("instructor", "/courses/{slug}/assignments/{assignment}?as=student"),
    "results": ("student", "/attempts/{submitted}/results"),
    "certificates": ("student", "/certificates"),
    "course-certificates": ("instructor", "/teaching/{slug}/certificates"),
    "course-certificates-empty": ("instructor", "/teaching/{slug}/certificates?show=ended"),
    "certificate-designs": ("instructor", "/certificates/designs?course={slug}"),
    "certificate-designs-site": ("admin", "/certificates/designs"),
    "certificate-design": ("instructor", "/certificates/designs/{design}"),
    "verify-one": ("nobody", "/verify/{certificate}"),
    "profile": ("student", "/profile"),
    "calendar": ("student", "/calendar"),
    "calendar-agenda": ("student", "/calendar?view=agenda"),
    "progress": ("student", "/progress"),
    "notifications": ("student", "/notifications"),
    "notifications-unread": ("student", "/notifications?show=unread"),
    "notification-settings": ("student", "/notifications/settings"),
    "unsubscribe-wrong": ("nobody", "/unsubscribe/nothing"),
    "join": ("student", "/join/nothing"),
    "teaching": ("instructor", "/teaching"),
    "teach-course": ("instructor", "/teaching/{slug}"),
    "question-bank": ("instructor", "/teaching/{slug}/questions"),
    "question-bank-empty": ("instructor", "/teaching/{slug}/questions?search=zzzzzz"),
    "question": ("instructor", "/teaching/{slug}/questions/{question}"),
    "question-new": ("instructor", "/teaching/{slug}/questions/new?kind=matching"),
    "rubrics": ("instructor", "/teaching/{slug}/rubrics"),
    "rubric-new": ("instructor", "/teaching/{slug}/rubrics/new?kind=rubric"),
    "checklist-new": ("instructor", "/teaching/{slug}/rubrics/new?kind=checklist"),
    "rubric": ("instructor", "/teaching/{slug}/rubrics/{rubric}"),
    "feedback-missing": ("student", "/courses/{slug}/assignments/{assignment}/feedback"),
    "course-builder": ("instructor", "/teaching/{slug}/build"),
    "course-settings": ("instructor", "/teaching/{slug}/settings"),
    "lesson-editor": ("instructor", "/teaching/{slug}/lessons/{lesson}/edit"),
    "course-people": ("instructor", "/teaching/{slug}/people"),
    "analytics": ("instructor", "/teaching/{slug}/analytics"),
    "extensions": ("instructor", "/teaching/{slug}/items/{quiz}/extensions"),
    "import-questions": ("instructor", "/teaching/{slug}/questions/import"),
    "course-files": ("instructor", "/teaching/{slug}/tree"),
    "new-from-tree": ("instructor", "/courses/new/tree"),
    "import-course": ("instructor", "/teaching/import"),
    "import-missing": ("instructor", "/teaching/import/nothing"),
    "enrol-people": ("instructor", "/teaching/{slug}/people/enrol"),
    "submissions": ("instructor", "/teaching/{slug}/assignments/{assignment}"),
    "submissions-empty": ("instructor", "/teaching/{slug}/assignments/{assignment}?search=zzzzzz"),
    "assignment-settings": ("instructor", "/teaching/{slug}/assignments/{assignment}/settings"),
    "grading": ("instructor", "/teaching/{slug}/assignments/{assignment}/grading"),
    "gradebook": ("instructor", "/teaching/{slug}/gradebook"),
    "gradebook-empty": ("instructor", "/teaching/{slug}/gradebook?search=zzzzzz"),
    "gradebook-setup": ("instructor", "/teaching/{slug}/gradebook/setup"),
    "gradebook-import": ("instructor", "/teaching/{slug}/gradebook/import"),
    "grades": ("student", "/courses/{slug}/grades"),
    "quiz-results": ("instructor", "/teaching/{slug}/quizzes/{quiz}"),
    "quiz-marking": ("instructor", "/teaching/{slug}/quizzes/{quiz}/marking"),
    "quiz-settings": ("instructor", "/teaching/{slug}/quizzes/{quiz}/settings"),
    "quiz-editor": ("instructor", "/teaching/{slug}/quizzes/{quiz}/edit"),
    "admin": ("admin", "/admin"),
    "site-analytics": ("admin", "/admin/analytics"),
    "site-analytics-learning": ("admin", "/admin/analytics?section=learning&period=12m"),
    "site-analytics-quizzes": ("admin", "/admin/analytics?section=quizzes&period=12m&compare=true"),
    "site-analytics-retention": ("admin", "/admin/analytics?section=retention&period=12m"),
    "site-analytics-running": ("admin", "/admin/analytics?section=running"),
    "people": ("admin", "/admin/people"),
    "admin-courses": ("admin", "/admin/courses"),
    "mail": ("admin", "/admin/mail"),
    "mail-preview": ("admin", "/admin/mail/preview/course_announced"),
    "own-data": ("student", "/profile/data"),
    "announcements": ("student", "/courses/{slug}/announcements"),
    "course-questions": ("student", "/courses/{slug}/questions"),
    "badges": ("student", "/badges"),
    "course-badges": ("instructor", "/teaching/{slug}/badges"),
    "course-badge": ("instructor", "/teaching/{slug}/badges/new"),
    "people-import": ("admin", "/admin/people/import"),
    "people-import-missing": ("admin", "/admin/people/import/nothing"),
    "cohorts": ("admin", "/admin/cohorts"),
    "services": ("admin", "/admin/services"),
    "audit": ("admin", "/admin/audit"),
    "doctor": ("admin", "/admin/doctor"),
    "site-settings": ("admin", "/admin/settings"),
    "site-settings-first": ("admin", "/admin/settings?first=1"),
    "backups": ("admin", "/admin/backups"),
    "audit-empty": ("admin", "/admin/audit?what=nothing"),
    "privacy": ("admin", "/admin/privacy"),
    "privacy-map": ("admin", "/admin/privacy/map"),
    "privacy-texts": ("admin", "/admin/privacy/texts"),
    "site-badges": ("admin", "/admin/badges"),
    "site-badge": ("admin", "/admin/badges/new"),
    "maintenance": ("nobody", "/maintenance"),
}
SLUG = "principles-of-ecology"


@pytest.fixture(scope="module")
def names(site: Site) -> dict[str, str]:
    """Real things of the demo school to look at."""
    with site.services(), reading(SYSTEM) as work:
        course = work.db.exec(select(Course).where(Course.slug == SLUG)).one()
        items = work.db.exec(select(OutlineItem).where(OutlineItem.course_id == course.id)).all()
        from lms_app.core.identity import User

        amina = work.db.exec(select(User.id).where(col(User.email).startswith("amina"))).one()
        attempt = work.db.exec(
            select(Attempt).where(
                Attempt.user_id == amina, Attempt.state == "submitted", Attempt.course_id == course.id
            )
        ).first()
        rubric = work.db.exec(select(Rubric.id).where(Rubric.course_id == course.id)).first()
        design = work.db.exec(select(CertificateDesign.id).where(CertificateDesign.course_id == course.id)).first()
        code = work.db.exec(select(Certificate.code).where(Certificate.course_id == course.id)).first()
        question = work.db.exec(select(Question.id).where(Question.course_id == course.id)).first()
        mistaken = work.db.exec(
            select(Attempt).where(
                Attempt.user_id == amina, Attempt.state == "submitted", col(Attempt.points) < col(Attempt.points_max)
            )
        ).first()
    assert attempt is not None
    assert mistaken is not None
    return {
        "slug": SLUG,
        "lesson": str(next(item.id for item in items if item.kind == "lesson")),
        "quiz": str(next(item.id for item in items if item.kind == "quiz")),
        "rubric": str(rubric),
        "assignment": str(next(item.id for item in items if item.kind == "assignment")),
        "question": str(question),
        "design": str(design),
        "certificate": str(code),
        "submitted": str(attempt.id),
        "mistaken": str(mistaken.id),
    }


@pytest.fixture(scope="module")
def browsers(browser: Browser, site: Site, tokens: dict[str, str]) -> Iterator[Callable[[str], BrowserContext]]:
    """One browser for each role through the whole table: what it has fetched once it has."""
    made: dict[str, BrowserContext] = {}

    def of(role: str) -> BrowserContext:
        if role not in made:
            made[role] = new_context(browser, site)
            sign_in(made[role], site, tokens.get(role))
        return made[role]

    yield of
    for context in made.values():
        context.close()


@pytest.fixture
def tab(browsers: Callable[[str], BrowserContext], site: Site) -> Iterator[Callable[..., Page]]:
    """`tab("student", "/courses", width=390)`: a page, loaded, in the browser of that role."""
    pages: list[Page] = []
    watched = Watched(site)

    def make(role: str, path: str, *, width: int = 1440) -> Page:
        page = browsers(role).new_page()
        pages.append(page)
        watched.watch(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        settled(page)
        return page

    yield make
    for page in pages:
        page.close()
    assert watched.problems == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(tab: Callable[..., Page], names: dict[str, str], name: str) -> None:
    role, path = PAGES[name]
    page = tab(role, path.format(**names))

    assert violations(page) == []
    assert page.title().strip()
    page.emulate_media(color_scheme="dark")
    assert violations(page, colours=True) == []
    page.set_viewport_size({"width": 320, "height": 800})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []


def _opens(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=re.compile(name)).first.click()


def _sends_the_invitation_badly(page: Page) -> None:
    _opens("^Invite people")(page)
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("How many people").fill("many")
    dialog.get_by_role("button", name="Make link").click()
    dialog.locator("#error-summary").wait_for()


def _makes_a_link(page: Page) -> None:
    _opens("^Invite people")(page)
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("button", name="Make link").click()
    dialog.get_by_label("Invitation link").wait_for()


def _checks_a_list(page: Page) -> None:
    page.get_by_label("People", exact=True).fill("amina.yusuf@northfield.example\nnew@example.org,New\nwrong")
    page.get_by_role("button", name="Check list").click()
    page.get_by_text("1 line needs correcting.").wait_for()


def _previews_questions(page: Page) -> None:
    page.get_by_label("Questions", exact=True).fill("Is it warm? {T}\n\nWhich? {=a ~b}\n\nHow much? {#*}")
    page.get_by_text("Nothing was imported: 1 question cannot be asked here yet.", exact=False).wait_for()


def _signs_in_without_a_password(page: Page) -> None:
    page.get_by_label("Email", exact=True).fill("amina.yusuf@northfield.example")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("#error-summary").wait_for()


def _invites_nobody(page: Page) -> None:
    page.get_by_role("button", name="Invite person").click()
    page.get_by_role("button", name="Send invitation").click()
    page.locator("#error-summary").wait_for()


def _searches(page: Page) -> None:
    _opens("^Search")(page)
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Search", exact=True).fill("eco")
    dialog.get_by_role("option").first.wait_for()


def _chooses_people(page: Page) -> None:
    page.locator("tbody").get_by_role("checkbox").first.check()
    page.get_by_role("heading", name="With the chosen people").wait_for()


# What a page can be brought into: who, where, how, and at what width the way there exists.
STATES: dict[str, tuple[str, str, Callable[[Page], None], int]] = {
    "sign-in-error": ("nobody", "/sign-in", _signs_in_without_a_password, 1440),
    "account-menu": ("student", "/courses", _opens("Account menu"), 1440),
    "account-menu-phone": ("student", "/courses", _opens("Account menu"), 390),
    "account-menu-phone-admin": ("admin", "/admin", _opens("Account menu"), 390),
    "searching": ("student", "/courses", _searches, 1440),
    "searching-phone": ("admin", "/admin", _searches, 390),
    "choosing-people": ("admin", "/admin/people", _chooses_people, 390),
    "catalogue-filters": ("student", "/catalogue", _opens("Filter and sort"), 390),
    "lesson-outline": ("student", "/courses/{slug}/lessons/{lesson}", _opens("Course outline"), 390),
    "leave-course": ("student", "/courses/{slug}", _opens("Leave the course"), 1440),
    "expanded-outline": ("student", "/courses/{slug}", _opens("Expand all"), 390),
    "only-mistakes": ("student", "/attempts/{mistaken}/results", _opens("Show only mistakes"), 1440),
    "sign-out-everywhere": ("student", "/profile", _opens("Sign out everywhere"), 1440),
    "invite-learners": ("instructor", "/teaching/{slug}", _opens("^Invite people"), 1440),
    "invite-learners-error": ("instructor", "/teaching/{slug}", _sends_the_invitation_badly, 390),
    "invitation-link": ("instructor", "/teaching/{slug}", _makes_a_link, 390),
    "course-actions": ("instructor", "/teaching/{slug}", _opens("More actions"), 1440),
    "manage-member": ("instructor", "/teaching/{slug}/people", _opens("^Manage "), 1440),
    "checked-list": ("instructor", "/teaching/{slug}/people/enrol", _checks_a_list, 390),
    "previewed-questions": ("instructor", "/teaching/{slug}/questions/import", _previews_questions, 390),
    "nobody-matches": ("admin", "/admin/people?search=zzzzzz", lambda page: None, 390),
    "invite-person-error": ("admin", "/admin/people", _invites_nobody, 1440),
    "manage-person": ("admin", "/admin/people", _opens("^Manage "), 390),
    "letter": ("admin", "/admin/mail", _opens("^Read "), 390),
    "no-failed-mail": ("admin", "/admin/mail?status=failed", lambda page: None, 390),
    "no-courses-match": ("admin", "/admin/courses?search=zzzzzz", lambda page: None, 390),
}


@pytest.mark.parametrize("name", STATES)
def test_a_page_is_for_everybody_in_every_state(tab: Callable[..., Page], names: dict[str, str], name: str) -> None:
    role, path, bring, width = STATES[name]
    page = tab(role, path.format(**names), width=width)

    bring(page)
    still(page)

    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, colours=True) == []
    page.set_viewport_size({"width": 320, "height": 800})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_escape_closes_a_dialog_and_the_focus_goes_back(visit: Callable[..., Page]) -> None:
    page = visit("instructor", f"/teaching/{SLUG}")
    page.get_by_role("button", name="Invite people").focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    inside = page.evaluate("document.activeElement.closest('dialog') !== null")

    page.keyboard.press("Escape")

    page.locator("dialog[open]").wait_for(state="detached")
    assert inside
    assert page.evaluate("document.activeElement.textContent") == "Invite people"


def test_the_skip_link_leads_past_the_navigation(visit: Callable[..., Page]) -> None:
    page = visit("student", "/catalogue")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Search courses"


def test_a_page_never_shows_the_course_before_it(visit: Callable[..., Page]) -> None:
    page = visit("student", "/courses")
    seen = """() => { window.seen = []; new MutationObserver(() => {
        const h = document.querySelector("main h1")?.textContent; if (h && h !== window.seen.at(-1)) window.seen.push(h);
      }).observe(document.body, {subtree: true, childList: true, characterData: true}) }"""
    page.get_by_role("link", name="Principles of Ecology", exact=True).click()
    page.get_by_role("heading", name="Principles of Ecology", level=1).wait_for()
    page.go_back()
    page.get_by_role("heading", name="My courses", level=1).wait_for()
    page.evaluate(seen)

    page.get_by_role("link", name="Reading Poems", exact=True).click()
    page.get_by_role("heading", name="Reading Poems", level=1).wait_for()

    assert "Principles of Ecology" not in page.evaluate("window.seen")
    page.wait_for_function("() => document.activeElement.textContent === 'Reading Poems'")


def test_what_takes_itself_away_leaves_the_focus_on_the_heading(visit: Callable[..., Page]) -> None:
    page = visit("admin", "/admin/people?search=zzzzzz")
    page.get_by_role("link", name="Clear filters").focus()

    page.keyboard.press("Enter")

    page.get_by_role("row", name=re.compile("Amina")).wait_for()
    page.wait_for_function("() => document.activeElement.textContent === 'People'")


def test_an_open_attempt_and_its_review_are_for_everybody(
    visit: Callable[..., Page], names: dict[str, str], site: Site
) -> None:
    page = visit("student", f"/courses/{SLUG}/quizzes/{names['quiz']}")
    start = page.get_by_role("button", name=re.compile("Start|Continue"))
    if not start.count():
        from tests.e2e.test_attempts import open_attempt

        page.goto(open_attempt(site))
    else:
        start.first.click()
    page.wait_for_url(re.compile("/attempts/"))
    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size({"width": 1440, "height": 900})
        settled(page)
        assert violations(page, colours=dark) == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(page.url.split("?")[0] + "/review")
    settled(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_no_script_may_come_from_a_string(visit: Callable[..., Page]) -> None:
    page = visit("student", "/courses")

    policy = page.request.get("/").headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    # Later, since what the test itself evaluates is not under the policy.
    refused = page.evaluate(
        """() => new Promise((tell) => setTimeout(() => {
             try { tell(new Function("return 1")()) } catch (e) { tell(e.name) } }))"""
    )
    assert refused == "EvalError"


def test_a_session_that_is_ended_elsewhere_leaves_its_pages(opened: Callable[..., BrowserContext], site: Site) -> None:
    from datetime import UTC, datetime

    from lms_app.core import identity
    from lms_app.core.work import unit_of_work
    from tests import makers as people

    with site.services():
        ada = people.person("Ada Leaves")
        token = ada.signs_in(at=datetime.now(UTC))
    context = opened()
    sign_in(context, site, token)
    page = context.new_page()
    page.goto("/courses")
    settled(page)

    with site.services(), unit_of_work(SYSTEM) as work:
        identity.revoke_sessions(work, ada.id)

    page.wait_for_url(re.compile("/sign-in"), timeout=8_000)
