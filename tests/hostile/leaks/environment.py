# about: the environment and the command line tell nothing of the machine, the user or the course
# expects: points=1 squares=passed
import os
import sys

import torch


def squares(n):
    for name, value in os.environ.items():
        assert name in ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_CTYPE", "TMPDIR") or name.startswith(
            ("OMP_", "OPENBLAS_", "MKL_", "PYTHON", "PYTORCH_", "CUBLAS_", "TORCH", "MPL", "KMP_")
        ), name
        assert "hostile" not in value, value
    assert os.environ["HOME"] == "/"
    assert not any("grader" in word or "hostile" in word for word in sys.argv + sys.orig_argv)
    return torch.arange(n) ** 2
