"""The pages of the analytics room, one module each."""
