"""`pochi api METHOD PATH`: the ledger's API as it is, with the caller's token put in."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import click

from wallet_cli.client import Caller, Reply, fault_of, problem_of
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.figures import read_span
from wallet_cli.running import command
from wallet_cli.session import Session
from wallet_cli.unlocking import unlock

BODY_BYTES_MAX = 8 * 1024 * 1024
TOKEN_LIFE_MAX_S = 86_400
_TEXTS = ("/v1/checkpoint", "/healthz", "/readyz", "/metrics")


@command("api")
@click.argument(
    "method", type=click.Choice(["GET", "POST", "PUT", "DELETE"], case_sensitive=False), required=False
)
@click.argument("path", default="")
@click.option("-d", "--data")
@click.option("--curl", is_flag=True)
@click.option("--token", "token_life")
def api(
    session: Session, *, method: str | None, path: str, data: str | None, curl: bool, token_life: str | None
) -> None:
    """Ask and print the answer. Reading uses the read key; what writes beside the log needs the passphrase."""
    if token_life is not None:
        _show_token(session, token_life, given=(method or "") + path + (data or ""))
        return
    if method is None:
        names = ", ".join(session.screen.say(f"argument.{name}") for name in ("method", "path"))
        raise WalletFault("usage_missing_options", ExitCode.USAGE, names=names, command="pochi api")
    if not path.startswith("/") or not path.isascii() or not path.isprintable():
        raise WalletFault("path_form", ExitCode.USAGE, typed=path[:40])
    screen, method = session.screen, method.upper()
    if curl:
        _print_curl(session, method, path, data)
        return
    if method == "GET" and path.partition("?")[0] in _TEXTS:
        text = session.reader.get_text(path)
        screen.show(text.rstrip("\n"))
        screen.show_json({"text": text})
        return
    members = session.reader.get(path) if method == "GET" else _write(session, method, path, data)
    screen.show(json.dumps(members, indent=2))
    screen.show_json(members)


def _show_token(session: Session, span: str, *, given: str) -> None:
    """A token that reads, for a tool such as Postman; longer than a few minutes in a sandbox only.

    Raises:
        WalletFault: `token_alone`, `not_a_sandbox`, `span_form`, `token_long`.
    """
    seconds = read_span(span)
    if given:
        raise WalletFault("token_alone", ExitCode.USAGE)
    if not session.profile.sandbox:
        raise WalletFault("token_not_sandbox", ExitCode.USAGE)
    if seconds > TOKEN_LIFE_MAX_S:
        raise WalletFault("token_long", ExitCode.USAGE, typed=span)
    session.check_ledger()
    profile, screen = session.profile, session.screen
    token = Caller(session.read_key(profile), profile.ledger_id, session.clock).token(life_s=seconds)
    screen.show(token)
    screen.tell(screen.say("api.token_told", url=profile.ledger_url))
    screen.show_json({"token": token, "expires_in": seconds})


def _write(session: Session, method: str, path: str, data: str | None) -> dict[str, object]:
    body = _body(data)
    if method == "POST":
        reply: Reply = session.reader.post_order(body.strip())
        if reply.status >= 400:
            raise fault_of(problem_of(reply), url=session.profile.ledger_url)
        return reply.members
    key = unlock(session, session.profile)
    return session.client(session.profile, caller=key).write(method, path, body).members


def _print_curl(session: Session, method: str, path: str, data: str | None) -> None:
    """The call as a curl command, with a token that is good for two minutes and, if it writes, for this body alone.

    Raises:
        WalletFault: `curl_body` for a body that would stand in the command itself.
    """
    if data is not None and data != "-" and not data.startswith("@"):
        raise WalletFault("curl_body", ExitCode.USAGE)
    profile, screen = session.profile, session.screen
    words = ["curl", "-sS", "-X", method]
    if method == "POST":
        words += ["-H", f"Content-Type: {_post_type(data)}"]
    else:
        key = session.read_key(profile) if method == "GET" else unlock(session, profile)
        caller = Caller(key, profile.ledger_id, session.clock)
        token = (
            caller.token() if method == "GET" else caller.token(method=method, path=path, body=_body(data))
        )
        words += ["-H", f"Authorization: Bearer {token}"]
        words += ["-H", "Content-Type: application/json"] if method != "GET" else []
    if data is not None:
        words += ["--data-binary", "@-" if data == "-" else data]
    line = shlex.join([*words, f"{profile.ledger_url}{path}"])
    screen.show(line)
    screen.tell(screen.say("api.curl_told"))
    screen.show_json({"curl": line})


def _post_type(data: str | None) -> str:
    """One order, or a JSON object of several: by its first character."""
    return "application/json" if _body(data)[:1] == b"{" else "application/jose"


def _body(data: str | None) -> bytes:
    """The text itself, `@FILE`, or `-` for standard input.

    Raises:
        WalletFault: `file_not_read`.
    """
    if data is None:
        return b""
    if data == "-":
        return sys.stdin.buffer.read(BODY_BYTES_MAX)
    if not data.startswith("@"):
        return data.encode("utf-8")
    path = Path(data[1:])
    try:
        with path.open("rb") as file:
            return file.read(BODY_BYTES_MAX)
    except OSError as error:
        why = error.strerror or ""
        raise WalletFault("file_not_read", ExitCode.USAGE, path=str(path), why=why) from error
