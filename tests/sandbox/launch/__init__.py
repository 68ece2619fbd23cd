"""Launches: what happens when a person clicks on a tool, for all platforms.

The platforms' own packages say what is in a launch (`canvas/launches.py`, `d2l/launches.py`,
`exam/launches.py`) and take every fact from their state. Here is what they share: the people who
click, the keys that sign, OpenID Connect's third-party login, tokens for services, and OAuth 1.0a.
"""
