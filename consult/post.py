"""Carries letters: prints them, keeps them as files, or hands them to a mail server.

Mail and telephone have a carrier each. A platform that sends text messages gives
``JISI_PHONE`` the name of its own class, such as ``ourtown.sms:Gateway``; all it
needs is :meth:`Carrier.carry`.
"""

import hashlib
import smtplib
import ssl
import sys
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

#: Seconds to wait for a mail server, at each step of the talk.
PATIENCE = 15.0


class PostError(Exception):
    """The letter did not go; worth another try."""


class UnreachableError(PostError):
    """Nobody answers: the letters after this one need not be tried now."""


class Carrier(Protocol):
    """Brings one text to one address."""

    def carry(self, *, to: str, subject: str, body: str) -> None:
        """Send it, or raise :exc:`PostError`."""


class MailCarrier(Carrier):
    """One of ours: gives each mail its own mark, the same however often it is sent.

    A worker that dies between sending and noting it sends again; by the mark, mailboxes
    show such a mail once.
    """

    def carry(self, *, to: str, subject: str, body: str, key: str = "") -> None:
        raise NotImplementedError


class Console(MailCarrier):
    """Prints letters, for trying the platform out."""

    def carry(self, *, to: str, subject: str, body: str, key: str = "") -> None:
        print(f"--- letter to {to}: {subject}\n{body}---", file=sys.stderr, flush=True)  # noqa: T201


class Folder(MailCarrier):
    """Keeps each letter as an .eml file in ``folder``."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder, self.sender = folder, sender

    def carry(self, *, to: str, subject: str, body: str, key: str = "") -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        letter = message(self.sender, to, subject, body, key)
        name = letter["Message-ID"].strip("<>").partition("@")[0]
        (self.folder / f"{name}.eml").write_bytes(letter.as_bytes())


class Smtp(MailCarrier):
    """Hands letters to a mail server: ``smtp://`` with STARTTLS where offered, ``smtps://``.

    A password is only ever sent over an encrypted line.
    """

    def __init__(self, url: str, sender: str) -> None:
        self.url, self.sender = urlsplit(url), sender
        if self.url.scheme not in {"smtp", "smtps"} or not self.url.hostname:
            raise ValueError("JISI_SMTP_URL must look like smtp://user:password@host:587")

    def carry(self, *, to: str, subject: str, body: str, key: str = "") -> None:
        try:
            with self._connect() as server:
                server.send_message(message(self.sender, to, subject, body, key))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            raise PostError(_brief(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise UnreachableError(_brief(error)) from error

    def greet(self) -> None:
        """Connect and sign in, and send nothing; raises what went wrong."""
        with self._connect() as server:
            server.noop()

    def _connect(self) -> smtplib.SMTP:
        host, context = self.url.hostname or "", ssl.create_default_context()
        if self.url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.url.port or 465, timeout=PATIENCE, context=context
            )
        else:
            server = smtplib.SMTP(host, self.url.port or 25, timeout=PATIENCE)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            elif self.url.username:
                server.close()
                raise smtplib.SMTPNotSupportedError("a password, and no encryption offered")
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server


class Post:
    """Chooses the carrier by the address."""

    def __init__(self, mail: Carrier, phone: Carrier) -> None:
        self.mail, self.phone = mail, phone

    def carry(self, *, to: str, subject: str, body: str, key: str = "") -> None:
        """``key`` is the same for every attempt to send this letter."""
        carrier = self.mail if "@" in to else self.phone
        if isinstance(carrier, MailCarrier):
            carrier.carry(to=to, subject=subject, body=body, key=key)
        else:
            carrier.carry(to=to, subject=subject, body=body)


def from_settings(settings: Mapping[str, Any]) -> Post:
    """The post as MAIL_BACKEND and PHONE_BACKEND want it.

    :raises ValueError: if a setting cannot be understood.
    """
    return Post(
        _carrier(settings["MAIL_BACKEND"], settings), _carrier(settings["PHONE_BACKEND"], settings)
    )


def message(sender: str, to: str, subject: str, body: str, key: str = "") -> EmailMessage:
    """One mail; a line break in the subject is a blank, so that it adds no header."""
    domain = sender.partition("@")[2]
    mark = hashlib.sha256(f"{key} {to}".encode()).hexdigest()[:32]
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{mark}@{domain}>" if key else make_msgid(domain=domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    return mail


def _carrier(backend: str, settings: Mapping[str, Any]) -> Carrier:
    match backend:
        case "console":
            return Console()
        case "file":
            return Folder(Path(settings["DATA_DIR"]) / "letters", settings["MAIL_SENDER"])
        case "smtp":
            return Smtp(settings["SMTP_URL"], settings["MAIL_SENDER"])
    module, _, name = backend.partition(":")
    if not name:
        raise ValueError(f"there is no way of sending called {backend!r}")
    carrier: Carrier = getattr(import_module(module), name)()
    return carrier


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
