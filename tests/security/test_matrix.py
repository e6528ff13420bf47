"""T15, T02, T12: every route, for everybody who may stand to a course in a way of their own.

What is expected follows from the route's mark alone, but for what is somebody's own (`OWN`). The same is then asked with
the marks taken off, so that the services alone decide: the two must say the same, whatever one of them forgets.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from lms_app.policy import Role, may
from lms_app.web import api as web_api
from lms_app.web.edge import edge
from lms_app.web.guard import Mark, mark_of
from tests.security.school import WHO, School
from tests.web.test_guard import digest

pytestmark = [pytest.mark.anyio, pytest.mark.no_database]

TRUE_FALSE: dict[str, Any] = {"kind": "true_false", "stem": "Warm?", "spec": {"answer": True}}
RUBRIC: dict[str, Any] = {
    "kind": "rubric",
    "title": "Field notes",
    "criteria": [{"title": "Detail", "levels": [{"title": "Thin", "points": 1}, {"title": "Rich", "points": 3}]}],
}
LEVELS = {"observation": {"level": "O5"}, "method": {"level": "M5"}}
SAVE_ID = "0190b5a0-0000-7000-8000-000000000001"
NOBODY = "00000000-0000-4000-8000-000000000000"
Sent = Callable[[School], dict[str, Any]]


def _many(there: School) -> dict[str, Any]:
    return {"question_ids": [there.ids["unused_id"]]}


# What is sent, where it must be more than an address. Without `params` or `json` nothing is.
SENT: dict[str, Sent] = {
    "POST /api/v1/auth/register": lambda s: {
        "json": {"name": "New", "email": "new@example.org", "password": "seven kettles on the moon"}
    },
    "POST /api/v1/setup": lambda s: {
        "json": {"code": "x", "name": "New", "email": "new@example.org", "password": "seven kettles on the moon"}
    },
    "PATCH /api/v1/admin/settings": lambda s: {"json": {"version": 0, "name": "Mine"}},
    "GET /api/v1/admin/settings/accent": lambda s: {"params": {"colour": "#123456"}},
    "PUT /api/v1/admin/settings/logo": lambda s: {"content": b"no picture"},
    "POST /api/v1/admin/backups/{name}/check": lambda s: {"path": {"name": "lectern-20200101-000000.tar.gz"}},
    "POST /api/v1/auth/login": lambda s: {"json": {"email": "a@example.org", "password": "x"}},
    "POST /api/v1/auth/refresh": lambda s: {"json": {"refresh_token": "x"}},
    "POST /api/v1/auth/forgot": lambda s: {"json": {"email": "a@example.org"}},
    "POST /api/v1/auth/resend": lambda s: {"json": {"email": "a@example.org"}},
    "DELETE /api/v1/admin/mail/bounces/{address}": lambda s: {"path": {"address": "ada@example.org"}},
    "POST /api/v1/auth/reset": lambda s: {"json": {"token": "x", "password": "seven kettles on the moon"}},
    "POST /api/v1/auth/verify": lambda s: {"json": {"token": "x"}},
    "PUT /api/v1/me/streak": lambda s: {"json": {"shown": True}},
    "GET /api/v1/admin/analytics/{section}": lambda s: {"path": {"section": "learning"}},
    "GET /api/v1/admin/analytics/{section}/{figure}.csv": lambda s: {"path": {"section": "people", "figure": "active"}},
    "GET /admin/analytics.csv": lambda s: {"params": {"figure": "active"}},
    "GET /api/v1/admin/people/{user_id}/transcript": lambda s: {"path": {"user_id": s.ids["member_id"]}},
    "PATCH /api/v1/me": lambda s: {"json": {"zone": "Europe/Berlin"}},
    "DELETE /api/v1/me/sessions/{session_id}": lambda s: {"path": {"session_id": NOBODY}},
    "POST /api/v1/auth/password": lambda s: {"json": {"current": "x", "password": "y"}},
    "POST /api/v1/auth/email": lambda s: {"json": {"current": "x", "email": "a@example.org"}},
    "PUT /api/v1/me/avatar": lambda s: {"content": b"no picture"},
    "PUT /api/v1/courses/{slug}/lessons/{item_id}/place": lambda s: {"json": {"scroll": 5}},
    "POST /api/v1/courses/{slug}/requests/{user_id}/approve": lambda s: {"path": {"user_id": s.ids["asking_id"]}},
    "POST /api/v1/courses/{slug}/requests/{user_id}/decline": lambda s: {"path": {"user_id": s.ids["asking_id"]}},
    "PUT /api/v1/courses/{slug}/members/{user_id}": lambda s: {
        "path": {"user_id": s.ids["asking_id"]},
        "json": {"role": "student"},
    },
    "DELETE /api/v1/courses/{slug}/members/{user_id}": lambda s: {"path": {"user_id": s.ids["member_id"]}},
    "POST /api/v1/courses/{slug}/members": lambda s: {"json": {"people": [{"email": "new@example.org"}]}},
    "PUT /api/v1/notifications/settings": lambda s: {"json": {"pace": "daily"}},
    "PUT /api/v1/notifications/settings/{event}": lambda s: {"json": {"mail": False}},
    "POST /api/v1/courses/{slug}/announcements": lambda s: {"json": {"title": "News", "body": "Ponds."}},
    "PUT /api/v1/courses/{slug}/announcements/{announcement_id}": lambda s: {
        "json": {"title": "News", "body": "Ponds."}
    },
    "POST /api/v1/courses/{slug}/threads": lambda s: {"json": {"title": "Why?", "body": "Tell me."}},
    "POST /api/v1/threads/{thread_id}/answers": lambda s: {"json": {"body": "Because."}},
    "POST /api/v1/posts/{post_id}/replies": lambda s: {"json": {"body": "Because."}},
    "PATCH /api/v1/posts/{post_id}": lambda s: {"json": {"body": "Tell me more."}},
    "PUT /api/v1/posts/{post_id}/acceptance": lambda s: {"path": {"post_id": s.ids["answer_id"]}},
    "DELETE /api/v1/posts/{post_id}/acceptance": lambda s: {"path": {"post_id": s.ids["answer_id"]}},
    "POST /api/v1/posts/{post_id}/reports": lambda s: {
        "path": {"post_id": s.ids["answer_id"]},
        "json": {"reason": "Look at it"},
    },
    "POST /api/v1/posts/{post_id}/hide": lambda s: {"json": {"reason": "Not now"}},
    "POST /api/v1/courses/{slug}/groups": lambda s: {"json": {"name": "Another lab"}},
    "PATCH /api/v1/courses/{slug}/groups/{group_id}": lambda s: {"json": {"name": "Pond lab"}},
    "PUT /api/v1/courses/{slug}/groups/{group_id}/members/{user_id}": lambda s: {
        "path": {"user_id": s.ids["member_id"]}
    },
    "DELETE /api/v1/courses/{slug}/groups/{group_id}/members/{user_id}": lambda s: {
        "path": {"user_id": s.ids["member_id"]}
    },
    "PUT /api/v1/courses/{slug}/items/{item_id}/overrides": lambda s: {
        "json": {"user_id": s.ids["member_id"], "released": True}
    },
    "PUT /api/v1/courses/{slug}/members/{user_id}/extra-time": lambda s: {
        "path": {"user_id": s.ids["member_id"]},
        "json": {"percent": 25},
    },
    "POST /api/v1/invitations/{token}/register": lambda s: {
        "json": {"name": "New", "password": "seven kettles on the moon"}
    },
    "POST /api/v1/courses/{slug}/invitations": lambda s: {"json": {}},
    "POST /api/v1/courses": lambda s: {"json": {"title": "A course of mine"}},
    "PATCH /api/v1/courses/{slug}": lambda s: {"json": {"summary": "Ponds"}},
    "POST /api/v1/courses/{slug}/modules": lambda s: {"json": {"title": "Third"}},
    "PATCH /api/v1/courses/{slug}/modules/{module_id}": lambda s: {"json": {"title": "First"}},
    "POST /api/v1/courses/{slug}/modules/{module_id}/move": lambda s: {"json": {"place": 1}},
    "POST /api/v1/courses/{slug}/modules/{module_id}/items": lambda s: {"json": {"kind": "lesson", "title": "L"}},
    "POST /api/v1/courses/{slug}/modules/{module_id}/restore": lambda s: {"path": {"module_id": s.ids["gone_id"]}},
    "PUT /api/v1/courses/{slug}/lessons/{item_id}/draft": lambda s: {"json": {"body": "Draft"}},
    "POST /api/v1/courses/{slug}/lessons/{item_id}/publish": lambda s: {"json": {"body": "Published"}},
    "GET /api/v1/courses/{slug}/lessons/{item_id}/versions/{text_id}": lambda s: {
        "path": {"text_id": s.ids["text_id"]}
    },
    "POST /api/v1/courses/{slug}/lessons/{item_id}/versions/{text_id}/restore": lambda s: {
        "path": {"text_id": s.ids["text_id"]}
    },
    "POST /api/v1/courses/{slug}/items/{item_id}/restore": lambda s: {"path": {"item_id": s.ids["removed_id"]}},
    "PUT /api/v1/courses/{slug}/prerequisites": lambda s: {"json": {"courses": []}},
    "POST /api/v1/courses/{slug}/copy": lambda s: {"json": {"title": "Once more"}},
    "POST /api/v1/courses/{slug}/modules/{module_id}/lessons": lambda s: {"json": {"title": "L", "body": "Text"}},
    "PUT /api/v1/courses/{slug}/lessons/{item_id}": lambda s: {"json": {"body": "Other text"}},
    "PATCH /api/v1/courses/{slug}/items/{item_id}": lambda s: {"json": {"minutes": 7}},
    "POST /api/v1/courses/{slug}/items/{item_id}/move": lambda s: {
        "json": {"module_id": s.ids["second_id"], "place": 0}
    },
    "POST /api/v1/quizzes": lambda s: {"json": {"module_id": s.ids["module_id"], "title": "Another"}},
    "PATCH /api/v1/quizzes/{item_id}": lambda s: {"json": {"attempts_allowed": 9}},
    "POST /api/v1/quizzes/{item_id}/questions": lambda s: {"json": TRUE_FALSE},
    "PUT /api/v1/quizzes/questions/{question_id}": lambda s: {"json": TRUE_FALSE},
    "POST /api/v1/quizzes/slots/{slot_id}/move": lambda s: {"json": {"step": 1}},
    "POST /api/v1/quizzes/questions/{question_id}/try": lambda s: {"json": {"version": 1, "value": {"choice": "true"}}},
    "POST /api/v1/quizzes/{item_id}/slots": lambda s: {"json": {"question_ids": [s.ids["question_id"]]}},
    "POST /api/v1/quizzes/{item_id}/draws": lambda s: {"json": {"draws": 1}},
    "PUT /api/v1/quizzes/{item_id}/draws/{slot_id}": lambda s: {
        "path": {"slot_id": s.ids["draw_id"]},
        "json": {"draws": 2},
    },
    "POST /api/v1/quizzes/{item_id}/sections": lambda s: {"json": {"title": "Ponds"}},
    "PUT /api/v1/quizzes/{item_id}/sections/{slot_id}": lambda s: {
        "path": {"slot_id": s.ids["section_id"]},
        "json": {"title": "Rivers"},
    },
    "POST /api/v1/courses/{slug}/questions": lambda s: {"json": {"questions": [TRUE_FALSE]}},
    "POST /api/v1/courses/{slug}/questions/tags": lambda s: {"json": {**_many(s), "add": ["ponds"]}},
    "POST /api/v1/courses/{slug}/questions/category": lambda s: {"json": {**_many(s), "category_id": None}},
    "POST /api/v1/courses/{slug}/questions/difficulty": lambda s: {"json": {**_many(s), "difficulty": "easy"}},
    "POST /api/v1/courses/{slug}/questions/remove": lambda s: {"json": _many(s)},
    "POST /api/v1/courses/{slug}/questions/restore": lambda s: {"json": {"question_ids": [s.ids["gone_question_id"]]}},
    "POST /api/v1/courses/{slug}/question-categories": lambda s: {"json": {"name": "Ponds"}},
    "PUT /api/v1/question-categories/{category_id}": lambda s: {"json": {"name": "Ponds"}},
    "POST /api/v1/assignments": lambda s: {"json": {"module_id": s.ids["module_id"], "title": "Another"}},
    "PATCH /api/v1/assignments/{item_id}": lambda s: {"json": {"files_max": 3}},
    "POST /api/v1/assignments/{item_id}/draft": lambda s: {"path": {"item_id": s.ids["sketch_id"]}},
    "POST /api/v1/assignments/{item_id}/feedback": lambda s: {
        "path": {"item_id": s.ids["diary_id"]},
        "json": {"file_id": s.ids["zip_id"]},
    },
    "GET /api/v1/submissions/{submission_id}/draft": lambda s: {"path": {"submission_id": s.ids["draft_id"]}},
    "PUT /api/v1/submissions/{submission_id}/draft": lambda s: {
        "path": {"submission_id": s.ids["draft_id"]},
        "json": {"body": "A line."},
    },
    "POST /api/v1/submissions/{submission_id}/submit": lambda s: {
        "path": {"submission_id": s.ids["draft_id"]},
        "json": {"body": "A line.", "agreed": True},
    },
    "POST /api/v1/submissions/{submission_id}/withdraw": lambda s: {"path": {"submission_id": s.ids["entry_id"]}},
    "POST /api/v1/submissions/{submission_id}/reopen": lambda s: {"path": {"submission_id": s.ids["entry_id"]}},
    "POST /api/v1/assignments/{item_id}/allocations": lambda s: {
        "json": {"marker_ids": [s.people["instructor"].id.hex]}
    },
    "PUT /api/v1/submissions/{submission_id}/marking": lambda s: {"json": {"marks": LEVELS, "seen": 1}},
    "PUT /api/v1/submissions/{submission_id}/marking/draft": lambda s: {"json": {"values": {"comment": "Nearly"}}},
    "PUT /api/v1/submissions/{submission_id}/marker": lambda s: {"json": {"marker_id": s.people["instructor"].id.hex}},
    "POST /api/v1/submissions/{submission_id}/notes": lambda s: {
        "json": {"body": "Here", "start": 0, "end": 5, "quote": "Forty"}
    },
    "PUT /api/v1/submission-notes/{note_id}": lambda s: {"json": {"body": "There"}},
    "POST /api/v1/courses/{slug}/rubrics": lambda s: {"json": RUBRIC},
    "DELETE /api/v1/rubrics/{rubric_id}": lambda s: {"path": {"rubric_id": s.ids["spare_rubric_id"]}},
    "PUT /api/v1/rubrics/{rubric_id}": lambda s: {"json": RUBRIC},
    "POST /api/v1/courses/{slug}/saved-comments": lambda s: {"json": {"text": "Cite it."}},
    "PUT /api/v1/saved-comments/{comment_id}": lambda s: {"json": {"text": "Cite your source."}},
    "PUT /api/v1/attempts/{attempt_id}/questions/{number}/flag": lambda s: {"json": {"flagged": True}},
    "POST /api/v1/attempts/{attempt_id}/answers": lambda s: {
        "json": {
            "question_id": s.ids["shown_id"],
            "save_id": SAVE_ID,
            "base_seq": 0,
            "value": {"choice": "right"},
        }
    },
    "GET /api/v1/attempts/{attempt_id}/questions/{number}/mark": lambda s: {"path": _essay(s)},
    "PUT /api/v1/attempts/{attempt_id}/questions/{number}/mark": lambda s: {"path": _essay(s), "json": {"points": 1}},
    "GET /api/v1/attempts/{attempt_id}/result": lambda s: {"path": {"attempt_id": s.ids["over_id"]}},
    "PUT /api/v1/grade-items/{grade_item_id}/marks/{user_id}": lambda s: {**_learner(s), "json": {"points": 7}},
    "GET /api/v1/grade-items/{grade_item_id}/marks/{user_id}": lambda s: _learner(s),
    "POST /api/v1/grade-items/{grade_item_id}/marks/{user_id}/undo": lambda s: {
        **_learner(s),
        "json": {"seq": s.ids["mark_seq"]},
    },
    "POST /api/v1/grade-items/{grade_item_id}/fill": lambda s: {"json": {"text": "5"}},
    "PUT /api/v1/grade-items/{grade_item_id}": lambda s: {"json": {"title": "A talk"}},
    "POST /api/v1/grade-items/{grade_item_id}/move": lambda s: {"json": {"step": -1}},
    "POST /api/v1/grade-items/{grade_item_id}/restore": lambda s: {"path": {"grade_item_id": s.ids["gone_column_id"]}},
    "PUT /api/v1/grade-categories/{grade_category_id}": lambda s: {"json": {"name": "Tests"}},
    "GET /api/v1/courses/{slug}/gradebook/totals/{user_id}": lambda s: _learner(s),
    "PUT /api/v1/courses/{slug}/gradebook/totals/{user_id}": lambda s: {
        **_learner(s),
        "json": {"share": "0.9", "reason": "A talk beside"},
    },
    "PUT /api/v1/courses/{slug}/gradebook/setup": lambda s: {"json": {"method": "weighted"}},
    "POST /api/v1/courses/{slug}/gradebook/categories": lambda s: {"json": {"name": "Labs"}},
    "POST /api/v1/courses/{slug}/gradebook/columns": lambda s: {"json": {"title": "Paper", "points_max": 10}},
    "POST /api/v1/courses/{slug}/gradebook/import/preview": lambda s: {"content": _sheet(s).encode()},
    "POST /api/v1/courses/{slug}/gradebook/import": lambda s: {
        "params": {"digest": hashlib.sha256(b"").hexdigest()},
        "content": _sheet(s).encode(),
    },
    "POST /api/v1/courses/{slug}/grades/what-if": lambda s: {"json": {"marks": {s.ids["grade_item_id"]: "9"}}},
    "POST /api/v1/certificates": lambda s: {"json": {"course_id": s.ids["course_id"], "user_id": s.ids["member_id"]}},
    "POST /api/v1/certificates/{certificate_id}/revoke": lambda s: {"json": {"reason": "A mistake"}},
    "POST /api/v1/courses/{slug}/badges": lambda s: {"json": {"name": "Another"}},
    "POST /api/v1/admin/badges": lambda s: {"json": {"name": "Of the site"}},
    "PUT /api/v1/badges/{badge_id}": lambda s: {"json": {"name": "Helper"}},
    "POST /api/v1/badges/{badge_id}/status": lambda s: {"json": {"status": "active"}},
    "POST /api/v1/badges/{badge_id}/awards": lambda s: {"json": {"user_id": s.ids["member_id"]}},
    "POST /api/v1/badges/awards/{award_id}/revoke": lambda s: {"json": {"reason": "A mistake"}},
    "PUT /api/v1/me/badges/{award_id}/public": lambda s: {"json": {"public": True}},
    "PUT /api/v1/me/badge-shelf": lambda s: {"json": {"public": True}},
    "GET /api/v1/search": lambda s: {"params": {"q": "pond"}},
    "GET /api/v1/badge-checks/awards/{code}": lambda s: {"path": {"code": s.ids["award_code"]}},
    "GET /api/v1/badge-checks/shelves/{code}": lambda s: {"path": {"code": s.ids["shelf_code"]}},
    "POST /api/v1/badge-checks": lambda s: {"content": b"no badge"},
    "POST /api/v1/certificates/{certificate_id}/reissue": lambda s: {"json": {"reason": "Misspelt"}},
    "POST /api/v1/courses/{slug}/certificates/award": lambda s: {"json": {}},
    "PUT /api/v1/courses/{slug}/certificates/terms": lambda s: {"json": {"valid_months": 12}},
    "POST /api/v1/certificate-designs": lambda s: {"json": {"name": "Rings"}},
    "PUT /api/v1/certificate-designs/{design_id}": lambda s: {"json": {"design": {"layout": "classic"}}},
    "POST /api/v1/certificate-designs/{design_id}/default": lambda s: {"path": {"design_id": s.ids["site_design_id"]}},
    "POST /api/v1/courses/{slug}/certificate-designs": lambda s: {"json": {"name": "Rings"}},
    "POST /api/v1/courses/{slug}/certificate-designs/adapt": lambda s: {"json": {"design_id": s.ids["site_design_id"]}},
    "POST /api/v1/courses/{slug}/questions/import": lambda s: {"json": {"text": "Warm? {T}"}},
    "POST /api/v1/courses/{slug}/questions/import/preview": lambda s: {"json": {"text": "Warm? {T}"}},
    "POST /api/v1/imports": lambda s: {"params": {"course": s.ids["slug"], "name": "a.gift"}, "content": b"Warm? {T}"},
    "GET /api/v1/imports/{import_id}": lambda s: {"path": {"import_id": s.ids["package_id"]}},
    "POST /api/v1/imports/{import_id}/commit": lambda s: {"path": {"import_id": s.ids["package_id"]}, "json": {}},
    "DELETE /api/v1/imports/{import_id}": lambda s: {"path": {"import_id": s.ids["package_id"]}},
    "POST /api/v1/exports": lambda s: {"json": {"course": s.ids["slug"], "format": "gift"}},
    "GET /api/v1/exports/{export_id}/file": lambda s: {"path": {"export_id": s.ids["written_id"]}},
    "POST /api/v1/course-trees": lambda s: {"content": b"no zip"},
    "POST /api/v1/course-trees/preview": lambda s: {"content": b"no zip"},
    "POST /api/v1/courses/{slug}/quizzes/import-gift": lambda s: {"json": {"title": "G", "text": "Warm? {T}"}},
    "PUT /api/v1/admin/maintenance": lambda s: {"json": {}},
    "POST /api/v1/admin/people": lambda s: {"json": {"name": "New", "email": "new@example.org"}},
    "PUT /api/v1/admin/people/{user_id}/role": lambda s: {
        "path": {"user_id": s.ids["member_id"]},
        "json": {"role": "instructor"},
    },
    "POST /api/v1/admin/people/{user_id}/suspend": lambda s: {"path": {"user_id": s.ids["member_id"]}},
    "POST /api/v1/admin/people/{user_id}/restore": lambda s: {"path": {"user_id": s.ids["member_id"]}},
    "POST /api/v1/admin/people/bulk": lambda s: {"json": {"action": "suspend", "user_ids": [s.ids["member_id"]]}},
    "POST /api/v1/admin/people/{user_id}/reset": lambda s: {"path": {"user_id": s.ids["member_id"]}},
    "POST /api/v1/admin/people/{user_id}/merge": lambda s: {
        "path": {"user_id": s.people["stranger"].id.hex},
        "json": {"gone_id": s.ids["member_id"]},
    },
    "POST /api/v1/admin/imports": lambda s: {"params": {"name": "a.csv"}, "content": b"email,name\n"},
    "PATCH /api/v1/admin/imports/{import_id}/files/{number}": lambda s: {
        "path": {"number": 0},
        "json": {"encoding": "utf-8"},
    },
    "POST /api/v1/admin/imports/{import_id}/confirm": lambda s: {"json": {"invites": False}},
    "POST /api/v1/admin/cohorts": lambda s: {"json": {"name": "Year 2"}},
    "PUT /api/v1/admin/cohorts/{cohort_id}": lambda s: {"json": {"name": "Year 3"}},
    "POST /api/v1/admin/cohorts/{cohort_id}/members": lambda s: {"json": {"emails": s.people["student"].email}},
    "POST /api/v1/admin/cohorts/{cohort_id}/courses": lambda s: {"json": {"slug": s.ids["slug"]}},
    "POST /api/v1/admin/services": lambda s: {"json": {"name": "Registrar"}},
    "POST /api/v1/admin/services/{service_id}/keys": lambda s: {"json": {"name": "Nightly"}},
    "POST /api/v1/me/erasure": lambda s: {"json": {"password": "not theirs"}},
    "POST /api/v1/me/consents": lambda s: {"json": {"policy_ids": [s.ids["policy_id"]], "agreed": True}},
    "POST /api/v1/admin/people/{user_id}/erase": lambda s: {
        "path": {"user_id": s.ids["member_id"]},
        "json": {"reason": "asked", "password": "not theirs"},
    },
    "POST /api/v1/admin/retention/{name}": lambda s: {"path": {"name": "sessions"}},
    "POST /api/v1/admin/policies": lambda s: {"json": {"kind": "terms", "body": "Be kind."}},
    "POST /api/v1/me/keys": lambda s: {"json": {"name": "Mine"}},
    "DELETE /api/v1/me/keys/{key_id}": lambda s: {"path": {"key_id": NOBODY}},
    "POST /api/v1/files": lambda s: {
        "params": {"scope": "lesson", "scope_id": s.ids["item_id"], "name": "a.txt"},
        "content": b"words",
    },
}

# What is somebody's own, or asks of the service more than a mark can say, for: visitor, stranger, student, assistant,
# instructor, other instructor, admin.
_MINE = (401, 404, 200, 404, 404, 404, 404)
_MARKERS = (401, 404, 404, 200, 200, 404, 200)
OWN: dict[str, tuple[int, ...]] = {
    # Whom nobody knows may come this far; what is sent is worth nothing.
    "POST /api/v1/auth/login": (401,) * 7,
    # Somebody runs this place already.
    "POST /api/v1/setup": (404,) * 7,
    "PUT /api/v1/admin/settings/logo": (401, *(403,) * 5, 422),
    "POST /api/v1/admin/backups/{name}/check": (401, *(403,) * 5, 404),
    "POST /api/v1/auth/refresh": (401,) * 7,
    "POST /api/v1/auth/reset": (404,) * 7,
    "POST /api/v1/auth/verify": (404,) * 7,
    # The school's link was handed around, not mailed: it makes nobody an account.
    "POST /api/v1/invitations/{token}/register": (401, *(409,) * 6),
    "POST /api/v1/auth/password": (401, *(422,) * 6),
    "POST /api/v1/auth/email": (401, *(422,) * 6),
    "PUT /api/v1/me/avatar": (401, *(422,) * 6),
    "POST /api/v1/auth/proof": (401, *(409,) * 6),
    "POST /api/v1/admin/mail/bounces": (
        401,
        *(403,) * 5,
        422,
    ),  # what is sent is no report: see tests/core/test_bounces
    "DELETE /api/v1/me/sessions/{session_id}": (401, *(404,) * 6),
    "DELETE /api/v1/me/keys/{key_id}": (401, *(404,) * 6),
    "POST /api/v1/notifications/{notification_id}/read": (401, 404, 200, 404, 404, 404, 404),
    # Only who teaches makes courses; only who is in leaves, and not the last instructor.
    "POST /api/v1/courses": (401, 403, 403, 403, 200, 200, 200),
    "POST /api/v1/course-trees": (401, 403, 403, 422, 422, 422, 422),
    # What comes in or goes out is for whoever asked for it, who writes in its course.
    "POST /api/v1/imports": (401, 404, 403, 200, 200, 404, 200),
    "POST /api/v1/exports": (401, 404, 403, 200, 200, 404, 200),
    **dict.fromkeys(
        (
            "GET /api/v1/imports/{import_id}",
            "POST /api/v1/imports/{import_id}/commit",
            "DELETE /api/v1/imports/{import_id}",
            "GET /api/v1/exports/{export_id}",
            "GET /api/v1/exports/{export_id}/file",
            "DELETE /api/v1/exports/{export_id}",
        ),
        (401, 404, 404, 404, 200, 404, 200),
    ),
    "POST /api/v1/course-trees/preview": (401, 403, 403, 422, 422, 422, 422),
    "POST /api/v1/courses/{slug}/leave": (401, 404, 200, 200, 409, 404, 404),
    "POST /api/v1/courses/{slug}/reminder": (401, *(409,) * 6),
    "GET /api/v1/courses/{slug}/progress": (401, 404, 200, 200, 200, 404, 404),
    # An attempt is its student's; the result is for whoever grades, too.
    **{
        f"{verb} /api/v1/attempts/{{attempt_id}}{rest}": _MINE
        for verb, rest in (
            ("GET", ""),
            ("GET", "/questions"),
            ("GET", "/questions/{number}"),
            ("PUT", "/questions/{number}/flag"),
            ("POST", "/answers"),
            ("GET", "/review"),
            ("POST", "/submit"),
        )
    },
    "POST /api/v1/attempts/{attempt_id}/questions/{number}/check": (401, 404, 409, 404, 404, 404, 404),
    "GET /api/v1/attempts/{attempt_id}/result": (401, 404, 200, 200, 200, 404, 200),
    # Nobody's trial is anybody else's, and a student's attempt is none.
    "DELETE /api/v1/attempts/{attempt_id}": (401, *(404,) * 6),
    "GET /api/v1/attempts/{attempt_id}/questions/{number}/mark": (401, 404, 404, 200, 200, 404, 200),
    "PUT /api/v1/attempts/{attempt_id}/questions/{number}/mark": (401, 404, 404, 200, 200, 404, 200),
    # A draft is its student's alone, and so is taking work back; what was submitted is for whoever grades, too.
    "GET /api/v1/submissions/{submission_id}": (401, 404, 200, 200, 200, 404, 200),
    "GET /api/v1/submissions/{submission_id}/draft": _MINE,
    "PUT /api/v1/submissions/{submission_id}/draft": _MINE,
    "POST /api/v1/submissions/{submission_id}/submit": _MINE,
    "POST /api/v1/submissions/{submission_id}/withdraw": _MINE,
    "POST /api/v1/assignments/{item_id}/attempts": (401, 404, 409, 403, 403, 404, 403),
    # Work is its student's, and its marking the staff's: of that not even its student hears.
    **dict.fromkeys(
        (
            "GET /api/v1/submissions/{submission_id}/marking",
            "PUT /api/v1/submissions/{submission_id}/marking",
            "PUT /api/v1/submissions/{submission_id}/marking/draft",
            "PUT /api/v1/submissions/{submission_id}/marker",
            "POST /api/v1/submissions/{submission_id}/notes",
            "PUT /api/v1/submission-notes/{note_id}",
            "DELETE /api/v1/submission-notes/{note_id}",
        ),
        _MARKERS,
    ),
    "GET /api/v1/submissions/{submission_id}/feedback": (401, 404, 200, 200, 200, 404, 200),
    "GET /api/v1/assignments/{item_id}/feedback": _MINE,
    # A post is its author's, who has no second vote for their own question, and no report of their own answer.
    "PATCH /api/v1/posts/{post_id}": (401, 404, 200, 403, 403, 404, 403),
    "DELETE /api/v1/posts/{post_id}": (401, 404, 200, 403, 403, 404, 403),
    **dict.fromkeys(
        ("PUT /api/v1/threads/{thread_id}/vote", "DELETE /api/v1/threads/{thread_id}/vote"),
        (401, 404, 409, 200, 200, 404, 200),
    ),
    "POST /api/v1/posts/{post_id}/reports": (401, 404, 200, 200, 409, 404, 200),
    # A copy of one's data is its owner's alone: administrators have no way to it either. Nobody here has a password.
    "GET /api/v1/me/take-outs/{take_out_id}": _MINE,
    "GET /api/v1/me/take-outs/{take_out_id}/file": _MINE,
    "POST /api/v1/me/erasure": (401, *(422,) * 6),
    "POST /api/v1/admin/people/{user_id}/erase": (401, *(403,) * 5, 422),
    "GET /api/v1/certificates/{certificate_id}": (401, 404, 200, 200, 200, 404, 200),
    "GET /api/v1/certificates/{certificate_id}/pdf": (401, 404, 200, 200, 200, 404, 200),
    # Of its course a design is the staff's; those of the site are for whoever teaches.
    "GET /api/v1/certificate-designs": (401, 404, 404, 404, 200, 200, 200),
    "GET /api/v1/certificate-designs/{design_id}": (401, 404, 403, 200, 200, 404, 200),
    "GET /api/v1/certificate-designs/{design_id}/preview": (401, 404, 403, 200, 200, 404, 200),
    "PUT /api/v1/certificate-designs/{design_id}": (401, 404, 403, 403, 200, 404, 200),
    "DELETE /api/v1/certificate-designs/{design_id}": (401, 404, 403, 403, 200, 404, 200),
    "POST /api/v1/certificate-designs": (401, 404, 404, 404, 403, 403, 200),
    "POST /api/v1/certificate-designs/{design_id}/default": (401, 404, 404, 404, 403, 403, 200),
    # Its holder alone consents; the staff may know of it.
    "PUT /api/v1/certificates/{certificate_id}/share": (401, 404, 200, 403, 403, 404, 403),
    "DELETE /api/v1/certificates/{certificate_id}/share": (401, 404, 200, 403, 403, 404, 403),
    "POST /api/v1/certificates": (401, 404, 403, 403, 409, 404, 409),  # one is valid: see tests/credentials
    "POST /api/v1/badges/{badge_id}/awards": (401, 404, 403, 409, 409, 404, 409),  # they have it: see tests/badges
    # A badge is its holder's.
    "GET /api/v1/me/badges/{award_id}": _MINE,
    "GET /api/v1/me/badges/{award_id}/file": _MINE,
    "PUT /api/v1/me/badges/{award_id}/public": _MINE,
    "GET /api/v1/files/{file_id}": (401, 404, 200, 200, 200, 404, 200),
    "POST /api/v1/files": (401, 404, 403, 200, 200, 404, 200),
    "DELETE /api/v1/files/{file_id}": (401, 404, 403, 200, 200, 404, 200),
}
# What a visitor hears from the services alone. It is no less of a no; and who is not signed in may sign out.
ALONE: dict[str, int] = {
    "POST /api/v1/auth/logout": 200,
    "GET /api/v1/attempts/{attempt_id}/result": 404,
    "GET /api/v1/attempts/{attempt_id}/questions/{number}/mark": 404,
    "PUT /api/v1/attempts/{attempt_id}/questions/{number}/mark": 404,
    **{label: 404 for label, statuses in OWN.items() if statuses is _MARKERS},
    "GET /api/v1/submissions/{submission_id}/feedback": 404,
    "GET /api/v1/submissions/{submission_id}": 404,
    "GET /api/v1/submissions/{submission_id}/draft": 404,
    "PUT /api/v1/submissions/{submission_id}/draft": 404,
    "POST /api/v1/submissions/{submission_id}/submit": 404,
    "POST /api/v1/submissions/{submission_id}/withdraw": 404,
}


def _sheet(there: School) -> str:
    """Marks as they are: nothing in it changes."""
    return f"ID,Talk\n{there.ids['member_id']},8\n"


def _learner(there: School) -> dict[str, Any]:
    return {"path": {"user_id": there.ids["member_id"]}}


def _essay(there: School) -> dict[str, Any]:
    """The one answer that is marked by hand."""
    return {"attempt_id": there.ids["over_id"], "number": 7}


def expected(mark: Mark) -> tuple[int, ...]:
    if mark.who == "public":
        return (200,) * 7
    if mark.who == "signed_in":
        return (401, *(200,) * 6)
    if mark.who == "admin":
        return (401, *(403,) * 5, 200)
    assert mark.can is not None
    of = {role: 200 if may(role, mark.can) else 403 for role in Role}
    staff = of[Role.INSTRUCTOR]
    return 401, 404, of[Role.STUDENT], of[Role.ASSISTANT], staff, 404, staff


def routes(root: Any) -> dict[str, Mark]:
    """Verb and path of everything that programs may call, with its mark."""
    found: dict[str, Mark] = {}
    for route in iter_route_contexts(root.api.routes):
        mark = mark_of(route.endpoint)
        if mark is not None and str(route.path).startswith("/api/"):
            found |= {f"{verb} {route.path}": mark for verb in route.methods or ()}
    return found


def address(path: str, there: School, given: dict[str, Any]) -> str:
    kinds = {"/quizzes/": "quiz_id", "/assignments/": "assignment_id"}
    known = dict(there.ids)
    known["item_id"] = next((there.ids[name] for part, name in kinds.items() if part in path), known["item_id"])
    return path.format_map(known | given.pop("path", {}))


def test_the_walk_sees_every_route(root: Any) -> None:
    known = {f"{verb.upper()} {path}" for path, verbs in root.api.openapi()["paths"].items() for verb in verbs}

    assert len(known) > 80
    assert {label for label in known if "/api/" in label} <= set(routes(root))


def test_no_route_stands_without_the_gate_in_front(root: Any) -> None:
    found = [route for route in root.api.routes if isinstance(route, APIRoute)]

    assert len(found) > 80
    assert [route.path for route in found if not isinstance(route, web_api.GatedRoute)] == []


# Of each service by itself, the tests of strangers in each room tell: all of them by HTTP is for the long suite.
@pytest.mark.parametrize(
    "marked",
    [pytest.param(True, id="marks"), pytest.param(False, id="services alone", marks=pytest.mark.long)],
)
async def test_everybody_gets_what_is_theirs(
    root: Any, tmp_path: Any, begin: Any, monkeypatch: pytest.MonkeyPatch, marked: bool
) -> None:
    if not marked:
        monkeypatch.setattr(web_api, "mark_of", lambda _fn: Mark("public"))
    there = begin()
    clean = digest()
    wrong: list[str] = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(edge(tmp_path)(root.api), raise_app_exceptions=False),
        base_url="http://lectern.test",
    ) as client:

        async def ask(label: str, who: str, status: int) -> None:
            verb, path = label.split()
            given = SENT[label](there) if label in SENT else {}
            where = address(path, there, given)
            token = there.tokens.get(who)
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer = await client.request(verb, where, headers=headers, **given)
            if status != (200 if answer.is_success else answer.status_code):
                wrong.append(f"{label} as {who}: {answer.status_code}, not {status} {answer.text[:160]}")

        for label, mark in routes(root).items():
            wanted = OWN.get(label) or expected(mark)
            if not marked and label in ALONE:
                wanted = (ALONE[label], *wanted[1:])
            expects = dict(zip(WHO, wanted, strict=True))
            refused = {who: status for who, status in expects.items() if status >= 400}
            welcome = [who for who in expects if who not in refused]
            there = begin()
            for who, status in refused.items():
                await ask(label, who, status)
            if not label.startswith("GET") and digest() != clean:
                wrong.append(f"{label}: {', '.join(refused)} were refused, and yet something changed")
            for who in welcome:
                if not label.startswith("GET"):
                    there = begin()
                await ask(label, who, 200)
    assert not wrong, "\n" + "\n".join(wrong)
