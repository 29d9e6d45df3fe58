from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """The mark by which this part, of a minute or two, can be chosen or left out."""
    config.addinivalue_line("markers", "conformance: CPython's own tests, bare and watched")
