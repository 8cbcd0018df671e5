"""A device with a passkey, in software: it answers correctly, or as a test wants it to."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import User
from django_otp_webauthn.models import WebAuthnCredential

ORIGIN, HOST = "http://testserver", "testserver"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # flags of the authenticator data


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


class Device:
    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.count = 0

    def public_key(self) -> bytes:
        """As CBOR: an elliptic curve key (1: 2) for ES256 (3: -7) on P-256 (-1: 1), x and y."""
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
        return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y

    def given_to(self, user: User) -> WebAuthnCredential:
        return WebAuthnCredential.objects.create(
            user=user, name="Laptop", credential_id=self.id, public_key=self.public_key()
        )

    def data(self, host: str, flags: int, attested: bytes = b"") -> bytes:
        self.count += 1
        start = hashlib.sha256(host.encode()).digest() + bytes([flags])
        return start + self.count.to_bytes(4) + attested

    def answer(
        self,
        question: str,
        *,
        origin: str = ORIGIN,
        host: str = HOST,
        flags: int = PRESENT | VERIFIED,
        key: ec.EllipticCurvePrivateKey | None = None,
    ) -> str:
        """What the browser writes into the form when somebody signs in."""
        client, data = said("get", question, origin), self.data(host, flags)
        signed = (key or self.key).sign(
            data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
        )
        return self.written(
            clientDataJSON=text(client), authenticatorData=text(data), signature=text(signed)
        )

    def made(
        self,
        question: str,
        *,
        origin: str = ORIGIN,
        host: str = HOST,
        flags: int = PRESENT | VERIFIED,
    ) -> str:
        """What the browser writes into the form when a passkey is added."""
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + self.public_key()
        data = self.data(host, flags | ATTESTED, attested)
        start = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"
        attestation = start + bytes([len(data)]) + data
        client = said("create", question, origin)
        return self.written(clientDataJSON=text(client), attestationObject=text(attestation))

    def written(self, **response: str) -> str:
        known = {"id": text(self.id), "rawId": text(self.id), "type": "public-key"}
        return json.dumps({**known, "response": response})


def said(act: str, question: str, origin: str) -> bytes:
    """The client data that a browser signs: the challenge that it answers, and the origin."""
    asked = json.loads(question)["challenge"]
    known = {"type": f"webauthn.{act}", "challenge": asked, "origin": origin}
    return json.dumps(known).encode()
