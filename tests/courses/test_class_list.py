"""A class list as people paste it, read line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_app.courses import class_list
from lms_app.courses.class_list import LINES_MAX, Listed, read
from lms_app.policy import Role

pytestmark = pytest.mark.no_database

ADA = Listed(1, "ada@example.org")
BEN = Listed(2, "ben@example.org")
NOT_ONE = "This is not an email address like name@example.org."


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("ada@example.org", [ADA]),
        ("ada@example.org\r\nben@example.org\r\n", [ADA, BEN]),
        ("ada@example.org\rben@example.org", [ADA, BEN]),
        ("\ufeffADA@Example.org\n\n ben@example.org ", [ADA, Listed(3, "ben@example.org")]),
        ("ada@example.org, ben@example.org", [ADA, Listed(1, "ben@example.org")]),
        ("ada@example.org; ben@example.org,cleo@example.org", [ADA, *(Listed(1, f"{n}@example.org") for n in ("ben", "cleo"))]),
        ("ada@example.org ben@example.org", [ADA, Listed(1, "ben@example.org")]),
        ("Ada King <ada@example.org>", [Listed(1, "ada@example.org", "Ada King")]),
        ('"King, Ada" <ada@example.org>; Ben <ben@example.org>', [Listed(1, "ada@example.org", "King, Ada"), Listed(1, "ben@example.org", "Ben")]),
        ("King, Ada <ada@example.org>", [Listed(1, "ada@example.org", "King, Ada")]),
        ("ada@example.org,Ada", [Listed(1, "ada@example.org", "Ada")]),
        ("Ada\tada@example.org", [Listed(1, "ada@example.org", "Ada")]),
        ("ada@example.org;Ada;TA;Lab A|Lab B", [Listed(1, "ada@example.org", "Ada", Role.ASSISTANT, ("Lab A", "Lab B"))]),
        ("E-Mail,Name\nada@example.org,Ada", [Listed(2, "ada@example.org", "Ada")]),
        ('Last name,First name,Email address,Group,Height\n"King",Ada,ada@example.org,"Lab, 1",170', [Listed(2, "ada@example.org", "Ada King", groups=("Lab, 1",))]),
        ("name;role;email\nAda;;mailto:ada@example.org", [Listed(2, "ada@example.org", "Ada")]),
        ("", []),
        (" \n\t\n", []),
    ],
)  # fmt: skip
def test_what_people_paste(text: str, people: list[Listed]) -> None:
    assert read(text) == people


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ada@", NOT_ONE),
        ("Ada King", NOT_ONE),
        ("ada@example.org, ben@", NOT_ONE),
        ("ada@example.org,Ada,boss", "“boss” is not a role. Write student, assistant or instructor."),
        (f"ada@example.org,{'A' * 121}", "Shorten the name to 120 characters."),
        (f"ada@example.org,Ada,,{'A' * 81}", "Shorten the name of the group to 80 characters."),
        ("email,name\n,Ada", NOT_ONE),
        ("ada@example.org,Ada\nada@example.org,Ada,assistant", "Line 1 gives this person another role."),
    ],
)
def test_what_is_wrong_with_a_line(text: str, problem: str) -> None:
    assert read(text)[-1].problem == problem


def test_a_person_on_two_lines_is_one_with_both_groups() -> None:
    first, second = read("ada@example.org,Ada,,Lab A\nAda@example.org,,,Lab B")

    assert (first.groups, second.same_as, second.problem) == (("Lab A", "Lab B"), 1, "")


def test_a_list_is_not_longer_than_it_may_be() -> None:
    line = "a{}@example.org"

    assert len(read("\n".join(line.format(n) for n in range(LINES_MAX)))) == LINES_MAX
    with pytest.raises(ValueError, match="more than 5,000 lines"):
        read("\n".join(line.format(n) for n in range(LINES_MAX + 1)))
    with pytest.raises(ValueError, match="more than 5,000 lines"):
        read(" ".join(line.format(n) for n in range(LINES_MAX + 1)))


@given(st.text(alphabet=st.sampled_from('a@.,;\t"<>\n\r\0 =|ü\ufeff\u2028'), max_size=200))
def test_whatever_is_pasted_becomes_lines_that_the_database_takes(text: str) -> None:
    for one in class_list.read(text):
        assert one.problem or len(one.name) <= 120
        assert "\0" not in f"{one.email}{one.name}{one.groups}" or one.problem
        assert one.line <= len(text) + 1
