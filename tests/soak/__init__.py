"""Randomised runs against the sandbox while everything goes wrong: `python -m tests.soak --help`.

What is promised, how it is judged and what was found: docs/reliability.md.
"""
