"""What the pages of questions do, in one state: all of it travels with each first state."""
