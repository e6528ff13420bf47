"""Handlers of the rubrics' pages."""
