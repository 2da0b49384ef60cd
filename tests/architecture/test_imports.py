"""Who may import whom: docs/architecture.md, as a test."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PURE = {"consult.text", "consult.tables"}
MAY_IMPORT = {
    "config.py": set(),
    "models": {"sqlalchemy"},
    "consult/text": {"docx", "filetype", "markdown_it", "nh3", "rjieba"},
    "consult/tables": {"arro3", "charset_normalizer", "openpyxl", "xlsxwriter", "consult.text"},
    "consult/clustering": {
        "distributed",
        "opencc",
        "threadpoolctl",
        "datasets",
        "jinja2",
        "numpy",
        "rjieba",
        "safetensors",
        "scipy",
        "sentence_transformers",
        "sklearn",
        "tokenizers",
        "torch",
        "transformers",
    },
    "consult/exceptions.py": {"consult.text"},
    "consult/sealing.py": {"cryptography"},
    "consult/storage.py": set(),
    "consult/permissions.py": {"models", "consult.exceptions"},
    "consult/services": {
        "argon2",
        "chinese_calendar",
        "email_validator",
        "numpy",
        "sqlalchemy",
        "models",
        "consult.clustering",
        "consult.exceptions",
        "consult.permissions",
        "consult.sealing",
        "consult.storage",
        *PURE,
    },
    "consult/web": {
        "jinja2",
        "brotli",
        "flask",
        "flask_babel",
        "flask_login",
        "flask_wtf",
        "itsdangerous",
        "limits",
        "markupsafe",
        "werkzeug",
        "wtforms",
        "models",
        "consult.exceptions",
        "consult.extensions",
        "consult.health",
        "consult.letters",
        "consult.observing",
        "consult.permissions",
        "consult.services",
        *PURE,
    },
    "consult/ending.py": set(),
    "consult/observing": {"flask", "prometheus_client", "sqlalchemy", "structlog", *PURE},
    "consult/health": {
        "flask",
        "sqlalchemy",
        "models",
        "consult.clustering",
        "consult.ending",
        "consult.migrating",
        "consult.post",
        "consult.sealing",
        "consult.services",
    },
    "consult/demo": {
        "sqlalchemy",
        "models",
        "consult.sealing",
        "consult.services",
        *PURE,
    },
    "consult/jobs": {
        "flask",
        "flask_babel",
        "procrastinate",
        "psycopg",
        "sqlalchemy",
        "models",
        "consult.database",
        "consult.exceptions",
        "consult.extensions",
        "consult.letters",
        "consult.observing",
        "consult.post",
        "consult.services",
    },
}
#: Imports that a rule's letter forbids, each with its reason.
EXCEPTIONS = {
    ("consult/web/current.py", "sqlalchemy.orm.Session"): "the type of what it hands out",
    ("consult/web/refusals.py", "sqlalchemy.orm.exc.StaleDataError"): "turned into a page there",
    ("consult/web/refusals.py", "sqlalchemy.exc.DataError"): "turned into a page there",
    ("consult/web/refusals.py", "sqlalchemy.exc.OperationalError"): "turned into a page there",
    ("consult/web/refusals.py", "sqlalchemy.exc.ProgrammingError"): "turned into a page there",
    ("consult/web/refusals.py", "sqlalchemy.exc.SQLAlchemyError"): "a roll-back may fail as well",
    ("consult/web/refusals.py", "sqlalchemy.exc.TimeoutError"): "turned into a page there",
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} uses a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name, packages):
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def files_of(package):
    if package.endswith(".py"):
        return [ROOT / package]
    return [path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_import_only_what_lies_below_them(package):
    allowed = MAY_IMPORT[package] | {package.removesuffix(".py").replace("/", ".")}
    strangers = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files_of(package)
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not within(name, allowed)
        and (str(path.relative_to(ROOT)), name) not in EXCEPTIONS
    }
    assert not strangers


@pytest.mark.parametrize(
    ("library", "strangers"),
    [
        ("models", {"flask", "consult"}),
        ("consult.clustering", {"flask", "sqlalchemy", "models", "torch", "sentence_transformers"}),
        ("consult.tables", {"flask", "sqlalchemy", "models"}),
        ("consult.text", {"flask", "sqlalchemy", "models", "numpy"}),
        ("wsgi", {"torch", "sentence_transformers"}),
    ],
)
def test_a_library_stands_alone(library, strangers, tmp_path):
    program = f"import sys, {library}; print(*{{name.split('.')[0] for name in sys.modules}})"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PATH": "", "JISI_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not strangers & set(ran.stdout.split())


def test_services_call_only_nouns_below_their_own_without_circles():
    """No two services import each other, directly or around a corner."""
    graph = {
        path.stem: {
            name.split(".")[3] for name in imports(path) if name.startswith("consult.services.")
        }
        for path in (ROOT / "consult/services").rglob("*.py")
        if path.stem != "__init__"
    }
    graph = {noun: {other for other in below if other in graph} for noun, below in graph.items()}
    while leaves := [noun for noun, below in graph.items() if not below]:
        for leaf in leaves:
            del graph[leaf]
        graph = {noun: below - set(leaves) for noun, below in graph.items()}
    assert not graph, f"a circle among {sorted(graph)}"


def test_blueprints_do_not_import_each_other():
    audiences = {path.parent.name for path in (ROOT / "consult/web").glob("*/blueprint.py")}
    mixed = {
        f"{path.relative_to(ROOT)}: {name}"
        for audience in audiences
        for path in (ROOT / "consult/web" / audience).rglob("*.py")
        for name in imports(path)
        if name.startswith("consult.web.") and name.split(".")[2] in audiences - {audience}
    }
    assert not mixed
