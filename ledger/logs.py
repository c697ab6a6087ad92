"""Logs: one event a line on stderr, as text for a person or as JSON for a program.

Whatever strangers may have sent, one event stays one line and moves no cursor: JSON escapes control characters by
itself, and the text form does the same. What is logged is chosen where it is logged: codes, ids and counts, never the
bytes of a request, never a name, never a key.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import time

LOG_FORMAT_VARIABLE = "DAFTARI_LOG_FORMAT"
"""How a parent tells its children in which form to log."""

JSON = "json"
TEXT = "text"
FORMATS = (JSON, TEXT)

# C0, delete, C1, the separators of lines and paragraphs, and what turns the direction of writing.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TRACE_INDENT = "  | "
_EXTRAS = ("request_id", "code", "order")
"""What may come with an event beside its words; each is a member of its own in JSON."""


def one_line(text: str) -> str:
    """The text with everything escaped that would end the line, move the cursor or turn the writing around."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class TextLines(logging.Formatter):
    """For a terminal: time, room, level, words. Lines of a traceback are indented, so that none looks like an event."""

    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        """One event."""
        told = [f"{name}={value}" for name, value in _extras(record).items()]
        head = " ".join([self.formatTime(record), record.name, record.levelname, record.getMessage(), *told])
        return "\n".join([one_line(head), *(_TRACE_INDENT + line for line in _trace(self, record))])


class JsonLines(logging.Formatter):
    """For a program: one JSON object a line, ASCII alone, time in UTC."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """One event."""
        members: dict[str, object] = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "room": record.name,
            "pid": record.process,
            "event": record.getMessage(),
        } | _extras(record)
        trace = _trace(self, record)
        return json.dumps(members | {"trace": trace} if trace else members)


def chosen_format(wish: str | None) -> str:
    """What was asked for, else what the parent said, else text at a terminal and JSON anywhere else."""
    wished = wish or os.environ.get(LOG_FORMAT_VARIABLE, "")
    if wished in FORMATS:
        return wished
    return TEXT if sys.stderr.isatty() else JSON


def start_logs(wish: str | None = None) -> None:
    """Log to stderr in the chosen form, and tell children to do the same."""
    form = chosen_format(wish)
    os.environ[LOG_FORMAT_VARIABLE] = form
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(JsonLines() if form == JSON else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[lines], force=True)


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name in _EXTRAS if (value := getattr(record, name, None)) is not None}


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    if not record.exc_info:
        return []
    return [one_line(line) for line in formatter.formatException(record.exc_info).splitlines()]
