"""Which language is spoken, its words, and whether the catalogues are whole."""

import re

import pytest

from lms_app.cli import words as catalogues
from lms_app.core import when, words
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.words import say, speaking
from lms_app.web import spoken

OTHERS = [language for language in words.LANGUAGES if language != words.SOURCE]
# What a student, or somebody without an account, comes across: it must be whole in every language.
JOURNEY = re.compile(
    r"assets/(app|editor|quiz|sending|uploads)\.js"
    r"|lms_app/(accounts/(?!service/keys)|home/|notifications/|discussions/|grades/|lms_app\.py)"
    r"|lms_app/core/(errors|files|filetypes|hot|identity|limits|numbers|settings|text|when|work)\.py"
    r"|lms_app/web/(api|fields|sending|state)\.py|lms_app/web/(templates|kit)/(?!typed|charts)"
    r"|lms_app/courses/(release\.py|pages/(announcements|catalogue|course|join|lesson|mine)\.py"
    r"|state/(catalogue|course|lesson)\.py|service/(announcing|catalogue|door|enrolling|items|learning|listing|reading)\.py)"
    r"|lms_app/quizzes/(kinds/inputs\.py|pages/(attempt|review|results|start)\.py|state/taking\.py"
    r"|service/(attempting|checking|door|filing|listing|reviewing|saving|tries)\.py)"
    r"|lms_app/assignments/(rules\.py|pages/(assignment|feedback|work_parts)\.py|state/working\.py"
    r"|service/(door|listing|overview|receipts|submitting|working)\.py)"
    r"|lms_app/gradebook/(rules/displaying\.py|pages/(grades|tree)\.py|service/(sources/|totals|explaining))"
    r"|lms_app/credentials/(pages/certificates\.py|templates/|service/(door|reading)\.py)"
    r"|lms_app/badges/(pages/mine\.py|rules\.py|templates/|service/checking\.py)"
    r"|lms_app/privacy/(pages/mine\.py|templates/|service/taking\.py)|lms_app/rubrics/pages/parts\.py"
)


@pytest.fixture(scope="module")
def texts() -> dict[catalogues.Text, list[str]]:
    return catalogues.gather()


@pytest.mark.no_database
@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_students_way_is_translated(language: str, texts: dict[catalogues.Text, list[str]]) -> None:
    known = words.catalogue(language)

    missing = [
        (places[0], text)
        for text, places in texts.items()
        if any(JOURNEY.match(place) for place in places) and _key(text) not in known
    ]

    assert missing == [], "run `python -m lms_app.cli words`, and translate what is new"


@pytest.mark.no_database
@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_values_of_its_text(language: str) -> None:
    """A plural may leave the number out, for a language may have a word for "two hours"."""
    wrong = [
        (text, form)
        for text, forms in words.catalogue(language).items()
        for form in forms
        if _values(form) - _values(text) or _values(text) - _values(form) - ({"{n}"} if len(forms) > 1 else set())
    ]

    assert wrong == []


@pytest.mark.no_database
@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_is_up_to_date(language: str, texts: dict[catalogues.Text, list[str]]) -> None:
    """Nothing is translated that nobody says any more."""
    said = {_key(text) for text in texts}

    assert sorted(set(words.catalogue(language)) - said) == []


def _key(text: catalogues.Text) -> str:
    return text if isinstance(text, str) else text[1]


def _values(text: str) -> set[str]:
    """What is filled in: `{n}`, or in a template `{{ course }}`, whatever else an expression says."""
    if "{{" in text:
        return {"{{" + name + "}}" for name in re.findall(r"\{\{\s*(\w+)\s*(?:\||\}\})", text)}
    return {f"{{{name}}}" for name in re.findall(r"\{(\w+)[^{}]*\}", text)}


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr,ar-EG;q=0.8,en;q=0.9", "en"),
        ("AR", "ar"),
        ("fr-FR, nl", ""),
        ("de;q=0, en", "en"),
        (";;;,q=1,*", ""),
        ("", ""),
    ],
)
def test_the_browsers_wish_is_read_by_its_weights(header: str, language: str) -> None:
    assert words.accepted(header) == language


