"""One thread of arithmetic per process: imported before anything that imports numpy.

The libraries below numpy and torch read these when they are loaded and start a thread per core.
With as many processes as cores they only take turns: one short text then took 516 ms instead of
20. The environment may say otherwise.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
# Its threads would not live on in a forked process, and it says so on each start.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
