"""Letters on their way: a real mail server, a server that refuses, and none at all."""

import socket
from email import message_from_bytes
from email.policy import default
from typing import ClassVar

import pytest
from aiosmtpd.controller import Controller

from consult import post
from consult.extensions import reading
from consult.jobs.runner import Runner
from consult.post import Folder, Post, Smtp
from consult.services.people import letters
from models.job import JobReport, JobTrouble
from models.notice import Letter


class Mailbox:
    """What a mail server took; it refuses what goes to ``refused@example.org``."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def mailbox():
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    yield box
    controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def write(session, app, clock):
    def act(to="wang@example.org", subject="您的建议有了结果", key="notice:1"):
        letters.write(
            session,
            vault=app.extensions["vault"],
            key=key,
            to=to,
            subject=subject,
            body="详见网站。\n",
            now=clock(),
        )
        session.commit()

    return act


@pytest.fixture
def run(app, session):
    """Gives the letters job a turn, with the mail carrier given."""

    def act(carrier):
        app.extensions["post"] = Post(carrier, Folder(app.config["DATA_DIR"], "a@example.org"))
        session.commit()
        done = Runner(app).run_due(["letters"])["letters"]
        reading.set(False)
        session.expire_all()
        return done

    return act


def test_a_mail_server_gets_the_letter_and_the_words_are_dropped(mailbox, write, run, session):
    write()
    assert run(Smtp(mailbox.url, "noreply@jisi.example")) == 1
    [mail] = mailbox.mails
    assert (mail["To"], mail["Subject"]) == ("wang@example.org", "您的建议有了结果")
    assert mail.get_content().strip() == "详见网站。"
    assert session.query(Letter).one().body_sealed is None


def test_a_refused_address_does_not_hold_up_the_others(mailbox, write, run, session):
    write("refused@example.org", key="a")
    write("wang@example.org", key="b")
    run(Smtp(mailbox.url, "noreply@jisi.example"))
    refused, sent = session.query(Letter).order_by(Letter.key)
    assert "550" in refused.error
    assert refused.attempts == 1
    assert sent.sent_at is not None


def test_where_no_server_answers_the_letter_waits_and_goes_later(
    mailbox, write, run, session, clock
):
    write()
    assert run(Smtp(f"smtp://127.0.0.1:{free_port()}", "noreply@jisi.example")) == 0
    assert "Refused" in session.query(Letter).one().error
    clock.advance(minutes=1)
    assert run(Smtp(mailbox.url, "noreply@jisi.example")) == 1
    assert session.query(Letter).one().error == ""


def test_a_server_that_is_down_for_days_uses_up_no_attempt(mailbox, write, run, session, clock):
    write()
    for _ in range(12):
        run(Smtp(f"smtp://127.0.0.1:{free_port()}", "noreply@jisi.example"))
        clock.advance(hours=6)
    assert session.query(Letter).one().attempts == 0

    assert run(Smtp(mailbox.url, "noreply@jisi.example")) == 1
    assert len(mailbox.mails) == 1


def test_while_nobody_answers_the_job_rests_instead_of_trying_every_letter(write, run, session):
    for number in range(5):
        write(key=str(number))
    nowhere = Smtp(f"smtp://127.0.0.1:{free_port()}", "noreply@jisi.example")
    run(nowhere)
    run(nowhere)
    assert [letter.error != "" for letter in session.query(Letter).order_by(Letter.key)] == [
        True,
        *[False] * 4,
    ]
    assert session.get_one(JobTrouble, ("letters", 0)).failures == 1


def test_a_letter_sent_again_after_a_crash_has_the_mark_of_the_first(
    mailbox, write, run, session, clock
):
    """So that the mailbox of the reader shows it once."""
    write()
    run(Smtp(mailbox.url, "noreply@jisi.example"))
    letter = session.query(Letter).one()
    letter.sent_at, letter.body_sealed = None, letter.to_sealed  # as if the word of it were lost
    session.commit()
    clock.advance(minutes=2)
    run(Smtp(mailbox.url, "noreply@jisi.example"))
    first, second = (mail["Message-ID"] for mail in mailbox.mails)
    assert first == second


def test_two_letters_have_marks_of_their_own(mailbox, write, run):
    write(key="one")
    write(key="two")
    run(Smtp(mailbox.url, "noreply@jisi.example"))
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 2


def test_a_password_never_crosses_an_open_line(mailbox, write, run, session):
    write()
    run(Smtp(mailbox.url.replace("//", "//user:secret@"), "noreply@jisi.example"))
    assert mailbox.mails == []
    assert "encryption" in session.query(Letter).one().error


def test_a_line_break_in_a_subject_adds_no_header(mailbox, write, run):
    write(subject="结果\nBcc: victim@example.org")
    run(Smtp(mailbox.url, "noreply@jisi.example"))
    assert mailbox.mails[0]["Bcc"] is None


def test_a_number_goes_to_the_carrier_of_text_messages(mailbox, write, run, app):
    write(to="13800001111")
    run(Smtp(mailbox.url, "noreply@jisi.example"))
    assert mailbox.mails == []
    assert len(list(app.config["DATA_DIR"].glob("*.eml"))) == 1


def test_a_fault_in_the_carrier_is_kept_for_people_to_see(write, run, session):
    class Broken:
        def carry(self, **_letter):
            raise RuntimeError("no such thing")

    write()
    run(Broken())
    assert "no such thing" in session.get(JobReport, "letters").error


@pytest.mark.parametrize(
    "settings",
    [
        {"MAIL_BACKEND": "pigeon"},
        {"MAIL_BACKEND": "smtp", "SMTP_URL": ""},
        {"MAIL_BACKEND": "smtp", "SMTP_URL": "http://mail.example.org"},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_at_the_start(app, settings):
    with pytest.raises(ValueError, match=r"pigeon|JISI_SMTP_URL"):
        post.from_settings({**app.config, **settings})


class Gateway:
    """A text message service, as a city would plug it in."""

    sent: ClassVar[list[str]] = []

    def carry(self, *, to, subject, body):
        self.sent.append(to)


def test_a_city_plugs_in_its_own_text_messages_by_a_setting(app):
    own = post.from_settings({**app.config, "PHONE_BACKEND": f"{__name__}:Gateway"})
    own.carry(to="13800001111", subject="", body="123456")
    assert Gateway.sent == ["13800001111"]
