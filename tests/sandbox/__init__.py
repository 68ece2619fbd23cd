"""The platforms that `edtech.lti` talks to, as one local server for tests and demonstrations.

It is written from the facts in `docs/platforms/`, never from the collection's own client code,
so that a misreading on one side shows up on the other.

`python -m tests.sandbox` starts it; `tests.sandbox.testing.Sandbox` runs it inside a test.
"""
