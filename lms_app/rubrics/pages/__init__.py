"""Pages of the rubrics room, and parts for others: `parts` shows a rubric and marks by one."""
