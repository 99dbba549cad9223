"""Take from a Python process what Windows and macOS lack, before anything else runs in it.

Python imports a module of this name at its start. `fcntl` and the like are refused to our package alone: the standard
library, which stays that of Linux, needs some of them itself.
"""

import builtins
import importlib
import os
import signal
import subprocess

MISSING_MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"}
_import = builtins.__import__
_SIGKILL = signal.SIGKILL


def _import_as_there(name, globals=None, locals=None, fromlist=(), level=0):
    importer = str((globals or {}).get("__name__", ""))
    if name in MISSING_MODULES and (importer == "antorcha" or importer.startswith("antorcha.")):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return _import(name, globals, locals, fromlist, level)


def _import_module_as_there(name, package=None):
    # Not as a module of that name: the standard library takes a machine that has it for Windows.
    return _import_module("console_of_windows" if name == "msvcrt" else name, package)


_import_module, importlib.import_module = importlib.import_module, _import_module_as_there
builtins.__import__ = _import_as_there
subprocess.Popen.kill = lambda process: os.kill(process.pid, _SIGKILL) if process.poll() is None else None
for name in ("fork", "forkpty", "sched_getaffinity", "killpg", "setsid", "sysconf"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGKILL", "setitimer", "getitimer", "alarm"):
    delattr(signal, name)
