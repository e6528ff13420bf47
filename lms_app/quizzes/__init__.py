"""Quizzes: attempts, answers, grading. `service` is where to begin; a kind of question is a file in `kinds`."""
