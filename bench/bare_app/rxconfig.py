"""The bare app of the benchmarks: as little as Reflex can be told."""

import os

import reflex as rx

redis_url = os.environ.get("BENCH_REDIS_URL", "")

config = rx.Config(
    app_name="bare_app",
    telemetry_enabled=False,
    state_manager_mode=rx.constants.StateManagerMode.REDIS if redis_url else rx.constants.StateManagerMode.MEMORY,
    redis_url=redis_url or None,
    disable_plugins=[rx.plugins.SitemapPlugin],
)
