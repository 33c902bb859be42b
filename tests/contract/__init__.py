"""The document as a promise: every answer of every test is held to it, and these tests look for what breaks it."""

from tests.contract.document import Contract

__all__ = ["Contract"]
