"""A small zygote: imports once, then forks one locked child for each thing to try, and prints what came of it.

Run as a script with one JSON argument; see `Plan` in test_lockdown.py. Prints one JSON object: name -> outcome.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import Any

gc.disable()
plan: dict[str, Any] = json.loads(sys.argv[1])
if plan["legal"]:
    import torch
    import torch._dynamo

    torch.set_num_threads(1)

import attacks  # noqa: E402

from antorcha.worker import lockdown  # noqa: E402
from antorcha.worker.lockdown import lock  # noqa: E402
from antorcha.worker.lockdown.users import FIRST_UID  # noqa: E402

WORK = dict(attacks.ATTACKS | attacks.BOUNDED)
if plan["legal"]:
    import legal

    WORK |= legal.LEGAL

SECONDS = 30
MEMORY = 2 << 30
CPU_SECONDS = {"spin": 1, "every_other_call": 5}


def lay_out(base: Path, user: int | None) -> dict[str, Any]:
    """The files that attacks go for, owned by whom the workers run as where that is an ordinary user."""
    files = {
        "hidden/secret.py": "expected = 42\n",
        "private/secret.py": "x" * 7,
        "package/module.py": "# a package\n",
        "package/victim.py": "# to be changed\n",
        "package/spare.py": "# to be renamed\n",
        "package/extra.py": "# to be removed\n",
    }
    for name, text in files.items():
        path = base / name
        path.parent.mkdir(exist_ok=True, mode=0o755)
        path.write_text(text)
        path.chmod(0o644)
    (base / "shared").mkdir()
    (base / "link.py").symlink_to(base / "hidden/secret.py")
    if user is not None:
        for path in (base, *base.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
    (base / "shared").chmod(0o777)
    (base / "private").chmod(0o700)
    names = {"secret": "hidden/secret.py", "private": "private/secret.py", "package": "package", "link": "link.py"}
    return {key: str(base / name) for key, name in (names | {"shared": "shared"}).items()}


def open_doors(base: Path) -> dict[str, Any]:
    """Listeners of every kind, as a machine has them."""
    tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    abstract, unix = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    name = f"antorcha-test-{os.getpid()}"
    abstract.bind("\0" + name)
    unix.bind(str(base / "socket"))
    os.chmod(base / "socket", 0o777)
    for server in (abstract, unix):
        server.listen()
    return {
        "tcp": tcp.getsockname()[1],
        "udp": udp.getsockname()[1],
        "abstract": name,
        "unix": str(base / "socket"),
        "keep": (tcp, udp, abstract, unix),
    }


def become(user: int) -> None:
    """An ordinary user, dumpable again as one who started this program would be."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)


def victim() -> int:
    if (pid := os.fork()) == 0:
        time.sleep(600)
        os._exit(0)
    return pid


def child(name: str, report: int, context: dict[str, Any], prepared: Any) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    try:
        if prepared is not None:
            uid = FIRST_UID + 3
            lockdown.enter(prepared, MEMORY, CPU_SECONDS.get(name, 20), uid=uid, keep=(0, 1, 2, report))
    except BaseException:
        outcome: dict[str, Any] = {"outcome": "not locked", "detail": traceback.format_exc()}
    else:
        try:
            outcome = {"outcome": "done", "detail": WORK[name](context)}
        except BaseException as error:
            outcome = {"outcome": "refused", "detail": f"{type(error).__name__}: {error}"}
            if plan["legal"]:
                outcome["traceback"] = traceback.format_exc()
    os.write(report, json.dumps(outcome, default=repr).encode())
    os._exit(0)


def attempt(name: str, context: dict[str, Any], prepared: Any) -> dict[str, Any]:
    r, w = os.pipe()
    if (pid := os.fork()) == 0:
        os.close(r)
        child(name, w, context, prepared)
    os.close(w)
    text, until = b"", time.monotonic() + SECONDS
    while select.select([r], [], [], max(0.0, until - time.monotonic()))[0]:
        if not (piece := os.read(r, 65536)):
            break
        text += piece
    else:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(r)
        return {"outcome": "hung", "detail": ""}
    os.close(r)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if not text:
        return {"outcome": "died", "detail": status}
    return dict(json.loads(text))


def main() -> None:
    base = Path(plan["base"])
    context = lay_out(base, plan["user"]) | (doors := open_doors(base))
    context.pop("keep")
    if plan["user"] is not None:
        become(plan["user"])
    prepared = None
    if plan["lock"]:
        settings = lockdown.Settings(extra_readable=(context["package"],), **plan["settings"])
        prepared = lockdown.prepare(settings)
    context |= {"zygote": os.getpid(), "victim": (sibling := victim()), "denied_numbers": plan["denied_numbers"]}
    outcomes = {name: attempt(name, context, prepared) for name in plan["work"]}
    if prepared is not None:
        identity = lock.identity_for(prepared.settings, prepared.ruleset is not None)
        outcomes["identity_of_workers"] = {"own_user": identity.own_user, "reads_all": bool(identity.capabilities)}
    alive = os.waitpid(sibling, os.WNOHANG)[0] == 0
    outcomes["victim"] = {"outcome": "alive" if alive else "dead", "detail": ""}
    os.kill(sibling, signal.SIGKILL)
    del doors
    print(json.dumps(outcomes))


main()
