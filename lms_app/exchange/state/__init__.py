"""Handlers of this room's pages."""
