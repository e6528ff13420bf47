"""States of the pages of this room, one module per page."""
