"""Rubrics: by what work is marked, in versions; and comments that a course's markers have saved."""
