"""`consult serve`: the platform behind gunicorn, with the background work in a thread."""

import os
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

import config
from consult import serving


class Server(BaseApplication):
    """gunicorn, with the settings of consult.serving instead of its own command line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Take the settings by name, as gunicorn itself does from a module."""
        known = {name: value for name, value in vars(serving).items() if name in self.cfg.settings}
        for name, value in {**known, **self.options}.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application, in the first process."""
        from consult.app import create_app  # noqa: PLC0415 - after consult.serving said where to count

        app = create_app()
        app.config["PUBLIC_URL"] = app.config["PUBLIC_URL"] or f"http://{self.options['bind']}"
        return app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, help="Port to listen at.", envvar="PORT")
@click.option(
    "--workers",
    default=config.WEB_WORKERS,
    show_default=True,
    help="Processes; more than one wants PostgreSQL.",
)
@click.option(
    "--threads", default=config.WEB_THREADS, show_default=True, help="Threads of each process."
)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the platform. Example: consult serve --port 8080

    SIGTERM lets what is in hand be answered first; SIGUSR2 starts the new release on the same
    socket beside the old one (see docs/operations.md).
    """
    if "GUNICORN_PID" not in os.environ:  # said once, not by each successor
        click.echo(f"集思 listens at http://{host}:{port} (end it with Ctrl+C)")
        if config.MAIL_BACKEND == "file":
            click.echo(
                f"Letters are not sent but kept in {config.DATA_DIR}/letters (see JISI_MAIL)"
            )
    Server({"bind": f"{host}:{port}", "workers": workers, "threads": threads}).run()
