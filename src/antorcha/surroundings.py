"""The surroundings of every process of ours that runs a course's tests: the same from any shell, in any folder.

pytest, Python and torch read dozens of variables, and Python looks for modules in the current folder: `PYTEST_ADDOPTS`
can leave out hidden tests, `PYTHONOPTIMIZE` every `assert`, `ATEN_CPU_CAPABILITY` changes how sums are rounded. A mark
must not depend on any of them, so a process is given what is listed here and nothing else.
"""

from __future__ import annotations

import importlib.util
import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path, PurePath

from antorcha import threads

# Where programs, libraries, homes and devices are, and whether compiled modules are written beside a course's files.
# None of these changes what a call returns.
_KEPT_VARIABLES = {
    "PYTHONDONTWRITEBYTECODE",
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TEMP", "TMP", "CONDA_PREFIX", "VIRTUAL_ENV"),
    # Windows starts hardly any program without these.
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
    *("PROGRAMDATA", "USERNAME", "HOMEDRIVE", "HOMEPATH", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
}
_KEPT_FAMILIES = (
    *("LD_", "DYLD_", "XDG_"),
    *("CUDA_VISIBLE", "NVIDIA_VISIBLE", "HIP_VISIBLE", "ROCR_VISIBLE", "ZE_AFFINITY"),
)
_OWN_FAMILY = "ANTORCHA_"
_LANGUAGE_VARIABLE = "ANTORCHA_LANG"  # of who sits at this terminal: students are written to in the course's language
_FIXED_VARIABLES = {
    **threads.ENVIRONMENT,
    "LANG": "C.UTF-8",  # as in a worker
    "MPLBACKEND": "Agg",  # draws into memory: nobody sits before a grader's windows
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # a plugin that happens to be installed can reorder or repeat tests
    "PYTHONHASHSEED": "0",  # sets have one order for all
    "PYTHONUTF8": "1",
}
# With the separator: `/usr/lib/python3.11-dev` is not within `/usr/lib/python3.11`.
_PYTHON_FOLDERS = tuple(f"{sysconfig.get_path(name)}{os.sep}" for name in ("stdlib", "platstdlib"))
_OWN_FOLDER = f"{Path(__file__).parent}{os.sep}"
_LIBRARIES = ("antorcha", "torch", "numpy", "pytest", "cloudpickle", "hypothesis")


def environment() -> dict[str, str]:
    """Return all the variables that a process which judges may see."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _KEPT_VARIABLES or name.startswith((*_KEPT_FAMILIES, _OWN_FAMILY))
    }
    kept.pop(_LANGUAGE_VARIABLE, None)
    style = folder_of("matplotlib")
    if style is not None:  # else it reads a user's own settings, which workers do not have
        kept["MATPLOTLIBRC"] = str(style / "matplotlib" / "mpl-data" / "matplotlibrc")
    # Folders of our libraries that a fresh Python would not search by itself. They come from `PYTHONPATH` (how clusters
    # lend torch), `pip install --user`, or a checkout that is not installed.
    installed = set(map(os.path.abspath, site.getsitepackages()))
    search_path = [folder for folder in library_folders() if folder not in installed]
    return kept | _FIXED_VARIABLES | ({"PYTHONPATH": os.pathsep.join(search_path)} if search_path else {})


def python_command(module: str, *words: str) -> list[str]:
    """Return the command that runs `python -m module` without the current folder and the user's own packages.

    `-P` keeps a `torch.py` that lies where the command was typed out, `-s` a `usercustomize.py`.
    """
    return [sys.executable, "-P", "-s", "-m", module, *words]


@lru_cache(maxsize=1 << 14)
def is_installed(filename: str) -> bool:
    """Return whether a source file is Python's own, ours, or an installed package's, and so the same in every process.

    Remembered, since it is asked of all loaded modules (2,000 beside torch) whenever a scenario travels.
    """
    packages = any(part in ("site-packages", "dist-packages") for part in PurePath(filename).parts)
    return packages or filename.startswith((*_PYTHON_FOLDERS, _OWN_FOLDER))


def library_folders(also: Iterable[str] = ()) -> list[str]:
    """Return the folders in which our libraries lie, and those of the modules `also`; without Python's own modules."""
    names = dict.fromkeys([*_LIBRARIES, *(module.partition(".")[0] for module in also)])
    folders = [f"{folder}" for name in names if (folder := folder_of(name)) is not None]
    return [folder for folder in dict.fromkeys(folders) if f"{folder}{os.sep}" not in _PYTHON_FOLDERS]


def folder_of(library: str) -> Path | None:
    """Return the folder that a library is imported from here, or `None` where it is not installed.

    All of ours are packages: a single file of that name is somebody's own.
    """
    try:
        spec = importlib.util.find_spec(library)
    except ValueError:  # somebody has put into `sys.modules` another thing, which has no spec
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]).absolute().parent
