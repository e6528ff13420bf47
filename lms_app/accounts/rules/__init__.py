"""Pure functions: what a good password, address, name, picture and next page are."""
