"""The quiz pages, one module each: Reflex splits the browser's code by Python module."""
