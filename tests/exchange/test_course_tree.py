"""Trees of Markdown: which layout they have, what becomes of each file, picture, link and construct."""

import os
import time
from pathlib import Path

import pytest

from lms_app.core.errors import Invalid
from lms_app.exchange import tree as trees_module
from lms_app.exchange.service import read_course, render
from tests.exchange.trees import body, fates, one_page, outline, picture, references, repairs, tree

pytestmark = pytest.mark.no_database


# ---- Layouts


def test_a_carpentries_lesson(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {
            "config.yaml": "carpentry: 'swc'\ntitle: 'Counting birds'\nlicense: 'CC-BY 4.0'\nsource: 'https://example.org/birds'\n"
            "episodes:\n- look.md\n- count.md\n",
            "index.md": "Birds are everywhere.",
            "episodes/count.md": "---\ntitle: Count\nteaching: 20\nexercises: 10\n---\nOne, two.\n\n![a finch](fig/finch.png)",
            "episodes/look.md": "---\ntitle: Look\n---\nUp, [then](count.md).",
            "episodes/extra.md": "# Extra\n\nMore.",
            "episodes/fig/finch.png": picture(),
            "learners/setup.md": "---\ntitle: Setup\n---\nTake a pencil.",
            "learners/reference.md": "---\ntitle: Words\n---\nFinch.",
            "instructors/notes.md": "Bring pencils.",
            "LICENSE.md": "CC-BY",
            "README.md": "How to build this.",
            "episodes/data/birds.csv": "finch,3",
        },
    )

    draft = read_course(folder, stage=False)

    assert (draft.report.layout, draft.report.title) == ("Carpentries lesson", "Counting birds")
    assert outline(draft) == [
        ("Before you start", ["About this lesson", "Setup"]),
        ("Episodes", ["Look", "Count", "Extra"]),
        ("Reference", ["Words", "Licence"]),
        ("For instructors", ["Notes"]),
    ]
    assert draft.tree.about == "Licence: CC-BY 4.0. Source: <https://example.org/birds>"
    assert [lesson.minutes for lesson in draft.tree.modules[1].lessons] == [1, 30, 1]
    assert [lesson.published for module in draft.tree.modules for lesson in module.lessons][-1] is False
    assert fates(draft)["README.md"] == ("left", "about the repository, not a lesson")
    assert fates(draft)["config.yaml"] == ("used", "the settings of the lesson")
    assert fates(draft)["episodes/data/birds.csv"] == ("left", "a file that no lesson links to")
    assert fates(draft)["episodes/fig/finch.png"] == ("stored", "a picture in lessons")
    assert references(draft, "image") == [("episodes/count.md", 8, "fig/finch.png", "stored")]
    assert references(draft, "link") == [("episodes/look.md", 4, "count.md", "lesson")]


def test_the_older_carpentries_style(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {
            "_config.yml": "carpentry: swc\ntitle: Birds\n",
            "_episodes/01-look.md": "---\ntitle: Look\nquestions:\n- 'Where are they?'\nkeypoints:\n- 'Up.'\n---\n"
            "> ## Try it\n> Look up.\n> > ## Answer\n> > A finch.\n> {: .solution}\n{: .challenge}\n\n"
            "~~~\nprint()\n~~~\n{: .language-python}\n\n![finch]({{ page.root }}/fig/finch.png)\n[words]({{ page.root }}/reference/)\n"
            "[site]\n\n{% include links.md %}\n",
            "_includes/links.md": "[site]: https://example.org\n[unused]: https://example.com\n",
            "fig/finch.png": picture(),
            "reference.md": "Words.",
        },
    )

    draft = read_course(folder, stage=False)

    shown = body(draft, "_episodes/01-look.md")
    token = next(iter(draft.tree.modules[0].lessons[0].files))
    lesson = next(iter(draft.tree.modules[0].lessons[0].lessons))
    assert shown == (
        "> [!QUESTIONS]\n> - Where are they?\n\n"
        "> [!EXERCISE] Try it\n>\n> Look up.\n> > [!SOLUTION] Answer\n> >\n> > A finch.\n>\n\n"
        "~~~\nprint()\n~~~\n\n"
        f"![finch](/files/{token}#3x2)\n[words](/imported/{lesson})\n[site]\n\n"
        "> [!KEYPOINTS]\n> - Up.\n\n[site]: https://example.org"
    )
    assert [(one.target, one.fate) for one in draft.report.references] == [
        ("/fig/finch.png", "stored"),
        ("/reference/", "lesson"),
        ("https://example.org", "kept"),
    ]


