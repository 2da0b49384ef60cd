"""Sealing of personal data: encryption at rest, and keyed digests to find it again."""

import hashlib
import hmac
import unicodedata
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Seals short texts with AES (Fernet) under keys derived from one secret.

    Parameters
    ----------
    secret
        The master secret; losing it loses every sealed value for good.

    Examples
    --------
    >>> vault = Vault("a long secret")
    >>> vault.open(vault.seal("13800000000"))
    '13800000000'
    >>> vault.digest(" Someone@Example.org ") == vault.digest("someone@example.org")
    True
    """

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("sealing needs a secret")
        self._fernet = Fernet(urlsafe_b64encode(_derive(secret, b"jisi seal")))
        self._digest_key = _derive(secret, b"jisi digest")

    def seal(self, text: str) -> bytes:
        """Encrypt; the same text gives other bytes each time."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes | None) -> str:
        """Decrypt; nothing sealed gives the empty text.

        :raises ValueError: if it was sealed under another secret, or altered.
        """
        if not sealed:
            return ""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise ValueError("sealed under another key, or altered") from None

    def digest(self, text: str) -> str:
        """64 hex digits, equal for addresses that differ only in case, width and blanks."""
        plain = unicodedata.normalize("NFKC", text).strip().casefold()
        return hmac.new(self._digest_key, plain.encode(), hashlib.sha256).hexdigest()


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
