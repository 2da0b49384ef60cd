"""`consult serve`: the platform behind gunicorn, with the background work in a thread."""

from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from consult.app import create_app
from consult.jobs.runner import Runner


class Server(BaseApplication):
    """gunicorn, configured by us instead of by its own command line."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        return self.app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, help="Port to listen at.", envvar="PORT")
@click.option(
    "--workers", default=1, show_default=True, help="Processes; more than one wants PostgreSQL."
)
@click.option("--threads", default=8, show_default=True, help="Threads of each process.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the platform. Example: consult serve --port 8080"""
    app = create_app()
    app.config["PUBLIC_URL"] = app.config["PUBLIC_URL"] or f"http://{host}:{port}"

    def start_jobs(worker: Worker) -> None:
        if app.config["EMBEDDED_JOBS"]:
            app.extensions["runner"] = runner = Runner(app)
            runner.start()

    click.echo(f"集思 listens at http://{host}:{port} (end it with Ctrl+C)")
    if app.config["MAIL_BACKEND"] == "file":
        click.echo(
            f"Letters are not sent but kept in {app.config['DATA_DIR']}/letters (see JISI_MAIL)"
        )
    Server(
        app,
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": 120,
            "graceful_timeout": 20,
            "post_worker_init": start_jobs,
            "loglevel": "warning",
            "control_socket_disable": True,
        },
    ).run()
