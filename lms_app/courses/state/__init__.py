"""Handlers of the course pages, one module per page."""
