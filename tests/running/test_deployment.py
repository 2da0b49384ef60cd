"""The files that others build and start the platform from."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

import config

ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "scipy", "scikit-learn", "sentence-transformers", "transformers", "pandas"}


def pins(name):
    lines = (ROOT / name).read_text().splitlines()
    found = (re.match(r"([\w.-]+)(?:\[\w+\])?==(\S+)", line) for line in lines)
    return {match[1].lower(): match[2] for match in found if match}


def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def stages():
    return dict(
        re.findall(
            r"^FROM \S+ AS (\w[\w-]*)\n(.*?)(?=^FROM|\Z)",
            (ROOT / "Dockerfile").read_text(),
            re.MULTILINE | re.DOTALL,
        )
    )


def test_a_web_server_installs_the_same_versions_and_nothing_heavy():
    web, every = pins("requirements-web.txt"), pins("requirements.txt")

    assert {name: version for name, version in web.items() if every.get(name) != version} == {}
    assert not HEAVY & web.keys()


def test_the_image_takes_only_what_is_there_and_gets_all_that_pages_need():
    taken = re.findall(r"^COPY (?!--)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    names = {name for line in taken for name in line.split()}

    assert {name for name in names if not (ROOT / name).exists()} == set()
    assert {"static", "templates", "config.py", "wsgi.py", "consult", "models"} <= names
    ignored = (ROOT / ".dockerignore").read_text()
    assert {name for name in names if f"!{name}" not in ignored} == set()


def test_nobody_is_root_in_an_image_and_each_target_is_one():
    found = stages()

    assert "USER jisi" in found["base"]
    targets = {
        service["build"]["target"]
        for service in compose()["services"].values()
        if "build" in service
    }
    assert targets == {"web", "worker"} <= found.keys()


def test_two_of_each_serve_after_the_migrations():
    services = compose()["services"]

    assert {
        "web-1",
        "web-2",
        "worker-1",
        "worker-2",
        "database",
        "proxy",
        "migrate",
    } == services.keys()
    for name in ("web-1", "web-2", "worker-1", "worker-2"):
        assert (
            services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        )
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    grace = int(services["web-1"]["stop_grace_period"].rstrip("s"))
    assert grace > int(services["web-1"]["environment"]["JISI_DRAIN_SECONDS"]) + 30


def test_no_secret_stands_in_the_files():
    settings = compose()["services"]["web-1"]["environment"]

    assert all(settings[name].startswith("${") for name in ("SECRET_KEY", "SEALING_KEY"))
    assert "${POSTGRES_PASSWORD" in settings["DATABASE_URL"]


@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile", "docs/deployment/jisi.env"])
def test_every_setting_that_is_named_exists(name):
    named = set(re.findall(r"\b(JISI_[A-Z_]+)\b", (ROOT / name).read_text()))
    known = set(re.findall(r'"(JISI_[A-Z_]+)"', Path(config.__file__).read_text()))

    assert named - known - {"JISI_SITE", "JISI_UPSTREAMS"} == set()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("name", ["jisi-web@", "jisi-worker@"])
def test_systemd_understands_the_units(name, tmp_path):
    text = (ROOT / f"docs/deployment/{name}.service").read_text()
    program = re.search(r"ExecStart=(\S+)", text)[1]
    unit = tmp_path / f"{name}1.service"
    unit.write_text(text.replace(program, shutil.which("true")))
    ran = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )

    assert [line for line in ran.stderr.splitlines() if name in line] == []


@pytest.mark.skipif(not shutil.which("caddy"), reason="no Caddy here")
def test_the_proxy_understands_its_file():
    file = ROOT / "docs/deployment/Caddyfile"
    subprocess.run(
        ["caddy", "validate", "--config", file, "--adapter", "caddyfile"],
        check=True,
        capture_output=True,
    )
