"""The dashboards of the whole site: what went on in a chosen time, beside the time before.

`spans` which time · `told` what may be told of few · `counting` roll-ups, filled by jobs · `people` `learning` `quizzes`
`retention` `running` the sections · `moment` what goes on now · `board` brings them together, for page, REST and CSV.
"""

from lms_app.admin.service.dashboards.board import analytics, analytics_sheet
from lms_app.admin.service.dashboards.counting import count_up, note_traffic
from lms_app.admin.service.dashboards.moment import now_panel

__all__ = ["analytics", "analytics_sheet", "count_up", "note_traffic", "now_panel"]
