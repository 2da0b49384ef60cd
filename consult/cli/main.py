"""The root of the `consult` command; each command is imported when it is used."""

from importlib import import_module
from typing import Any

import click
from sqlalchemy.exc import DatabaseError

import consult.threads  # noqa: F401 - before numpy is loaded
from consult.exceptions import Refusal

#: Command → where it is; the few words of the overview are the first line of its docstring.
COMMANDS = {
    "add-agency": "consult.cli.people:add_agency",
    "add-person": "consult.cli.people:add_person",
    "calibrate": "consult.cli.calibrate:calibrate",
    "cluster": "consult.cli.cluster:cluster",
    "db": "consult.cli.database:database",
    "demo": "consult.cli.demo:demo",
    "doctor": "consult.cli.doctor:doctor",
    "evaluate": "consult.cli.evaluate:evaluate",
    "export": "consult.cli.exchange:export_command",
    "import": "consult.cli.exchange:import_command",
    "recount": "consult.cli.recount:recount",
    "regroup": "consult.cli.regroup:regroup",
    "run-jobs": "consult.cli.jobs:run_jobs",
    "send-notices": "consult.cli.jobs:send_notices",
    "serve": "consult.cli.serve:serve",
    "train-encoder": "consult.cli.train_encoder:train_encoder",
    "worker": "consult.cli.worker:worker",
}


class Commands(click.Group):
    """A group that imports a command when it is asked for, and refuses in one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except DatabaseError as error:
            raise click.ClickException(
                f"The database cannot be used ({error.orig}). Try: consult db upgrade"
            ) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jisi")
def main() -> None:
    """集思 (Jisi): consultations, the grouping of what people say, and what became of it."""


if __name__ == "__main__":
    main()