def test_numbered_modules_and_lessons(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {
            "README.md": "[![badge](https://example.org/b.svg)](https://example.org)\n\n# Farming\n\nHello.",
            "LICENSE": "MIT License\n\nCopyright (c) A. Farmer\n",
            "hardware.md": "# Hardware",
            "2-grow/README.md": "# Grow it",
            "2-grow/lessons/1-seeds/README.md": "# Seeds\n\n![s](../../../images/seed.jpg) [next](../2-water/README.md)",
            "2-grow/lessons/1-seeds/assignment.md": "# Sow",
            "2-grow/lessons/1-seeds/pot.md": "# A pot",
            "2-grow/lessons/1-seeds/translations/README.fr.md": "# Graines",
            "2-grow/lessons/1-seeds/code/main.py": "print()",
            "2-grow/lessons/2-water/README.md": "# Water\n\n[Quiz](https://example.org/quiz/7)",
            "10-eat/lessons/1-cook/README.md": "# Cook",
            "images/seed.jpg": picture(format="JPEG"),
            "images/other.jpg": picture(format="JPEG"),
            "quiz-app/src/assets/translations/en.json": '[{"quizzes": [{}, {}, {}]}]',
            "translations/fr/README.md": "# Agriculture",
        },
    )

    draft = read_course(folder, stage=False)

    assert (draft.report.layout, draft.report.title) == ("Numbered modules and lessons", "Farming")
    assert outline(draft) == [
        ("Welcome", ["Farming", "Hardware"]),
        ("Grow it", ["Grow it", "Seeds", "A pot", "Assignment: Sow", "Water"]),
        ("Eat", ["Cook"]),
    ]
    assert draft.tree.about == "Licence: MIT License. Copyright (c) A. Farmer."
    assert {path: note for path, (fate, note) in fates(draft).items() if fate == "left"} == {
        "LICENSE": "the licence, named in the course's description",
        "2-grow/lessons/1-seeds/code/main.py": "a file that no lesson links to",
        "2-grow/lessons/1-seeds/translations/README.fr.md": "a translation",
        "images/other.jpg": "a picture that no lesson shows",
        "quiz-app/src/assets/translations/en.json": (
            "quiz-app/src/assets/translations/en.json holds no quizzes that we know."
        ),
        "translations/fr/README.md": "a translation",
    }
    assert [one.note for one in draft.report.references if "quiz" in one.target] == [
        "a quiz on another site, not imported"
    ]


def test_any_other_tree(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {
            "intro.md": "Hello.",
            "b-part/10-last.md": "Last.",
            "b-part/9-before.md": "Before.",
            "b-part/index.md": "# The second part\n\nIt begins.",
            "a_part/deep/page.md": "Deep.",
            "CONTRIBUTING.md": "Send patches.",
        },
    )

    assert outline(read_course(folder, stage=False)) == [
        ("Welcome", ["Intro"]),
        ("A part", ["Page"]),
        ("The second part", ["The second part", "Before", "Last"]),
    ]


# ---- Pictures and links


