"""The component kit: pages are composed of these functions and never write a colour or an ARIA pattern themselves.

Texts, numbers, addresses, kinds and states may be plain values or state vars. Links go through the router unless they
are `raw`. Ids of things in a list come from the row: `f"dlg-{row.id}"`. Colours and sizes live in `assets/theme.css`,
what the browser does by itself in `assets/app.js`. Labelled inputs of a form that is texts by name are in `typed.py`, by
themselves.

Text, links, buttons, cards, progress (basics.py)
    when(test, yes, no=None)
    filled(text)
    names(*parts)
    icon(name, size=None, **p)
    sr(text)
    a(*c, href, **p)
    raw_a(*c, href, **p)
    jump(*c, to, **p)
    link(text, href, *, raw=False, **p)
    btn(label, kind="secondary", ic=None, *, ic_end=None, size=None, href=None, raw=False, icon_only=False,
        block=False, key=None, **p)
    toggle(label, pressed, ic=None, *, flag=False, **p)
    chip(text, kind="", ic=None)
    kbd(key)
    code(text)
    avatar(initials, *, url="", size="")
    bar(pct, label)
    bar_row(pct, label, **p)
    ring(pct, size=64, label=None, width=None)
    cover(hue, motif, *, image="", **p)
    status_dot(state)
    card(*c, pad=True, **p)
    card_link(*c, href, **p)
    rows(*c, ordered=False, **p)
    page_head(title, sub="", *actions, crumb=None)
    breadcrumb(crumb)
    section(title, *c, action=None, id=None, **p)
    tabs(label, *items)
    stat(label, value, note="")
    note(kind, ic, *c, **p)
    facts(*pairs)
    copy_btn(text, label=None, done=None, **p)
    expand_all(id)
    only_btn(label, id, **p)

Forms (forms.py)
    native_form(*c, action, method="post", **p)
    hidden(name, value)
    field(label, control, id, hint="", error="", optional=False, **p)
    field_error(id, error)
    error_of(problems, id)
    fieldset(legend, *c, id="", hint="", error="", **p)
    text_input(*, sm=False, **p)
    textarea(*, rows=4, **p)
    file_input(*, accept="", **p)
    select(options, *, sm=False, **p)
    search_input(label, placeholder="", *, id="search", **p)
    filter_select(label, options, **p)
    check(label, name="", *, checked=False, kind="checkbox", **p)
    show_password(id)
    stored_check(label, key)
    error_summary(errors, **p)
    form_actions(*c)

Tables and lists (data.py)
    col(label, *, num=False, hidden=False, sorted=None, on_sort=None, **p)
    tr(*cells, **p)
    row_head(*c, **p)
    td(*c, num=False, label="", **p)
    data_table(caption, columns, *body, cards=False, class_name="", **p)
    show_more(label, on_click, more=True)
    result_count(text, **p)
    removable(text, on_remove)
    figure_chart(title, sub, chart, columns, *body, id)
    line_chart(plot, *series)
    bar_chart(*bars)
    bar_of(label, pct, said=None)

Long lists (lists.py)
    search_form(label, placeholder, State, *filters)
    filter_by(label, options, State, name, value)
    pager(State)

Dialogs, menus, notices (overlays.py)
    opens(id)
    closes()
    dialog(id, title, *body, actions=(), role="", light=True, described=False)
    confirm_dialog(id, title, body, action, *, on_confirm=None, submit_to=None, danger=True, cancel=None)
    confirm(label, title, body, action, *, on_confirm=None, submit_to=None, id=None, danger=True, cancel=None,
        kind="secondary", **p)
    menu_list(id, label, *items)
    menu_opens(id)
    menu(label, id, *items, ic="ellipsis", kind="quiet", size="sm", icon_only=True, **p)
    toaster()
    connection_note()
    crashed()
    app_wraps()

Nothing to show (states.py)
    empty(ic, title, body, *actions, level=3)
    skel(width="100%", height="16px", **p)
    skel_rows(n=3, *, picture=False)
    skel_cards(n=6)
    skel_text(n=6)
    skeleton(*c, **p)
    loading(what, *c, heading=False)
    not_found(title=None, body=None, *actions)
    load_failed(what, reference="")
    page_states(State, body, skeleton=None, what="this page", missing=None)

Quizzes (quiz.py)
    option_row(name, value, text, *, kind="radio", checked=False, key="", mark="", **p)
    quiz_cell(number, *, answered=False, flagged=False, current=False, **p)
    quiz_nav(*cells)
    quiz_legend()
    shortcuts(*lines)
    verdict(kind)
    save_status(kind, time="", **p)
    timer(deadline, server_now, on_end=None)
    time_left(deadline, server_now, many, few)

Reading (reading.py)
    prose(html, size="")
    place_keeper(place, at=0, on_place=None)

Frames (shell.py)
    logo()
    theme_toggle()
    skip_link()
    main(*c, **p)
    page_shell(current, *c, wide=False)
    focus_bar(back, title, sub="", *actions)
    focus_shell(bar, *c)
    starting()
    auth_frame(title, sub, *c, notice=None, hue=1, motif=0)
    head_tags()
    app_wraps()
"""

