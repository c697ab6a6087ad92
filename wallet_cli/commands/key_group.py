"""`pochi key`: the group, put together from its two modules."""

from __future__ import annotations

from wallet_cli.commands.key import list_, new, revoke_, rotate, show
from wallet_cli.commands.key_backup import backup, restore
from wallet_cli.running import group

key = group("key", list_, show, new, backup, restore, rotate, revoke_)