def test_pictures_are_stored_remote_missing_or_refused(tmp_path: Path) -> None:
    folder = tree(
        tmp_path / "course",
        {
            "page.md": "![ok](a%20b.png)\n![far](https://example.org/x.png) ![far](//example.org/y.png)\n![gone](gone.png)\n"
            "![out](../secret.png)\n![out](/../../etc/passwd)\n![text](notes.txt)\n![inside](data:image/png;base64,AA)\n"
            "![named][fig] and ![fig]\n<img src='c.gif' alt='tiny'>\n`![code](code.png)`\n\n    ![indented](code.png)\n\n"
            "```\n![fenced](code.png)\n```\n\n\\![no](link.md)\n\n[fig]: d.svg\n",
            "a b.png": picture(),
            "c.gif": picture(format="GIF"),
            "d.svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'/>",
            "notes.txt": "no picture",
        },
    )
    tree(tmp_path, {"secret.png": picture()})

    draft = read_course(folder, stage=False)

    assert references(draft, "image") == [
        ("page.md", 1, "a%20b.png", "stored"),
        ("page.md", 2, "https://example.org/x.png", "remote"),
        ("page.md", 2, "//example.org/y.png", "remote"),
        ("page.md", 3, "gone.png", "missing"),
        ("page.md", 4, "../secret.png", "refused"),
        ("page.md", 5, "/../../etc/passwd", "refused"),
        ("page.md", 6, "notes.txt", "refused"),
        ("page.md", 7, "data:image/png;base64,AA", "refused"),
        ("page.md", 8, "d.svg", "stored"),
        ("page.md", 8, "d.svg", "stored"),
        ("page.md", 9, "c.gif", "stored"),
    ]
    assert "#40x30)" in body(draft, "page.md")
    assert draft.pages["page.md"].html.count("<img ") == 4
    assert "example.org" not in draft.pages["page.md"].html


def test_links_lead_to_lessons_places_files_or_nowhere(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {
            "one.md": '# One\n\n## Here {#spot}\n\n[a](two.md) [b](two.md#the-end "Title") [c](two.md#nowhere) [d](#spot) [e](#gone)\n'
            "[f](https://example.org) [g](mailto:a@example.org) [h](data.csv) [i](gone.md) [j](part/) [k](two.html) [l][ref] [m](../x.md)\n"
            "[two\nlines](<two.md>){target=_blank}\n\n[ref]: ./two.md#the-end 'T'\n",
            "two.md": "# Two\n\n## The end\n",
            "part/README.md": "# Part",
            "data.csv": "a,b",
        },
    )

    draft = read_course(folder, stage=False)

    assert [(target, fate) for _path, _line, target, fate in references(draft, "link")] == [
        ("two.md", "lesson"),
        ("two.md#the-end", "lesson"),
        ("two.md#nowhere", "lesson"),
        ("#spot", "kept"),
        ("#gone", "missing"),
        ("https://example.org", "kept"),
        ("mailto:a@example.org", "kept"),
        ("data.csv", "stored"),
        ("gone.md", "missing"),
        ("part/", "lesson"),
        ("two.html", "lesson"),
        ("../x.md", "refused"),
        ("two.md", "lesson"),
        ("./two.md#the-end", "lesson"),
    ]
    lesson = next(one for module in draft.tree.modules for one in module.lessons if one.path == "one.md")
    two = next(token for token, path in lesson.lessons.items() if path == "two.md")
    assert f'[b](/imported/{two}#s-the-end "Title")' in lesson.body
    assert "[d](#here)" in lesson.body
    assert f"[ref]: /imported/{two}#s-the-end 'T'" in lesson.body


def test_a_badge_in_a_link_leaves_its_words(tmp_path: Path) -> None:
    draft = one_page(
        tmp_path,
        "[![Build](https://example.org/b.svg)](https://example.org) [![Film](f.png)](https://youtu.be/abcdefghijk)",
    )

    assert body(draft, "page.md") == "[Build](https://example.org) [![Film](f.png)](https://youtu.be/abcdefghijk)"


# ---- Constructs


