"""Pages of the badges room: `parts` lists and edits, for a course and for the site; `mine` is one's own."""
