import consult.threads  # noqa: F401 - before numpy is loaded
from consult.app import create_app

app = create_app()
