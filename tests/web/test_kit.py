"""The kit's functions, drawn: names, roles and wires that a page relies on and cannot see."""

import re
from typing import Any

import pytest
import reflex as rx

from lms_app.web import kit
from lms_app.web.kit import el
from lms_app.web.views import FieldError

pytestmark = pytest.mark.no_database


class KitState(rx.State):
    wrong: str = ""
    on: bool = False
    html: str = ""
    kind: str = ""
    texts: list[str] = []


def _drawn(component: Any) -> str:
    """The script that the browser gets, without line breaks."""
    return re.sub(r"\s+", " ", str(component))


def _props(component: Any) -> str:
    return _drawn(component).replace("\\", "")


def test_a_label_names_its_control_and_a_hint_describes_it() -> None:
    drawn = _props(kit.field("Name", kit.text_input(name="name"), id="who", hint="As on a certificate."))

    assert 'htmlFor:"who"' in drawn
    assert 'id:"who"' in drawn
    assert 'id:"who-hint"' in drawn
    assert '"aria-describedby":"who-hint"' in drawn
    assert "aria-invalid" not in drawn


def test_a_wrong_field_says_so_and_is_described_by_both() -> None:
    drawn = _props(kit.field("Name", kit.text_input(), id="who", hint="Short.", error="Enter a name."))

    assert '"aria-invalid":"true"' in drawn
    assert '"aria-describedby":"who-hint who-err"' in drawn
    assert 'id:"who-err"' in drawn
    assert "Error:" in drawn


def test_an_error_that_only_the_browser_knows_is_wired_just_the_same() -> None:
    drawn = _props(kit.field("Name", kit.text_input(), id="who", error=KitState.wrong))

    assert '"aria-invalid":' in drawn
    assert '"who-err"' in drawn


def test_a_field_is_required_unless_it_says_that_it_is_not() -> None:
    assert "(optional)" not in _drawn(kit.field("Name", kit.text_input(), id="who"))
    assert "(optional)" in _drawn(kit.field("Name", kit.text_input(), id="who", optional=True))


def test_a_summary_links_to_its_fields_and_is_not_there_without_errors() -> None:
    drawn = _props(kit.error_summary([FieldError(id="who", text="Enter a name."), FieldError(id="", text="No match.")]))

    assert 'href:"#who"' in drawn
    assert "No match." in drawn
    assert 'role:"alert"' in drawn
    assert 'id:"error-summary"' in drawn
    assert "There is a problem" not in _drawn(kit.error_summary([]))


def test_a_button_of_an_icon_alone_has_a_name() -> None:
    drawn = _props(kit.btn("Close", ic="x", icon_only=True))

    assert '"aria-label":"Close"' in drawn
    assert 'type:"button"' in drawn


def test_a_button_with_an_address_is_a_link_of_the_router_and_a_raw_one_is_the_browsers() -> None:
    assert "ReactRouterLink" in _drawn(kit.btn("Open", href="/courses"))
    assert "ReactRouterLink" not in _drawn(kit.btn("Download", href="/files/1", raw=True))


def test_a_jump_is_never_a_link_of_the_router() -> None:
    drawn = _props(kit.jump("Skip", to="main"))

    assert "ReactRouterLink" not in drawn
    assert 'href:"#main"' in drawn


@pytest.mark.parametrize(("pressed", "said"), [(True, "true"), (False, "false")])
def test_a_toggle_says_whether_it_is_on(pressed: bool, said: str) -> None:
    assert f'"aria-pressed":"{said}"' in _props(kit.toggle("Flag", pressed))


def test_progress_is_named_and_counted() -> None:
    drawn = _props(kit.bar(46, "Course progress"))

    assert 'role:"progressbar"' in drawn
    assert '"aria-label":"Course progress"' in drawn
    assert '"aria-valuenow":46' in drawn


def test_a_ring_is_a_picture_with_a_name_and_draws_nothing_at_zero() -> None:
    some, none = _props(kit.ring(46, 64, "Score")), _props(kit.ring(0, 64, "Score"))

    assert 'role:"img"' in some
    assert "46 percent" in some
    assert some.count('jsx("circle"') == 2
    assert none.count('jsx("circle"') == 1


@pytest.mark.parametrize(
    ("state", "said"),
    [("done", "Complete."), ("now", "In progress."), ("todo", "Not started."), ("lock", "Locked.")],
)
def test_a_dot_says_what_its_shape_means(state: str, said: str) -> None:
    assert said in _drawn(kit.status_dot(state))


