"""The words of templates: the same as Flask-Babel's, looked up once a language and not once a use.

A list of twenty suggestions says some hundred and fifty sentences; finding the catalogue for each
took as long as the database.
"""

from typing import Any

from flask import Flask
from flask_babel import get_domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

Language = tuple[str | None, ...]

#: Language → sentence → how it is said. Only what templates say gets here, so it is bounded.
_SAID: dict[Language, dict[str, Markup]] = {}


def register(app: Flask) -> None:
    """Let the templates of ``app`` speak through this module."""
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


@pass_eval_context
def gettext(context: EvalContext, sentence: str, **values: Any) -> str:
    """The sentence in the language of the reader, with ``values`` put in (escaped in HTML)."""
    said = _known().get(sentence) or _learn(sentence)
    if not values and "%" not in said:
        return said if context.autoescape else str(said)
    return said % values if context.autoescape else str(said) % values


@pass_eval_context
def ngettext(context: EvalContext, one: str, many: str, num: int, **values: Any) -> str:
    """The same for a number, which the sentence may name as ``num``."""
    said: str = get_domain().get_translations().ungettext(one, many, num)
    values.setdefault("num", num)
    return Markup(said) % values if context.autoescape else said % values  # noqa: S704 - a catalogue


def _known() -> dict[str, Markup]:
    locale = get_locale()
    language = (locale.language, locale.script, locale.territory) if locale else ()
    return _SAID.setdefault(language, {})


def _learn(sentence: str) -> Markup:
    said = Markup(get_domain().get_translations().ugettext(sentence))  # noqa: S704 - a catalogue
    _known()[sentence] = said
    return said
