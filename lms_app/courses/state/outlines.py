"""The outline as the course page and the player draw it."""

from lms_app.courses.views import Outline, OutlineGroup, OutlineRow


def groups_of(outline: Outline, *, here: str = "") -> list[OutlineGroup]:
    """Modules with their rows; `here` is the id of the item that the page shows."""
    return [
        OutlineGroup(
            id=module.id,
            title=f"{module.number}. {module.title}",
            note=module.note,
            percent=module.percent,
            current=module.current,
            rows=[
                OutlineRow(item.kind, item.title, item.state, item.note, item.url, here=item.id == here)
                for item in module.items
            ],
        )
        for module in outline.modules
    ]
