"""Exercises with choices and quizzes as JSON become questions, where it is plain what is right."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from lms_app.core.errors import Invalid
from lms_app.core.work import SYSTEM, reading
from lms_app.courses import service as courses
from lms_app.courses.models import OutlineItem
from lms_app.exchange import choices, service
from lms_app.quizzes import service as quizzes
from tests.exchange.trees import one_page, tree

OPTIONS = "1. grass\n2. `wolves(4)`\n3. stones\n"


def page(tmp_path: Path, options: str, solution: str, stem: str = "What do sheep eat?") -> Any:
    text = f"# Sheep\n\n::: challenge\n\n## Food\n\n{stem}\n\n{options}\n::: solution\n\n{solution}\n\n:::\n:::\n"
    return one_page(tmp_path, text)


def asked(draft: Any) -> list[Any]:
    return [
        one
        for module in draft.tree.modules
        for made in module.quizzes.values()
        for quiz in made
        for one in quiz.questions
    ]


def right(draft: Any) -> list[int]:
    return [
        at
        for one in asked(draft)
        for at, option in enumerate(one.draft.spec["options"])
        if float(option["fraction"]) == 1
    ]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("solution", "at"),
    [
        ("Grass is green.", None),
        ("grass, as everybody knows.", 0),
        ("The answer is 1.", 0),
        ("Option C is right, since they have good teeth.", 2),
        ("3. is what they eat.", 2),
        ("They are eaten by `wolves(4)`.", 1),
        ("```output\nwolves(4)\n```", 1),
        ("The answer is 1 or the answer is 2.", None),
        ("Both `wolves(4)` and `stones`.", None),
        ("grasshoppers, of course.", None),
        ("Nobody knows.", None),
    ],
)
def test_a_solution_names_the_right_choice_or_none(tmp_path: Path, solution: str, at: int | None) -> None:
    draft = page(tmp_path, OPTIONS, solution)

    assert right(draft) == ([] if at is None else [at])
    said = [one.done for one in draft.report.repairs if one.what == "exercise with choices"]
    assert said == [
        "its solution names no choice, or several: it is not asked"
        if at is None
        else "became a question, too, in a quiz behind the lesson"
    ]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("options", "stem"),
    [
        ("1. Write it.\n2. Run it.\n", "Do this:"),
        ("1. Where is it?\n2. What is it?\n", "Can you tell?"),
        ("1. only one\n", "Which?"),
        ("2. begins\n3. late\n", "Which?"),
        ("```\n1. in\n2. code\n```\n", "Which?"),
        ("".join(f"{n}. way {n}\n" for n in range(1, 11)), "Which?"),
    ],
)
def test_tasks_questions_and_code_are_no_choices(tmp_path: Path, options: str, stem: str) -> None:
    draft = page(tmp_path, options, "The answer is 1.", stem)

    assert asked(draft) == []
    assert [one for one in draft.report.repairs if one.what == "exercise with choices"] == []


@pytest.mark.no_database
def test_pictures_stay_in_the_lesson(tmp_path: Path) -> None:
    draft = page(tmp_path, OPTIONS, "The answer is 1.", "![A sheep](sheep.png) What does it eat?")

    assert asked(draft) == []
    assert "shows pictures, which stay in the lesson: it is not asked" in [one.done for one in draft.report.repairs]


def test_the_quiz_stands_behind_its_lesson_and_is_not_required(instructor: Any, tmp_path: Path) -> None:
    draft = page(tmp_path, "A. grass\nB. stones\n", "A is right: the answer is A, [see there](https://example.org).")

    report = instructor.does(service.import_course, service.read_course(tmp_path))

    with reading(SYSTEM) as work:
        items = work.db.exec(select(OutlineItem).order_by(col(OutlineItem.position))).all()
    assert [(one.kind, one.title, one.required) for one in items] == [
        ("lesson", "Sheep", True),
        ("quiz", "Check: Sheep", False),
    ]
    (one,) = instructor.does(quizzes.bank_questions, slug=report.slug)
    assert (one.kind, one.stem) == ("single_choice", "**Food**\n\nWhat do sheep eat?")
    assert [option["text"] for option in one.spec["options"]] == ["grass", "stones"]
    assert "https://example.org" in one.feedback
    assert draft.report.quizzes[0].title == "Check: Sheep"
    assert "Quizzes: 1 with 1 question\n  Check: Sheep (1 question)  <- page.md:7" in service.render(report)


QUIZZES = [
    {
        "quizzes": [
            {
                "id": 1,
                "title": "Soil: pre-lecture quiz",
                "quiz": [
                    {
                        "questionText": "Is *soil* alive?",
                        "answerOptions": [
                            {"answerText": "True", "isCorrect": "true"},
                            {"answerText": "False", "isCorrect": "false"},
                        ],
                    },
                    {"questionText": "Nothing right", "answerOptions": [{"answerText": "a", "isCorrect": False}]},
                ],
            },
            {
                "id": 2,
                "title": "Water",
                "quiz": [
                    {
                        "questionText": "Which are wet?",
                        "answerOptions": [
                            {"answerText": "rain", "isCorrect": True},
                            {"answerText": "snow", "isCorrect": True},
                            {"answerText": "sand", "isCorrect": False},
                        ],
                    }
                ],
            },
        ]
    }
]


def test_quizzes_as_json_stand_at_the_lessons_that_lead_to_them(instructor: Any, tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {
            "README.md": "# Farming",
            "1-soil/README.md": "# Soil",
            "1-soil/lessons/1-dig/README.md": "# Dig\n\n[Quiz](https://example.org/quiz/1) [Gone](https://example.org/quiz/9)",
            "1-soil/lessons/2-sow/README.md": "# Sow",
            "quiz-app/src/assets/translations/en.json": json.dumps(QUIZZES, indent=1),
            "quiz-app/src/assets/translations/fr.json": "[]",
            "quiz-app/package.json": "{}",
        },
    )

    report = instructor.does(service.import_course, service.read_course(folder))

    built = instructor.sees(courses.build, slug=report.slug)
    assert [(module.title, [one.title for one in module.items]) for module in built.modules] == [
        ("Welcome", ["Farming"]),
        ("Soil", ["Soil", "Soil: pre-lecture quiz", "Dig", "Sow"]),
        ("Quizzes", ["Water"]),
    ]
    bank = {one.kind: one for one in instructor.does(quizzes.bank_questions, slug=report.slug)}
    assert (bank["true_false"].stem, bank["true_false"].spec["answer"]) == (r"Is \*soil\* alive?", True)
    assert [float(one["fraction"]) for one in bank["multiple_answer"].spec["options"]] == [1, 1, 0]
    assert {one.path: one.note for one in report.files if one.path.startswith("quiz-app")} == {
        "quiz-app/src/assets/translations/en.json": "2 quizzes with 2 questions",
        "quiz-app/src/assets/translations/fr.json": "a translation",
        "quiz-app/package.json": "part of the program for quizzes, not of the course",
    }
    assert [(one.line, one.done) for one in report.repairs if "quiz" in one.what] == [
        (22, "has no right answer: it is not asked")
    ]
    assert [(one.fate, one.note) for one in report.references] == [
        ("lesson", "the quiz “Soil: pre-lecture quiz”"),
        ("kept", "a quiz on another site, not imported"),
    ]


@pytest.mark.no_database
@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 90_000, '{"quizzes": 3}', "[1]", '[{"quizzes": [{"title": "x", "quiz": 3}]}]', "null"],
    ids=["empty", "broken", "deep", "number", "list", "no-list", "null"],
)
def test_what_is_no_file_of_quizzes_is_refused_at_once(text: str) -> None:
    begun = time.process_time()

    with pytest.raises(Invalid):
        choices.in_json(text, "en.json")

    assert time.process_time() - begun < 1


@pytest.mark.no_database
def test_a_page_of_exercises_takes_no_time(tmp_path: Path) -> None:
    begun = time.process_time()

    page(tmp_path, OPTIONS * 2000, "The answer is " * 5000)

    assert time.process_time() - begun < 5
