"""The addresses by which people are known here: e-mail, or a mobile number of mainland China."""

import re
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from consult.exceptions import N_, Invalid

MOBILE = re.compile(r"1[3-9]\d{9}")
_COUNTRY_CODE = re.compile(r"^(\+|00)?86(?=1\d{10}$)")


@dataclass(frozen=True)
class Address:
    """An address in the one form in which it is digested and written to."""

    text: str

    @property
    def is_mail(self) -> bool:
        return "@" in self.text

    @property
    def masked(self) -> str:
        """What may be shown: ``z***@example.org``, ``138****5678``."""
        if self.is_mail:
            name, _, host = self.text.rpartition("@")
            return f"{name[0]}***@{host}"
        return f"{self.text[:3]}****{self.text[-4:]}"


def read(text: str) -> Address:
    """Take an address as people type it: wide digits, blanks, +86.

    :raises Invalid: if it is neither a mail address nor a mobile number.
    """
    plain = unicodedata.normalize("NFKC", text or "").strip()
    digits = _COUNTRY_CODE.sub("", re.sub(r"[\s\-().]", "", plain))
    if MOBILE.fullmatch(digits):
        return Address(digits)
    try:
        found = validate_email(plain, check_deliverability=False)
    except EmailNotValidError:
        raise Invalid(
            N_("Give an e-mail address, or a mobile number of eleven digits."), field="address"
        ) from None
    return Address(found.normalized.casefold())


def plain_form(text: str) -> str:
    """The form to look an address up by; what is no address stays as it was typed."""
    try:
        return read(text).text
    except Invalid:
        return text
