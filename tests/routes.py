"""Routes that are compiled once for all applications of a run of tests, a third of making each."""

from flask import Flask
from werkzeug.routing import Rule

#: Rule, its values that are given, with what is unknown → the function that builds its address.
COMPILED = {}


class CompiledOnce(Rule):
    """A rule like any other; the function made of its words depends on nothing else."""

    def _compile_builder(self, append_unknown=True):  # noqa: FBT002 - as the library has it
        given = tuple(sorted((self.defaults or {}).items()))
        known = (self.rule, self.subdomain, self.host, given, append_unknown)
        if known not in COMPILED:
            COMPILED[known] = super()._compile_builder(append_unknown)
        return COMPILED[known]


def compile_once():
    """Let applications made from now on share what their routes were compiled to."""
    Flask.url_rule_class = CompiledOnce
