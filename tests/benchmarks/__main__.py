"""`make bench`: every benchmark in a process of its own, so that none warms another."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main():
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("bench_*.py"))
    failed = [
        name
        for name in names
        if subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{name}"], check=False
        ).returncode
    ]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


main()
