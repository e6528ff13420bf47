"""Handlers of the notification pages, one module per page."""