@pytest.mark.parametrize(
    ("written", "markdown", "what"),
    [
        ("::: callout\n\n## Note *this*\n\nWords.\n\n:::", "> [!NOTE] Note *this*\n>\n> Words.", "section callout"),
        (
            "::::::: challenge :::::\nDo.\n::: solution\nSo.\n:::\n:::::::",
            "> [!EXERCISE]\n>\n> Do.\n>\n> > [!SOLUTION]\n> >\n> > So.",
            None,
        ),
        ("::: {.checklist #x}\n- a\n:::", "> [!CHECKLIST]\n>\n> - a", "section checklist"),
        ("::: testimonial\nFine.\n:::", "> Fine.", "section testimonial"),
        ("::: tab\nWords.\n:::", "Words.", "section tab"),
        ("::: instructor\nSecret.\n:::\nSeen.", "Seen.", "section instructor"),
        ("::: callout\nNever ends.", "> [!NOTE]\n>\n> Never ends.", None),
        (":::\nWords.", "Words.", "end of a section that never began"),
        ("```\n::: callout\n```", "```\n::: callout\n```", None),
        ("Words <!-- hidden --> here.\n<!--\nhidden\n-->\nMore.", "Words  here.\n\nMore.", "HTML comment"),
        ("<!-- never ends\nWords.", "<!-- never ends\nWords.", None),
        ("`<!-- code -->` stays", "`<!-- code -->` stays", None),
        (
            "<details>\n<summary>More</summary>\n\nHidden *words*.\n\n</details>",
            "> [!DETAILS] More\n>\n> Hidden *words*.",
            "HTML <details>",
        ),
        ("<div align='center'>\n\n**Mid**\n\n</div>", "**Mid**", "HTML <div>"),
        ("<p>One <b>bold</b></p>", "One **bold**", "HTML <b, p>"),
        ("Use `<platform>` or <platform> here", "Use `<platform>` or <platform> here", None),
        ("x<sup>2</sup> H<sub>2</sub>O <kbd>Esc</kbd> <b>b</b> <u>u</u>", "x² H₂O `Esc` **b** u", "HTML <sup>"),
        ("| a |\n|---|\n| x<br>y |", "| a |\n|---|\n| x · y |", "HTML <br>"),
        ("one<br>\ntwo", "one\\\ntwo", "HTML <br>"),
        ('<a href="https://example.org">l</a>', "[l](https://example.org)", "HTML <a>"),
        ("Words <script>alert(1)</script>", "Words <script>alert(1)</script>", "HTML <script>"),
        ("term\n: its meaning", "**term**\n\nits meaning", "definition list"),
        (
            "[term]{#t}\n:   its meaning\n\nsee [it](#t)",
            "#### term\n\nits meaning\n\nsee [it](#term)",
            "definition list",
        ),
        (
            "![](x.png){alt='A [fine] bird's picture' width='50%'}",
            "![A \\[fine\\] bird's picture](x.png)",
            "attributes of a picture",
        ),
        ("[words]{.red} here", "words here", "words with attributes"),
        ("Words.[^1]\n\n[^1]: Note.", "Words.[^1]\n\n[^1]: Note.", "footnote"),
        ("Words.\n{: .centred}", "Words.", "kramdown attribute"),
        ("{% raw %}\nWords.", "Words.", "template instruction raw"),
    ],
)
def test_constructs_are_said_in_our_markdown(tmp_path: Path, written: str, markdown: str, what: str | None) -> None:
    draft = one_page(tmp_path, f"First.\n\n{written}\n")

    assert body(draft, "page.md").removeprefix("First.").strip("\n") == markdown
    if what:
        assert what in [found for _line, found in repairs(draft)]


def test_repairs_tell_their_line_in_the_file(tmp_path: Path) -> None:
    draft = one_page(
        tmp_path, "---\ntitle: T\n---\n\nx<sup>2</sup>\n\n::: callout\nWords.\n\n<!-- a -->\n:::\n\ny<br>z\n"
    )

    assert repairs(draft) == [(5, "HTML <sup>"), (7, "section callout"), (10, "HTML comment"), (13, "HTML <br>")]


@pytest.mark.parametrize(
    ("content", "shown", "what"),
    [
        (b"\xef\xbb\xbf# Title\r\n\r\nWords.\r\n", "Words.", []),
        ("# Title\n\nWörds.".encode("utf-16"), "Wörds.", ["encoding"]),
        ("# Title\n\nWörds.".encode("cp1252"), "Wörds.", ["encoding"]),
        (b"---\ntitle: &a [x]\nb: *a\n---\nWords.", "Words.", ["front matter that is not plain YAML"]),
        (
            b"---\ntitle: !!python/object/apply:os.system ['x']\n---\nWords.",
            "Words.",
            ["front matter that is not plain YAML"],
        ),
        (b"---\nWords.\n---\n", "---\nWords.\n---", []),
        (b"", "This page has no words of its own.", ["page without words"]),
    ],
    ids=["bom", "utf-16", "windows", "aliases", "objects", "rule", "empty"],
)
def test_encodings_and_front_matter(tmp_path: Path, content: bytes, shown: str, what: list[str]) -> None:
    draft = read_course(tree(tmp_path, {"page.md": content}), stage=False)

    assert body(draft, "page.md") == shown
    assert [one.what for one in draft.report.repairs] == what


