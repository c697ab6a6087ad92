"""HTTPS: the ledger serves it, a wallet that trusts the authority pays over it, and one that does not is told."""

from __future__ import annotations

import datetime as dt
import http.client
import ipaddress
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ledger import delivering
from ledger.delivering import deliver
from ledger.instants import MachineClock
from ledger.receivers import read_receiver
from tests.operators import daftari
from tests.receiving import Receiving
from tests.servers import RunningLedger
from tests.wallets import Wallet

DAY = dt.timedelta(days=1)


class Certificate(NamedTuple):
    """A certificate and its key, as files."""

    certificate: Path
    key: Path


def self_signed(folder: Path, name: str) -> Certificate:
    """A fresh certificate for 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.fromtimestamp(MachineClock().wall_us() // 1_000_000, dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(folder / f"{name}.crt", folder / f"{name}.key")
    made.certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    made.key.chmod(0o600)
    return made


class SecureLedger(RunningLedger):
    """The same, over HTTPS."""

    trusted: Path

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"https://127.0.0.1:{self.port}"

    def ready(self) -> bool:
        """Whether it would answer an order now."""
        context = ssl.create_default_context(cafile=str(self.trusted))
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2, context=context) as answer:
                return int(answer.status) == 200
        except OSError:
            return False


@pytest.mark.slow
def test_a_wallet_pays_over_https(tmp_path: Path) -> None:
    """`SSL_CERT_FILE` names the authority; without it no wallet is made, and plain HTTP gets no answer."""
    made, other = self_signed(tmp_path, "ours"), self_signed(tmp_path, "other")
    ledger = SecureLedger(tmp_path / "var", threads=4)
    ledger.trusted = made.certificate
    ledger.options = ("--tls-certificate", str(made.certificate), "--tls-key", str(made.key))
    with ledger:
        trusting = {
            "SSL_CERT_FILE": str(made.certificate),
            "POCHI_FAUCET_KEY": str(ledger.keys / "faucet.key"),
        }
        wallet = Wallet(tmp_path / "asha", trusting)
        wallet.ok("init", "--quick", "--name", "Asha", "--ledger", ledger.url)
        wallet.ok("sandbox", "fund", "100")
        assert wallet.balance == "100.00"
        stranger = Wallet(tmp_path / "juma", {"SSL_CERT_FILE": str(other.certificate)})
        said = stranger.run("init", "--quick", "--name", "Juma", "--ledger", ledger.url)
        assert said.code != 0
        assert "Traceback" not in said.err
        with pytest.raises((OSError, http.client.HTTPException)):
            urllib.request.urlopen(f"http://127.0.0.1:{ledger.port}/readyz", timeout=5)


def test_a_certificate_without_its_key(tmp_path: Path) -> None:
    """Half of a pair, a pair that does not fit, and what is no certificate are told at once."""
    one, other = self_signed(tmp_path, "one"), self_signed(tmp_path, "other")
    ledger = RunningLedger(tmp_path / "var")
    words = ledger.command()[3:]
    told = daftari(*words, "--tls-certificate", one.certificate)
    assert (told.code, "--tls-key" in told.err) == (2, True)
    for certificate, key in (
        (one.certificate, other.key),
        (one.key, one.key),
        (one.certificate, one.certificate),
    ):
        told = daftari(*words, "--tls-certificate", certificate, "--tls-key", key)
        assert (told.code, "key file" in told.err) == (1, True), told.text
        assert "Traceback" not in told.err


def test_a_notice_travels_over_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To a receiver whose certificate is trusted and bears its name; an unknown one gets nothing."""
    made = self_signed(tmp_path, "receiver")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(*made)
    with Receiving(tls=serving) as receiving:
        receiver = read_receiver(receiving.url, sandbox=True)
        delivering._trusting.cache_clear()
        assert deliver(receiver, {"webhook-id": "evt_1_0"}, b"{}", sandbox=True).why == "tls"
        monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
        delivering._trusting.cache_clear()
        assert deliver(receiver, {"webhook-id": "evt_2_0"}, b"{}", sandbox=True).taken
        other = read_receiver(receiving.url.replace("127.0.0.1", "localhost"), sandbox=True)
        assert deliver(other, {"webhook-id": "evt_3_0"}, b"{}", sandbox=True).why == "tls", "another name"
    delivering._trusting.cache_clear()
    assert receiving.events == ["evt_2_0"]
