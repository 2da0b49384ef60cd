"""The package is a library: it can be used without the platform."""

import subprocess
import sys

HEAVY = {"flask", "sqlalchemy", "torch", "sentence_transformers", "transformers", "sklearn"}


def test_importing_it_brings_neither_the_platform_nor_torch():
    code = "import sys, consult.clustering; print(*{name.split('.')[0] for name in sys.modules})"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert HEAVY.isdisjoint(shown.stdout.split())


def test_the_shipped_model_is_used_without_torch():
    code = (
        "import sys; from consult.clustering import Clusterer, load_encoder\n"
        "Clusterer(load_encoder()).cluster(['路灯坏了', '电梯补贴'])\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert HEAVY.isdisjoint(shown.stdout.split())