# ---- Hostile trees


def test_nothing_outside_of_the_tree_is_read(tmp_path: Path) -> None:
    tree(tmp_path, {"secret/key.png": picture(), "secret/page.md": "# Secret"})
    folder = tree(tmp_path / "course", {"page.md": "![a](link.png) ![b](linked/key.png) [c](page2.md)\n"})
    os.symlink(tmp_path / "secret" / "key.png", folder / "link.png")
    os.symlink(tmp_path / "secret", folder / "linked")
    os.symlink(tmp_path / "secret" / "page.md", folder / "page2.md")

    draft = read_course(folder, stage=False)

    assert fates(draft)["link.png"] == ("left", "a symbolic link, not followed")
    assert fates(draft)["linked"] == ("left", "a symbolic link, not followed")
    assert fates(draft)["page2.md"] == ("left", "a symbolic link, not followed")
    assert [one.fate for one in draft.report.references] == ["missing", "missing", "missing"]
    assert draft.tree.assets == {}


def test_a_file_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = tree(tmp_path / "course", {"page.md": "# Page"})
    listed = trees_module.list_tree(folder)
    (tmp_path / "secret.md").write_text("secret")
    (folder / "page.md").unlink()
    os.symlink(tmp_path / "secret.md", folder / "page.md")

    with pytest.raises(Invalid, match=r"page\.md cannot be read"):
        listed.text_of("page.md")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.txt": "x"}, "There is no Markdown file"),
        ({"a.md": b"x" * 2_000_001}, "a.md is larger than 2 MB"),
        ({"a.md": "x" * 600_000}, "a.md is longer than 500,000 characters"),
        ({"a.md": b"x\x00y"}, "a.md is not a text file"),
        ({"/".join("d" * 22) + "/a.md": "x"}, "nested more than 20 deep"),
    ],
)
def test_too_much_or_not_text_is_refused(tmp_path: Path, files: dict[str, str | bytes], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_course(tree(tmp_path, files), stage=False)


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is not a folder"):
        read_course(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "unit",
    [
        "![",
        "![](",
        "[a](",
        "](",
        "`",
        "``` ",
        "<b>",
        "<!--",
        "<details>",
        "::: a\n",
        ":::\n",
        "> ",
        "> > {: .challenge}\n",
        "[a]: b\n",
        "![a][",
        "{#a}\n",
        "# a\n",
        "a\n: b\n",
        "[^a]",
        "{% a %}\n",
        "{{ page.root }}",
        "<img src=",
        "\\",
        "[[",
        "![a](b){alt='",
        "<sup>",
        "- ",
        "|a",
        "$",
    ],
)
def test_time_grows_with_the_length_only(tmp_path: Path, unit: str) -> None:
    text = unit * (30_000 // len(unit))
    folder = tree(tmp_path, {"page.md": text})
    begun = time.process_time()

    report = read_course(folder, stage=False).report

    assert len(report.files) == 1
    assert time.process_time() - begun < 10


def test_the_report_names_everything(tmp_path: Path) -> None:
    folder = tree(
        tmp_path / "birds",
        {
            "page.md": "# Page\n\n![x](gone.png) [y](gone.md)\n\na<sup>2</sup>\n",
            "data/a.bin": b"\x00",
            "data/b.bin": b"\x00",
        },
    )

    assert render(read_course(folder, stage=False).report) == (
        "Birds (Folders of Markdown)\n  1 module, 1 lesson\n  Lessons\n    Page  <- page.md\n"
        "Files: 3 (2 left where they are, 1 became lessons)\n"
        "  left where they are: data/ (2 files): a file that no lesson links to\n"
        "Pictures: 1 (1 missing)\n  page.md:3: gone.png: missing\n"
        "Links: 1 (1 missing)\n  page.md:3: gone.md: missing\n"
        "Constructs that this Markdown does not have: 1\n  HTML <sup>: 1, became Markdown\n    page.md:5\n"
    )
