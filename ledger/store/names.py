"""Display names of people, beside the log so that they can be erased, and the tokens that changed them."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from ledger.store.schema import names, used_tokens


def use_token(connection: Connection, *, token_id: str, expires_us: int, now_us: int) -> bool:
    """Use a caller's token that works once. False: it was used before."""
    connection.execute(delete(used_tokens).where(used_tokens.c.expires_us < now_us))
    if (
        connection.execute(select(used_tokens.c.jti).where(used_tokens.c.jti == token_id)).scalar()
        is not None
    ):
        return False
    connection.execute(used_tokens.insert().values(jti=token_id, expires_us=expires_us))
    return True


def set_name(
    connection: Connection, *, party: str, name: str | None, token_id: str, expires_us: int, now_us: int
) -> bool:
    """Keep a name, or erase it. False, and nothing changed, if the token was used before."""
    if not use_token(connection, token_id=token_id, expires_us=expires_us, now_us=now_us):
        return False
    connection.execute(delete(names).where(names.c.party == party))
    if name is not None:
        connection.execute(names.insert().values(party=party, name=name, updated_us=now_us))
    return True


def read_name(connection: Connection, party: str) -> str | None:
    """The display name of a party, if it gave one."""
    found = connection.execute(select(names.c.name).where(names.c.party == party)).scalar()
    return None if found is None else str(found)
