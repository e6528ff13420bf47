"""The notification pages, one module each: Reflex splits the JavaScript by module."""
