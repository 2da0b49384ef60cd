"""Settings, read from the environment; docs/settings.md says what each is for.

Standard library only, so that anything may read it without starting anything.
"""

import os
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def _flag(name: str, *, default: bool) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    try:
        return int(text) if text else default
    except ValueError:
        raise SystemExit(f"{name} must be a whole number, not {text!r}.") from None


#: Everything the platform keeps lies here: database, uploads, letters, keys.
DATA_DIR = Path(os.environ.get("JISI_DATA_DIR", ROOT / "var")).resolve()

SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", f"sqlite:///{DATA_DIR / 'jisi.sqlite3'}")
#: Signs cookies and, through a derived key, seals personal data. Made and kept in
#: DATA_DIR when it is not given; every process of one platform needs the same.
SECRET_KEY = os.environ.get("SECRET_KEY", "")
#: The key that seals personal data, apart from SECRET_KEY so that cookies may be rotated.
SEALING_KEY = os.environ.get("SEALING_KEY", "")

#: The zone in which windows open and close and times are shown.
TIME_ZONE = os.environ.get("JISI_TIME_ZONE", "Asia/Shanghai")
BABEL_DEFAULT_TIMEZONE = TIME_ZONE
BABEL_DEFAULT_LOCALE = os.environ.get("JISI_LOCALE", "zh_Hans_CN")
BABEL_TRANSLATION_DIRECTORIES = str(ROOT / "consult" / "translations")
LANGUAGES = {"zh_Hans_CN": "中文", "en": "English"}

#: How texts become vectors: "shipped", "hashing", a folder or a model's hub name.
ENCODER = os.environ.get("JISI_ENCODER", "shipped")
#: Growth of a topic since its last run (in percent) from which it is regrouped at once, by night.
REGROUP_AT_ONCE = _number("JISI_REGROUP_AT_ONCE", 30)
REGROUP_BY_NIGHT = _number("JISI_REGROUP_BY_NIGHT", 10)
#: Never more often than this on its own.
REGROUP_PAUSE = timedelta(minutes=20)
#: A topic with more suggestions is regrouped in a stream, through a working folder and in several
#: processes: slower to begin, but in bounded memory and resumable. 10,000 take 500 MB in memory.
LARGE_RUN = _number("JISI_LARGE_RUN", 20_000)
#: Processes that such a run uses; 0: as many as there are cores.
RUN_PROCESSES = _number("JISI_RUN_PROCESSES", 0)
#: Address of a Dask scheduler (tcp://10.0.0.1:8786) whose workers do such runs instead, and whether
#: they all see DATA_DIR/work at the same path; without that they fetch what they need.
CLUSTER_SCHEDULER = os.environ.get("JISI_CLUSTER_SCHEDULER", "")
CLUSTER_SHARED_DISK = _flag("JISI_CLUSTER_SHARED_DISK", default=False)
#: How many runs of a topic can be returned to.
KEPT_RUNS = 20

#: "file" keeps letters under DATA_DIR/letters, "console" prints them, "smtp" sends them.
MAIL_BACKEND = os.environ.get("JISI_MAIL", "file")
MAIL_SENDER = os.environ.get("JISI_MAIL_SENDER", "noreply@jisi.example")
#: smtp://user:password@host:587 (STARTTLS where offered) or smtps://…:465.
SMTP_URL = os.environ.get("JISI_SMTP_URL", "")
#: The same for text messages; or a class of your own, "module:Class" (see consult/post.py).
PHONE_BACKEND = os.environ.get("JISI_PHONE", "console")
#: How addresses in letters begin; `consult serve` fills in where it listens if it is not given.
PUBLIC_URL = os.environ.get("JISI_PUBLIC_URL", "")

#: How long an author may edit a suggestion, while its topic is open.
EDIT_WINDOW = timedelta(hours=_number("JISI_EDIT_HOURS", 24))
#: Suggestions that one person may send in an hour; the rest wait.
SUGGESTIONS_PER_HOUR = _number("JISI_SUGGESTIONS_PER_HOUR", 30)
#: Cases and ratings from which on the public ranking of all mailboxes gives a place; fewer say more
#: of chance than of work. 0: no such ranking. An agency decides on that of its own.
RANKING_LEAST = _number("JISI_RANKING_LEAST", 30)

