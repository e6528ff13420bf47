"""The pages of the gradebook, one module a page."""
