"""Encryption of single values: AES-256-GCM, bound to the table, column, row and key version that it belongs to.

A stored value is `version (2 bytes) | nonce (12) | ciphertext and tag`. Moved to another row, column or table, or
relabelled with another key version, it no longer decrypts. Data keys reach a station wrapped for its own key pair
(X25519, HKDF-SHA256, AES-256-GCM); the database never sees one unwrapped.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from hisdesk.errors import UserError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_INFO = b"hisdesk key wrap 1"


class Unreadable(UserError):
    """A stored value that this station's keys do not open, or that was altered."""


def new_private_key() -> bytes:
    """A station's (or the server's) own X25519 private key, 32 bytes."""
    return os.urandom(KEY_BYTES)


def public_key(private: bytes) -> bytes:
    """The public half, 32 bytes, which may be known to everybody."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def wrap(recipient: bytes, key: bytes, context: str) -> bytes:
    """`key` so that only the holder of `recipient`'s private half can read it. `context` names what the key is for."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    ephemeral = X25519PrivateKey.generate()
    sender = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    nonce = os.urandom(_NONCE_BYTES)
    return sender + nonce + _aead(shared, sender + recipient).encrypt(nonce, key, context.encode())


def unwrap(private: bytes, wrapped: bytes, context: str) -> bytes:
    """The key that `wrap` hid. Raises Unreadable for another private key, another context or altered bytes."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    sender, nonce, body = wrapped[:32], wrapped[32 : 32 + _NONCE_BYTES], wrapped[32 + _NONCE_BYTES :]
    try:
        shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(sender))
        return _aead(shared, sender + public_key(private)).decrypt(nonce, body, context.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(
            "This station's key does not fit. Ask the administrator to enrol the station again."
        ) from error


def _aead(shared: bytes, salt: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt, _INFO).derive(shared))


def context_of(purpose: str, version: int) -> str:
    """What a wrapped data key is for; bound to the wrapping."""
    return f"{purpose} {version}"


@dataclass(frozen=True)
class FieldCipher:
    """Encrypts and decrypts fields with the hospital's data keys; thread-safe.

    `data_keys` and `index_keys` map key version to 32 bytes; the highest version encrypts, all of them decrypt.
    """

    data_keys: Mapping[int, bytes] = field(repr=False)
    index_keys: Mapping[int, bytes] = field(repr=False)

    @cached_property
    def newest(self) -> int:
        """The key version that encrypts."""
        return max(self.data_keys)

    def encrypt(self, table: str, column: str, row_id: UUID, plaintext: bytes) -> bytes:
        """`plaintext` for one cell. The same text encrypts differently each time."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        version, nonce = self.newest, os.urandom(_NONCE_BYTES)
        body = AESGCM(self.data_keys[version]).encrypt(nonce, plaintext, _bound(table, column, row_id, version))
        return version.to_bytes(2, "big") + nonce + body

    def decrypt(self, table: str, column: str, row_id: UUID, stored: bytes) -> bytes:
        """What `encrypt` stored in this very cell. Raises Unreadable for any other cell, key or altered bytes."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        stored = bytes(stored)
        version, nonce, body = int.from_bytes(stored[:2], "big"), stored[2:14], stored[14:]
        key = self.data_keys.get(version)
        if key is None:
            raise Unreadable("This value was encrypted with a key that this station does not have.")
        try:
            return AESGCM(key).decrypt(nonce, body, _bound(table, column, row_id, version))
        except (InvalidTag, ValueError) as error:
            raise Unreadable("A stored value cannot be read: it was altered. Tell the administrator.") from error

    def encrypt_text(self, table: str, column: str, row_id: UUID, text: str) -> bytes:
        """The same for text, as UTF-8."""
        return self.encrypt(table, column, row_id, text.encode())

    def decrypt_text(self, table: str, column: str, row_id: UUID, stored: bytes) -> str:
        """The same for text. Raises Unreadable."""
        return self.decrypt(table, column, row_id, stored).decode()

    def number_index(self, number: str) -> bytes:
        """The blind index of a document or member number: equal numbers, however spaced, have equal indexes."""
        return hmac.new(self.index_keys[max(self.index_keys)], normalised(number).encode(), hashlib.sha256).digest()


def normalised(number: str) -> str:
    """A document number as it is compared: capital letters and digits only."""
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def _bound(table: str, column: str, row_id: UUID, version: int) -> bytes:
    return f"{table}\0{column}\0{row_id}\0{version}".encode()
