"""Writes docs/reference/openapi.json, the API's description as it is served: `python -m tests.docs.openapi`."""

from __future__ import annotations

import json

from api.description import document
from tests.architecture.house import ROOT

FILE = ROOT / "docs" / "reference" / "openapi.json"


def text() -> str:
    """The whole file."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
