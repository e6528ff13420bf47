"""A tool of the tests brings `requests` along, and engine.io would load it: five megabytes that no installation has."""

raise ImportError("not among the packages that are served")
