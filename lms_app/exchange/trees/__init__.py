"""The course tree: a whole course as Markdown and YAML in folders, for people and for git (`docs/course-tree.md`).

`yamls` writes and reads YAML · `shapes` says what each file holds · `pieces` what a course consists of, and where each
piece lies · `reading` makes pieces of a folder · `merging` compares three states of a course. None of it has a database.
"""
