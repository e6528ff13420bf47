"""Handlers of the quiz pages, one module per page."""
