"""Routes that are compiled once for all applications of a run of tests, most of the making of each."""

from flask import Flask
from werkzeug.routing import Rule

#: Rule and its given values, with what is unknown → the function that builds its address.
BUILDERS = {}
#: Rule and its given values → what its words were parsed to.
PARSED = {}
PARTS = ("_parts", "_trace", "_converters", "arguments")


class CompiledOnce(Rule):
    """A rule like any other; what is made of its words depends on nothing else."""

    def compile(self):
        known = self._words()
        if known in PARSED:
            vars(self).update(PARSED[known])
            self._build = self._compile_builder(append_unknown=False).__get__(self, None)
            self._build_unknown = self._compile_builder(append_unknown=True).__get__(self, None)
            return
        super().compile()
        PARSED[known] = {name: getattr(self, name) for name in PARTS}

    def _compile_builder(self, append_unknown=True):  # noqa: FBT002 - as the library has it
        known = (*self._words(), append_unknown)
        if known not in BUILDERS:
            BUILDERS[known] = super()._compile_builder(append_unknown)
        return BUILDERS[known]

    def _words(self):
        given = tuple(sorted((self.defaults or {}).items()))
        return (self.rule, self.subdomain, self.host, given)


def compile_once():
    """Let applications made from now on share what their routes were compiled to."""
    Flask.url_rule_class = CompiledOnce
