"""What the pages of the gradebook do."""
