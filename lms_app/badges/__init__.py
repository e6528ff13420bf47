"""Badges: who earns them by which rule, their pictures, and what others can check of them."""
