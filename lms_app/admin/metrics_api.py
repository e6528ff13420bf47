"""`/metrics` for Prometheus. With `LMS_METRICS_TOKEN` for whoever sends it; without, only for this machine itself."""

from fastapi import Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Gauge

from lms_app.admin import service
from lms_app.core.errors import NotFound
from lms_app.core.work import SYSTEM, ask
from lms_app.web import metrics
from lms_app.web.api import Router
from lms_app.web.guard import public

router = Router(include_in_schema=False)
ROUTERS = (router,)


@router.get("/metrics")
@public
async def read_metrics(request: Request) -> Response:
    """Counts of requests and events, and what waits, in Prometheus' text format. Everybody else hears of no such address."""
    if not metrics.may_read(request):
        raise NotFound("There is no such address here.")
    found = await ask(SYSTEM, service.figures)
    registry = CollectorRegistry()
    outbox = Gauge("lectern_outbox_messages", "Messages that are not done", ["kind", "state"], registry=registry)
    for (kind, state), many in found.outbox.items():
        outbox.labels(kind, state).set(many)
    for name, words, value in (
        ("lectern_outbox_oldest_seconds", "How long the oldest due message has waited", found.oldest_waiting_seconds),
        ("lectern_attempts_open", "Quiz attempts under way", found.attempts_open),
        ("lectern_database_bytes", "Size of the database", found.database_bytes),
    ):
        Gauge(name, words, registry=registry).set(value)
    return Response(metrics.written(registry), headers={"Cache-Control": "no-store"}, media_type=metrics.CONTENT_TYPE)
