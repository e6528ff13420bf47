"""What Reflex is told. The settings themselves live in `lms_app/core/settings.py`."""

import os
import sys
import sysconfig
from pathlib import Path

# Reflex looks for bun on the PATH only; ours is in the virtual environment, which need not be activated.
os.environ["PATH"] = os.pathsep.join(
    [str(Path(sys.executable).parent), sysconfig.get_path("scripts"), os.environ.get("PATH", "")]
)
# A message of the socket is an event: an answer has at most 50,000 characters.
os.environ.setdefault("REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE", str(256 * 1024))

import reflex as rx

from lms_app.core.settings import settings
from lms_app.web.bundle import OneFileOfIcons

config = rx.Config(
    app_name="lms_app",
    backend_host=settings.host,
    # Both on one port, and none of it is left in the built front end: see lms_app/build.py.
    frontend_port=settings.port,
    backend_port=settings.port,
    cors_allowed_origins=list(settings.origins),
    trusted_proxy_hops=settings.trusted_proxy_hops,
    state_manager_mode=rx.constants.StateManagerMode.REDIS
    if settings.redis_url
    else rx.constants.StateManagerMode.MEMORY,
    redis_url=settings.redis_url or None,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[rx.plugins.TailwindV4Plugin(), OneFileOfIcons()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
