"""The outline as the course page and the player draw it."""

from lms_app.courses.views import Outline, OutlineGroup, OutlineRow, SideGroup, SideRow


def groups_of(outline: Outline) -> list[OutlineGroup]:
    """Modules with their rows."""
    return [
        OutlineGroup(
            id=module.id,
            title=f"{module.number}. {module.title}",
            note=module.note,
            percent=module.percent,
            current=module.current,
            rows=[OutlineRow(item.kind, item.title, item.state, item.note, item.url) for item in module.items],
        )
        for module in outline.modules
    ]


def side_of(outline: Outline) -> list[SideGroup]:
    """The same beside a lesson, where it comes with every text: only what is drawn there."""
    return [
        SideGroup(
            id=module.id,
            title=f"{module.number}. {module.title}",
            rows=[SideRow(item.title, item.state, item.note, item.url) for item in module.items],
        )
        for module in outline.modules
    ]