@pytest.mark.parametrize(
    ("kind", "said"),
    [("ok", "Correct."), ("part", "Partly correct."), ("no", "Incorrect."), ("open", "Not graded yet.")],
)
def test_a_verdict_says_what_its_colour_means(kind: str, said: str) -> None:
    assert said in _drawn(kit.verdict(kind))


def test_a_question_in_the_navigator_is_named_with_all_that_it_shows() -> None:
    drawn = _props(kit.quiz_cell(3, answered=True, flagged=True, current=True))

    assert ", answered" in drawn
    assert ", flagged" in drawn
    assert '"aria-current":"step"' in drawn
    assert "k-q--ans" in drawn
    assert "k-q--flag" in drawn


def test_an_option_is_a_native_input_inside_its_label() -> None:
    drawn = _props(kit.option_row("choice", "a", "80 kJ", key="A"))

    assert drawn.index('jsx("label"') < drawn.index('jsx("input"')
    assert 'type:"radio"' in drawn
    assert '"data-key":"a"' in drawn


def test_a_table_has_a_caption_scopes_and_a_box_that_scrolls_by_keyboard() -> None:
    head = [kit.col("Name", sorted="ascending", on_sort=rx.noop()), kit.col("Points", num=True)]
    drawn = _props(kit.data_table("Learners", head, kit.tr(kit.row_head("Ada"), kit.td(3, num=True))))

    assert 'jsx("caption"' in drawn
    assert 'scope:"col"' in drawn
    assert 'scope:"row"' in drawn
    assert '"aria-sort":"ascending"' in drawn
    assert 'role:"region"' in drawn
    assert "tabIndex:0" in drawn


def test_a_dialog_is_named_and_described_and_never_opened_by_react() -> None:
    drawn = _props(kit.confirm("Leave", "Leave this course?", "You lose access.", "Leave", id="ask"))

    assert '"aria-labelledby":"ask-t"' in drawn
    assert '"aria-describedby":"ask-d"' in drawn
    assert 'role:"alertdialog"' in drawn
    assert '"data-opens":"ask"' in drawn
    assert "open:" not in drawn.replace("data-opens", "")
    assert drawn.index("Cancel") < drawn.rindex("Leave")


def test_a_menu_is_opened_by_the_browser() -> None:
    drawn = _props(kit.menu("More", "more", ("Hide", kit.opens("ask-hide")), None, ("Delete", {"danger": True})))

    assert 'popoverTarget:"more"' in drawn or '"popoverTarget":"more"' in drawn
    assert '"aria-haspopup":"menu"' in drawn
    assert drawn.count('role:"menuitem"') == 2
    assert 'role:"separator"' in drawn


def test_what_is_saved_and_what_is_said_have_a_place_before_there_is_anything_to_say() -> None:
    for part in (kit.save_status(""), kit.save_status(KitState.kind), kit.result_count("3 found")):
        assert 'role:"status"' in _props(part)


def test_an_empty_state_has_one_heading_of_the_level_that_the_page_needs() -> None:
    assert 'jsx("h1"' in _drawn(kit.empty("mail", "No mail", "It comes here.", level=1))
    assert 'jsx("h3"' in _drawn(kit.empty("mail", "No mail", "It comes here."))


def test_a_skeleton_is_hidden_and_its_words_are_not() -> None:
    drawn = _props(kit.loading("your courses", kit.skel_rows(2), heading=True))

    assert '"aria-busy":"true"' in drawn or '"aria-busy":true' in drawn
    assert "Loading your courses" in drawn
    assert '"aria-hidden":"true"' in drawn


def test_a_picture_or_initials_only_decorate() -> None:
    assert '"aria-hidden":"true"' in _props(kit.avatar("AY"))
    assert 'alt:""' in _props(kit.avatar("AY", url="/files/1"))


def test_a_section_is_named_by_its_heading() -> None:
    drawn = _props(kit.section("Due soon", el.p("Nothing")))

    assert '"aria-labelledby":"due-soon"' in drawn
    assert 'id:"due-soon"' in drawn


def test_the_current_tab_says_so() -> None:
    drawn = _props(kit.tabs("Mail by status", ("All", "/a", True), ("Sent", "/b", False)))

    assert drawn.count('"aria-current":"page"') == 1


def test_every_name_that_the_kit_promises_is_there() -> None:
    promised = re.findall(r"^    (\w+)\(", kit.__doc__ or "", re.M)

    assert [name for name in promised if not hasattr(kit, name)] == []
    assert sorted(kit.__all__) == kit.__all__
