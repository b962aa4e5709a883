"""Loaded first: the tests make their own database as its owner, in a data folder of their own.

Once it is made, every connection works as the application role, as in the running portal (conftest).
"""

import os
from pathlib import Path

os.environ.setdefault("PORTAL_DATABASE_ROLE", "owner")
os.environ.setdefault("PORTAL_DATA", str(Path(__file__).resolve().parent.parent / "var" / "test"))
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests
