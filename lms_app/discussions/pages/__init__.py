"""The pages of questions, one module each: Reflex splits the JavaScript by module."""
