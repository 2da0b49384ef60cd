"""Measures of the house: views, guards, sizes, docstrings, and documentation that is true."""

import ast
import re
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

import config
from consult.cli.main import COMMANDS, main

ROOT = Path(__file__).parents[2]
CODE = [
    path
    for folder in ("consult", "models")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
]
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
LONGEST_VIEW = 25


def functions(path):
    return [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def is_view(node):
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and isinstance(decorator.func.value, ast.Name)
        and decorator.func.value.id == "bp"
        for decorator in node.decorator_list
    )


def is_form(node):
    return isinstance(node, ast.ClassDef) and any("Form" in ast.unparse(b) for b in node.bases)


def length(node):
    """Lines of what a function does: without its signature and its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_no_module_grows_for_ever():
    long = {
        path.relative_to(ROOT): n
        for path in CODE
        if (n := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert not long


def test_no_function_needs_scrolling():
    long = [
        f"{path.relative_to(ROOT)}:{node.name} {length(node)}"
        for path in CODE
        for node in functions(path)
        if length(node) > LONGEST_FUNCTION
    ]
    assert not long


def test_a_view_only_joins_a_form_a_service_and_a_page():
    long = [
        f"{path.relative_to(ROOT)}:{node.name} {length(node)}"
        for path in (ROOT / "consult/web").rglob("*.py")
        for node in functions(path)
        if is_view(node) and length(node) > LONGEST_VIEW
    ]
    assert not long


def test_every_public_function_says_what_it_is_for():
    silent = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in CODE
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not is_form(node)  # its fields speak for themselves
    ]
    assert not silent


def test_every_blueprint_has_one_guard(app):
    assert {
        name: len(app.before_request_funcs.get(name, [])) for name in app.blueprints
    } == dict.fromkeys(app.blueprints, 1)


def test_services_never_commit():
    committing = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "consult/services").rglob("*.py")
        if re.search(r"\.commit\(", path.read_text())
    ]
    assert not committing


def test_every_setting_is_documented():
    settings = {name for name in vars(config) if name.isupper()}
    text = (ROOT / "docs/settings.md").read_text()
    assert {name for name in settings if f"`{name}`" not in text} == set()


def test_every_environment_variable_is_documented():
    read = set(
        re.findall(
            r'"((?:JISI_|SMTP|SECRET|SEALING|DATABASE)[A-Z_]*)"', (ROOT / "config.py").read_text()
        )
    )
    text = (ROOT / "docs/settings.md").read_text()
    assert {name for name in read if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_helps_with_an_example(name):
    command = main.get_command(click.Context(main), name)
    inner = command.commands.values() if isinstance(command, click.Group) else [command]
    assert all("Example" in (one.help or "") or "consult " in (one.help or "") for one in inner)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_readme_or_the_docs(name):
    texts = (ROOT / "README.md").read_text() + (ROOT / "docs/commands.md").read_text()
    assert f"consult {name}" in texts


def test_every_route_is_in_the_list_of_routes(app):
    """A route appears or goes only on purpose: docs/routes.md says who it is for."""
    text = (ROOT / "docs/routes.md").read_text()
    missing = {rule.rule for rule in app.url_map.iter_rules() if f"`{rule.rule}`" not in text}
    assert not missing


def test_every_message_has_its_chinese():
    path = ROOT / "consult/translations/zh_Hans_CN/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans_CN")
    unfinished = [m.id for m in catalogue if m.id and (not m.string or m.fuzzy)]
    assert not unfinished
