"""The model, the background work, the ledger, the mail server: what the platform works with."""

import smtplib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from consult.clustering import EncoderUnavailable, HashingEncoder, SentenceEncoder
from consult.health.findings import Finding, failure, skipped, warning, well
from consult.post import Post, Smtp
from consult.services.grouping.similarity import TopicIndexes
from consult.services.overview import operations, workers
from consult.services.records import ledger

ELSEWHERE = "Install anew, or set JISI_ENCODER to one that is there."


def model(indexes: TopicIndexes) -> Finding:
    """Whether the model can be loaded and gives vectors; one that needs torch is not started."""
    try:
        encoder = indexes.encoder
        if isinstance(encoder, SentenceEncoder):
            if Path(encoder.name).is_absolute() and not Path(encoder.name).is_dir():
                return failure("model", f"there is no folder {encoder.name}", ELSEWHERE)
            return skipped("model", f"{encoder.name}: loaded by the worker")
        if not encoder.encode(["路灯坏了"]).any():
            return failure("model", f"{encoder.name} knows no word", "Set JISI_ENCODER=shipped")
    except (EncoderUnavailable, OSError) as error:
        return failure("model", str(error), ELSEWHERE)
    if isinstance(encoder, HashingEncoder):
        return warning("model", "hashing: for tests only", "Set JISI_ENCODER=shipped")
    return well("model", f"{encoder.name} {encoder.version}, {encoder.fingerprint}")


def background(session: Session, *, now: datetime, embedded: bool) -> Iterator[Finding]:
    """Whether somebody does the jobs, and nothing waits too long.

    ``embedded``: the web server does them, and need not be running while somebody looks.
    """
    how = "Start the server" if embedded else "Start a worker (consult worker)"
    tell = warning if embedded else failure
    for check in operations.readiness(session, now=now):
        if check.name == "database":
            continue
        if check.ok:
            yield well(check.name, check.detail)
        else:
            yield tell(check.name, check.detail, f"{how}; see Administration → operations.")
    if alive := workers.count_alive(session, now=now):
        yield well("workers", f"{alive} running")
    else:
        yield warning("workers", "none is running now", f"{how}.")


def chain(session: Session) -> Finding:
    """Whether no entry of the ledger was altered or lost; reads them all."""
    broken = ledger.first_broken(session)
    if broken is None:
        return well("ledger", "every entry fits the one before")
    return failure(
        "ledger",
        f"entry {broken.id} does not fit",
        "Put back a backup from before it, and find out who can write to the database.",
    )


def mail_server(post: Post) -> Finding:
    """Whether the mail server answers and takes our name and password; sends nothing."""
    if not isinstance(post.mail, Smtp):
        return skipped("mail server", "JISI_MAIL is not smtp")
    try:
        post.mail.greet()
    except (OSError, smtplib.SMTPException) as error:
        return failure(
            "mail server",
            f"{type(error).__name__}: {error}",
            "Correct JISI_SMTP_URL, or its firewall.",
        )
    return well("mail server", "answers, and knows us")
