"""Codes of government finance statistics (GFS): what revenue a bill item is. Six digits before, twelve now."""

from __future__ import annotations

import re

from ledger.faults import Fault, LedgerFault

_CODE = re.compile(r"[0-9]{6}(?:[0-9]{6})?", re.ASCII)


def parse_gfs_code(text: object) -> str:
    """A code of the old form, `140202`, or of the new one, `142201660128`.

    Raises:
        LedgerFault: MALFORMED with `what=gfs_code`.
    """
    if not isinstance(text, str) or _CODE.fullmatch(text) is None:
        raise LedgerFault(Fault.MALFORMED, what="gfs_code")
    return text
