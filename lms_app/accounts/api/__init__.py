"""The way in over HTTP: `forms` for browsers at `/auth`, `rest` for programs at `/api/v1`, over the same functions."""

from lms_app.accounts.api import forms, keys, rest

ROUTERS = (forms.router, *rest.ROUTERS, keys.router)
