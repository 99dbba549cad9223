"""The folders in which zygotes keep their caches and their workers' scratch folders, and how a folder is removed.

Each folder bears its grader's number: whoever outlives a grader that was killed can clear them away, since behind
bubblewrap the zygote dies with it and cannot. Imports no torch.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path

# A disk may take 5 ms for each of some thousand folders; a worker that is still alive, which none should be, could fill
# a folder for ever.
_REMOVAL_SECONDS = 300.0


def new_folder() -> str:
    """Make a folder for a zygote of this process."""
    return tempfile.mkdtemp(prefix=folder_prefix(os.getpid()))


def clear(grader: int) -> None:
    """Remove what the zygotes of a process that has ended left behind. Never raises."""
    with contextlib.suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{folder_prefix(grader)}*"):
            # The temporary folder is open to all: somebody else's folder of that name is theirs.
            if folder.lstat().st_uid == os.geteuid():
                remove(str(folder))


def remove(folder: str) -> bool:
    """Remove a folder with all that is in it, and return whether nothing of it is left. Never raises.

    Student code has made what is in it: the depth, the length of a path and the permissions are of no account, and
    links are not followed. What cannot be removed is named on stderr.
    """
    parent, name = os.path.split(os.path.abspath(folder))
    problem: OSError | None = None
    try:
        above = os.open(parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return not os.path.lexists(folder)
    try:
        problem = _removed(name, above)
        with contextlib.suppress(FileNotFoundError):
            os.stat(name, dir_fd=above, follow_symlinks=False)
            reason = (problem and problem.strerror) or "it is being written to"
            print(f"antorcha: {folder} could not be removed ({reason}): remove it by hand", file=sys.stderr)
            return False
    except OSError as error:
        print(f"antorcha: {folder} may not be removed ({error.strerror}): look at it", file=sys.stderr)
        return False
    finally:
        os.close(above)
    return True


def _removed(name: str, above: int) -> OSError | None:
    """Remove the folder `name` of the open folder `above`; return the last error that kept something.

    Folders are not walked into: what stands in a folder of the top one is moved into the top one, where its turn
    comes in the next pass. So there are never more than three folders open, at whatever depth, and no path is longer
    than a name.
    """
    try:
        top = _opened(name, above)
    except FileNotFoundError:
        return None
    except OSError as error:
        return error
    last: OSError | None = None
    names: list[str] = []
    deadline = time.monotonic() + _REMOVAL_SECONDS
    try:
        while time.monotonic() < deadline:
            before, names = names, sorted(os.listdir(top))
            if not names or (last is not None and names == before):  # a pass that changed nothing is not repeated
                break
            problems = [_taken_away(inner, top, top) for inner in names]
            last = next((problem for problem in problems if problem is not None), None)
        os.rmdir(name, dir_fd=above)
    except OSError as error:
        return last or error
    finally:
        os.close(top)
    return None


def _taken_away(name: str, folder: int, top: int) -> OSError | None:
    """Remove the file or the folder `name` of an open folder, whose own folders are moved into `top`.

    Somebody else may be removing it too: a zygote and its grader, when both end.
    """
    try:
        os.unlink(name, dir_fd=folder)
        return None
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno not in (errno.EISDIR, errno.EPERM):  # EPERM is what POSIX asks for a folder
            return error
    try:
        own = _opened(name, folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        return error
    try:
        if folder != top:
            os.rename(name, secrets.token_hex(16), src_dir_fd=folder, dst_dir_fd=top)
            return None
        for inner in os.listdir(own):
            _taken_away(inner, own, top)
        os.rmdir(name, dir_fd=folder)
        return None
    except FileNotFoundError:
        return None
    except OSError as error:
        return error
    finally:
        os.close(own)


def _opened(name: str, above: int) -> int:
    """Open a folder to read it, and first give its owner the right to read, change and enter it.

    By way of a descriptor that needs no such right, so that a link put in its place is never followed.
    """
    held = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)
    try:
        with contextlib.suppress(OSError):
            os.chmod(f"/proc/self/fd/{held}", 0o700)
        return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=held)
    finally:
        os.close(held)


def folder_prefix(grader: int) -> str:
    """Return the beginning of the names of all folders of one grader's zygotes."""
    return f"antorcha-{grader}-"
