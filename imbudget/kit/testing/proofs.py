"""The work that a browser does before a form of the public is taken."""

import base64
import hashlib
import json
from typing import Any


def solved(challenge: dict[str, Any]) -> str:
    """What the browser sends after its work."""
    for number in range(challenge["maxnumber"] + 1):
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest() == challenge["challenge"]:
            return base64.b64encode(json.dumps(challenge | {"number": number}).encode()).decode()
    raise AssertionError("no number solves it")
