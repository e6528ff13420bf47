"""`python -m tests.check_migrations`: the migrations make exactly the tables that the code knows, on SQLite."""

import sys
import tempfile

from lms_app import migrate
from lms_app.core import db


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        db.use(db.open_database(f"sqlite:///{folder}/lectern.db"))
        migrate.migrate()
        migrate.check()
        db.database().dispose()
        db.use(None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