@pytest.mark.no_database
def test_plurals_follow_the_language() -> None:
    with speaking("ar"):
        assert [when.plural(n, "hour") for n in (0, 1, 2, 3, 11, 100)] == [
            "0 ساعة",
            "ساعة واحدة",
            "ساعتان",
            "3 ساعات",
            "11 ساعة",
            "100 ساعة",
        ]
    with speaking("de"):
        assert [when.plural(n, "quiz") for n in (1, 2)] == ["1 Quiz", "2 Quiz"]
        assert [when.plural(n, "lesson") for n in (1, 2)] == ["1 Lektion", "2 Lektionen"]
    assert [when.plural(n, "hour") for n in (1, 2)] == ["1 hour", "2 hours"]


@pytest.mark.no_database
def test_errors_are_in_the_language_of_whoever_asks() -> None:
    with speaking("de-CH"):
        assert str(NotFound()).startswith("Das war nicht zu finden.")
        assert Invalid({"name": "Enter your name."}).fields == {"name": "Bitte den Namen eingeben."}
        assert say("No such sentence in any catalogue: {n}", n=3) == "No such sentence in any catalogue: 3"
    assert Invalid({"name": "Enter your name."}).fields == {"name": "Enter your name."}


@pytest.mark.no_database
def test_a_score_reads_from_left_to_right() -> None:
    assert when.out_of(7, 9, "en") == "7 / 9"
    assert when.out_of(7, 9, "ar") == "\u2066" + "7 / 9" + "\u2069"


@pytest.mark.no_database
def test_words_from_left_to_right_keep_their_order_in_arabic() -> None:
    with speaking("ar"):
        assert "\u2068Why is it so?\u2069" in say("Loading {what}", what="Why is it so?")
        assert "\u2068" not in say("Loading {what}", what="Ecology")
        assert "\u2068" not in say("Loading {what}", what="لماذا؟")
    assert say("Loading {what}", what="Why is it so?") == "Loading Why is it so?"


# ---- What the build makes of marked texts


@pytest.mark.no_database
def test_english_scripts_lose_the_marks_and_nothing_else() -> None:
    script = 'a("⟦Sign in⟧",b("\\u27e6Say \\"{n}\\"\\u27e7",{n:1}),`⟦It\\\'s ${x}⟧`)'

    assert spoken.in_script(script, "en") == 'a("Sign in",b("Say \\"{n}\\"",{n:1}),`It\\\'s ${x}`)'


@pytest.mark.no_database
def test_a_script_gets_its_texts_in_any_quotes() -> None:
    script = 'a("⟦Sign in⟧", \'⟦Not saved. Trying again⟧\', `⟦@direction⟧`, "⟦{n} hours⟧")'

    assert spoken.in_script(script, "ar") == (
        "a(\"تسجيل الدخول\", 'لم يُحفظ. نحاول من جديد', `rtl`, "
        '"{n} ساعة\ue003ساعة واحدة\ue003ساعتان\ue003{n} ساعات\ue003{n} ساعة\ue003{n} ساعة")'
    )


@pytest.mark.no_database
def test_a_page_that_was_drawn_ahead_gets_texts_with_their_values() -> None:
    page = (
        '<html lang="⟦@language⟧" dir="⟦@direction⟧"><p>⟦{n} hours\ue002n=2⟧</p>'
        "<p>⟦Loading {what}\ue002what=⟦the page⟧⟧ &amp; ⟦We could not find that page⟧</p><script>t('⟦Sign in⟧')</script>"
    )

    assert spoken.in_page(page, "ar") == (
        '<html lang="ar" dir="rtl"><p>ساعتان</p>'
        "<p>جارٍ التحميل: الصفحة &amp; لم نجد هذه الصفحة</p><script>t('تسجيل الدخول')</script>"
    )
    assert spoken.in_page(page, "en") == (
        '<html lang="en" dir="ltr"><p>2 hours</p>'
        "<p>Loading the page &amp; We could not find that page</p><script>t('Sign in')</script>"
    )


@pytest.mark.no_database
def test_names_of_scripts_hold_what_they_are_made_of() -> None:
    assert spoken.script_name("app.js", "en") == "app.js"
    assert re.fullmatch(r"app\.de-[0-9a-f]{8}\.js", spoken.script_name("app.js", "de"))
    assert spoken.page_name("index.html", "de") == "index.de.html"