#: How long the officer on duty has to take an alarm in hand before it is raised to others: of the
#: two hours that danger allows, one eighth.
DUTY_PATIENCE = timedelta(minutes=_number("JISI_DUTY_MINUTES", 15))
#: Letters to staff about cases go out together, this long after the first: who assigns for a large
#: board would get one a minute. The page shows them at once, and alarms never wait.
STAFF_MAIL_PAUSE = timedelta(minutes=_number("JISI_STAFF_MAIL_MINUTES", 30))
#: What share of its time is left (in percent) when a clock is said to be near its end.
NEAR_DUE_PERCENT = _number("JISI_NEAR_DUE_PERCENT", 20)

UPLOAD_DIR = DATA_DIR / "uploads"
MAX_CONTENT_LENGTH = 12 * 1024 * 1024
MAX_FORM_MEMORY_SIZE = 4 * 1024 * 1024  # a whole law fits into a text field
ATTACHMENT_MAX_BYTES = 10 * 1024 * 1024
ATTACHMENTS_PER_SUGGESTION = 5
#: A table to be brought in may be larger than any other request: a million rows are half a gigabyte.
IMPORT_MAX_BYTES = _number("JISI_IMPORT_MB", 1024) * 1024 * 1024
#: How long the files of imports and exports are kept: they hold the authors' own words.
TRANSFERS_KEPT = timedelta(days=_number("JISI_TRANSFER_DAYS", 7))

#: Whether background work runs in a thread of the web process.
EMBEDDED_JOBS = _flag("JISI_EMBEDDED_JOBS", default=True)
#: Whether a person waits for short runs and for learning. Else a worker does them: then the
#: processes that serve pages never load what only grouping needs.
WORK_AT_ONCE = EMBEDDED_JOBS
#: Seconds between two looks for work that no bell told of.
JOB_PAUSE = _number("JISI_JOB_PAUSE", 5)

#: Where gunicorn listens when nobody says; `consult serve` has options of its own.
BIND = os.environ.get("JISI_BIND", "127.0.0.1:8000")
#: Processes that serve pages (more than one wants PostgreSQL), and threads of each.
WEB_WORKERS = _number("JISI_WEB_WORKERS", 1)
WEB_THREADS = _number("JISI_WEB_THREADS", 8)
#: Seconds that a server goes on after SIGTERM, while `readyz` sends new requests elsewhere.
DRAIN_SECONDS = _number("JISI_DRAIN_SECONDS", 0)

#: "json", "words", or "auto": words on a terminal.
LOG_FORM = os.environ.get("JISI_LOG_FORM", "auto")
LOG_LEVEL = os.environ.get("JISI_LOG_LEVEL", "INFO").upper()
#: Who sends it may read /metrics from anywhere; without one only this machine itself may.
METRICS_TOKEN = os.environ.get("JISI_METRICS_TOKEN", "")
#: Fewer free megabytes where the data lies, and `readyz` says so.
DISK_LEAST_MB = _number("JISI_DISK_LEAST_MB", 500)

SESSION_COOKIE_NAME = "jisi"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
#: Set where the platform is served by https.
SESSION_COOKIE_SECURE = _flag("JISI_HTTPS", default=False)
SESSION_LIFETIME = timedelta(days=14)
WTF_CSRF_TIME_LIMIT = None  # as long as the session: a long text is not lost to a clock
#: Proxies in front that set X-Forwarded-For and -Proto.
TRUSTED_PROXIES = _number("JISI_TRUSTED_PROXIES", 0)
#: Seconds for which a cache in front may answer public pages by itself, for readers without a cookie.
#: Small, so that what is new is seen soon; a crowd that reloads is answered there all the same.
EDGE_SECONDS = _number("JISI_EDGE_SECONDS", 10)
#: Seconds by which what a reader who is not signed in sees may be old here; 0 for not at all.
READER_SECONDS = _number("JISI_READER_SECONDS", 2)
#: Room in each process for public pages as they were last rendered; 0 renders every one anew.
KEPT_PAGES_MB = _number("JISI_KEPT_PAGES_MB", 8)
RATELIMIT_STORAGE_URI = os.environ.get("JISI_RATELIMIT_STORAGE", "memory://")
RATELIMIT_HEADERS_ENABLED = False
