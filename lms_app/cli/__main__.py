"""`python -m lms_app.cli`."""

from lms_app.cli import main

main()
