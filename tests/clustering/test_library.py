"""The package is a library: it can be used without the platform, and says how."""

import doctest
import enum
import inspect
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import consult.clustering as library

HEAVY = {"flask", "sqlalchemy", "torch", "sentence_transformers", "transformers", "sklearn"}
#: Needs torch to be read.
TRAINING = "consult.clustering.training"
MODULES = sorted(
    found.name
    for found in pkgutil.walk_packages(library.__path__, "consult.clustering.")
    if not found.name.startswith(TRAINING)
)
TOLD = [
    name
    for name in library.__all__
    if callable(getattr(library, name))
    and not (
        inspect.isclass(getattr(library, name))
        and issubclass(getattr(library, name), Exception | enum.Enum)
    )
]


def brought_by(program):
    """The packages that a program imports, in an interpreter of its own."""
    shown = subprocess.run(
        [sys.executable, "-c", f"import sys\n{program}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in shown.stdout.split()}


def test_importing_it_brings_neither_the_platform_nor_torch():
    assert HEAVY.isdisjoint(brought_by("import consult.clustering"))


def test_the_shipped_model_is_used_without_torch():
    program = (
        "from consult.clustering import Clusterer, load_encoder\n"
        "Clusterer(load_encoder()).cluster(['路灯坏了', '电梯补贴'])"
    )
    assert HEAVY.isdisjoint(brought_by(program))


def test_what_needs_a_heavy_library_is_imported_when_it_is_asked_for():
    assert "sklearn" in brought_by("from consult.clustering import SuggestionClusterer")


def test_a_name_that_is_not_there_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        library.nothing  # noqa: B018 - asking is the point


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = import_module(name)

    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


@pytest.mark.parametrize("name", TOLD)
def test_what_is_public_comes_with_an_example(name):
    assert ">>> " in inspect.getdoc(getattr(library, name))


@pytest.mark.parametrize("name", TOLD)
def test_what_is_public_tells_its_parameters(name):
    thing = getattr(library, name)
    if getattr(thing, "_is_protocol", False):
        return
    given = [each for each in inspect.signature(thing).parameters if each != "self"]
    _, _, told = inspect.getdoc(thing).partition("Parameters\n----------\n")
    names = {
        each
        for line in re.findall(r"^(\w[\w, ]*)(?: :.*)?$", told, re.MULTILINE)
        for each in line.split(", ")
    }

    assert set(given) <= names


def test_the_page_about_it_runs():
    page = Path(__file__).parents[2] / "docs" / "clustering.md"
    program = "\n".join(
        re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    )

    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stderr