from lms_app.web.kit.basics import (
    a,
    avatar,
    bar,
    bar_row,
    breadcrumb,
    btn,
    card,
    card_link,
    chip,
    code,
    copy_btn,
    cover,
    el,
    expand_all,
    facts,
    filled,
    icon,
    jump,
    kbd,
    link,
    names,
    note,
    only_btn,
    page_head,
    raw_a,
    ring,
    rows,
    section,
    sr,
    stat,
    status_dot,
    tabs,
    toggle,
    when,
)
from lms_app.web.kit.data import (
    bar_chart,
    bar_of,
    col,
    data_table,
    figure_chart,
    line_chart,
    removable,
    result_count,
    row_head,
    show_more,
    td,
    tr,
)
from lms_app.web.kit.forms import (
    check,
    error_of,
    error_summary,
    field,
    field_error,
    fieldset,
    file_input,
    filter_select,
    form_actions,
    hidden,
    native_form,
    search_input,
    select,
    show_password,
    stored_check,
    text_input,
    textarea,
)
from lms_app.web.kit.lists import filter_by, pager, search_form
from lms_app.web.kit.overlays import (
    closes,
    confirm,
    confirm_dialog,
    connection_note,
    crashed,
    dialog,
    menu,
    menu_list,
    menu_opens,
    opens,
    toaster,
)
from lms_app.web.kit.quiz import (
    option_row,
    quiz_cell,
    quiz_legend,
    quiz_nav,
    save_status,
    shortcuts,
    text_cell,
    time_left,
    timer,
    verdict,
)
from lms_app.web.kit.reading import place_keeper, prose
from lms_app.web.kit.shell import (
    app_wraps,
    auth_frame,
    focus_bar,
    focus_shell,
    head_tags,
    logo,
    main,
    page_shell,
    skip_link,
    starting,
    theme_toggle,
)
from lms_app.web.kit.states import (
    empty,
    load_failed,
    loading,
    not_found,
    page_states,
    skel,
    skel_cards,
    skel_rows,
    skel_text,
    skeleton,
)

__all__ = [
    "a",
    "app_wraps",
    "auth_frame",
    "avatar",
    "bar",
    "bar_chart",
    "bar_of",
    "bar_row",
    "breadcrumb",
    "btn",
    "card",
    "card_link",
    "check",
    "chip",
    "closes",
    "code",
    "col",
    "confirm",
    "confirm_dialog",
    "connection_note",
    "copy_btn",
    "cover",
    "crashed",
    "data_table",
    "dialog",
    "el",
    "empty",
    "error_of",
    "error_summary",
    "expand_all",
    "facts",
    "field",
    "field_error",
    "fieldset",
    "figure_chart",
    "file_input",
    "filled",
    "filter_by",
    "filter_select",
    "focus_bar",
    "focus_shell",
    "form_actions",
    "head_tags",
    "hidden",
    "icon",
    "jump",
    "kbd",
    "line_chart",
    "link",
    "load_failed",
    "loading",
    "logo",
    "main",
    "menu",
    "menu_list",
    "menu_opens",
    "names",
    "native_form",
    "not_found",
    "note",
    "only_btn",
    "opens",
    "option_row",
    "page_head",
    "page_shell",
    "page_states",
    "pager",
    "place_keeper",
    "prose",
    "quiz_cell",
    "quiz_legend",
    "quiz_nav",
    "raw_a",
    "removable",
    "result_count",
    "ring",
    "row_head",
    "rows",
    "save_status",
    "search_form",
    "search_input",
    "section",
    "select",
    "shortcuts",
    "show_more",
    "show_password",
    "skel",
    "skel_cards",
    "skel_rows",
    "skel_text",
    "skeleton",
    "skip_link",
    "sr",
    "starting",
    "stat",
    "status_dot",
    "stored_check",
    "tabs",
    "td",
    "text_cell",
    "text_input",
    "textarea",
    "theme_toggle",
    "time_left",
    "timer",
    "toaster",
    "toggle",
    "tr",
    "verdict",
    "when",
]
