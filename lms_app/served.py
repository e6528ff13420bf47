"""What the server loads: the app. Nothing is looked through for garbage before all of it is there, which took a sixth of
every start; `_lifespan` begins with it."""

import gc

gc.disable()

from lms_app.lms_app import app as app  # noqa: E402
