"""The two secrets: whether they are there, long, apart, known to us alone, and the right ones."""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.health.findings import Finding, failure, skipped, warning, well
from consult.sealing import Vault
from models.person import Person

#: Letters below which a secret can be guessed.
SHORTEST = 32
#: Beginnings of what stands in examples.
EXAMPLES = ("change", "a secret", "another secret", "example", "put-", "your-")
#: Sealed addresses that are opened, to see whether the key is theirs.
SAMPLE = 20


def findings(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """What can be said of both without the database."""
    for name in ("SECRET_KEY", "SEALING_KEY"):
        yield _secret(name, str(settings[name]), Path(settings["DATA_DIR"]) / name.lower())
    if settings["SECRET_KEY"] == settings["SEALING_KEY"]:
        yield warning(
            "SEALING_KEY",
            "the same as SECRET_KEY",
            "Keep it; next time give cookies a SECRET_KEY of their own.",
        )


def _secret(name: str, value: str, file: Path) -> Finding:
    if value.lower().startswith(EXAMPLES):
        return failure(name, "it stands in an example", "Make one: openssl rand -base64 48")
    if len(value) < SHORTEST:
        return failure(
            name, f"{len(value)} characters", f"Give at least {SHORTEST}: openssl rand -base64 48"
        )
    if file.exists() and file.read_text().strip() == value:
        return _file(name, file)
    return well(name, "given by the environment")


def _file(name: str, file: Path) -> Finding:
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return failure(name, f"others can read {file} ({mode:o})", f"chmod 600 {file}")
    return well(name, f"in {file}, for its owner only")


def opens(session: Session, vault: Vault) -> Finding:
    """Whether SEALING_KEY opens what is sealed in the database: after a restore it must."""
    sealed = session.scalars(
        select(Person.address_sealed).where(Person.address_sealed.is_not(None)).limit(SAMPLE)
    ).all()
    if not sealed:
        return skipped("sealed data", "there is none")
    try:
        for one in sealed:
            vault.open(one)
    except ValueError:
        return failure(
            "sealed data",
            "SEALING_KEY does not open it",
            "Put back the key that belongs to this database: without it no contact can be read.",
        )
    return well("sealed data", f"{len(sealed)} of {len(sealed)} opened")
