"""Assignments: what is asked, what students hand in, until when, and what being late costs."""
