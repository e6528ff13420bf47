"""Handlers of the administrator's pages, one module per page."""
