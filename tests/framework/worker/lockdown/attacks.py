"""What hostile code tries from inside the lock. Each attack returns where it worked and raises where it was refused.

`ATTACKS[name]` is the function; those in `READING` are stopped by Landlock alone, so that a configuration without it
knows what it gives up. Every target belongs to the test: nothing is harmed where an attack of the control works.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import mmap
import os
import platform
import resource
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

Attack = Callable[[dict[str, Any]], object]
ATTACKS: dict[str, Attack] = {}
READING: set[str] = set()
NOT_IN_THE_OPEN: set[str] = set()  # do harm, or need a privilege or kernel feature: left out of the control

X86 = platform.machine() == "x86_64"
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def attack(reading: bool = False, control: bool = True) -> Callable[[Attack], Attack]:
    def register(function: Attack) -> Attack:
        ATTACKS[function.__name__] = function
        if reading:
            READING.add(function.__name__)
        if not control:
            NOT_IN_THE_OPEN.add(function.__name__)
        return function

    return register


def call(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def raw(number: int, *arguments: object) -> int:
    return call(libc.syscall(ctypes.c_long(number), *arguments))


# --- files ---------------------------------------------------------------------------------------


@attack(reading=True)
def read_a_hidden_test(c: dict[str, Any]) -> object:
    with open(c["secret"]) as file:
        return file.read()


@attack(reading=True)
def list_a_hidden_folder(c: dict[str, Any]) -> object:
    return os.listdir(os.path.dirname(c["secret"]))


@attack(reading=True)
def list_the_root(c: dict[str, Any]) -> object:
    return os.listdir("/")


@attack(reading=True)
def list_tmp(c: dict[str, Any]) -> object:
    return os.listdir("/tmp")


@attack(reading=True)
def read_the_list_of_users(c: dict[str, Any]) -> object:
    with open("/etc/passwd") as file:
        return file.read()


@attack(reading=True)
def read_through_a_link(c: dict[str, Any]) -> object:
    with open(c["link"]) as file:
        return file.read()


@attack(reading=True)
def read_through_dots(c: dict[str, Any]) -> object:
    with open(os.path.join(c["package"], "..", "hidden", "secret.py")) as file:
        return file.read()


@attack()
def write_where_all_may(c: dict[str, Any]) -> object:
    with open(os.path.join(c["shared"], "left"), "w") as file:
        return file.write("x")


@attack()
def write_to_shared_memory(c: dict[str, Any]) -> object:
    name = f"/dev/shm/antorcha-test-{os.getpid()}"
    descriptor = os.open(name, os.O_CREAT | os.O_RDWR, 0o600)
    os.unlink(name)
    return descriptor


@attack()
def poison_a_package(c: dict[str, Any]) -> object:
    with open(os.path.join(c["package"], "module.py"), "a") as file:
        return file.write("\n")


@attack()
def empty_a_file_by_reading(c: dict[str, Any]) -> object:
    return os.open(os.path.join(c["package"], "victim.py"), os.O_RDONLY | os.O_TRUNC)


@attack()
def truncate_a_file(c: dict[str, Any]) -> object:
    return os.truncate(os.path.join(c["package"], "victim.py"), 0)


@attack()
def open_for_reading_and_writing(c: dict[str, Any]) -> object:
    return os.open(os.path.join(c["package"], "module.py"), os.O_RDWR)


@attack()
def make_a_nameless_file(c: dict[str, Any]) -> object:
    return os.open(c["shared"], os.O_TMPFILE | os.O_RDWR, 0o600)


@attack()
def make_a_folder(c: dict[str, Any]) -> object:
    return os.mkdir(os.path.join(c["shared"], "folder"))


@attack()
def make_a_link(c: dict[str, Any]) -> object:
    return os.symlink("/etc", os.path.join(c["shared"], "etc"))


@attack()
def make_a_hard_link(c: dict[str, Any]) -> object:
    return os.link(os.path.join(c["package"], "victim.py"), os.path.join(c["shared"], "hard"))


@attack()
def make_a_named_pipe(c: dict[str, Any]) -> object:
    return os.mkfifo(os.path.join(c["shared"], "fifo"))


@attack()
def rename_a_file(c: dict[str, Any]) -> object:
    return os.rename(os.path.join(c["package"], "spare.py"), os.path.join(c["package"], "spare2.py"))


@attack()
def remove_a_file(c: dict[str, Any]) -> object:
    return os.unlink(os.path.join(c["package"], "extra.py"))


@attack()
def change_a_mode(c: dict[str, Any]) -> object:
    return os.chmod(os.path.join(c["package"], "victim.py"), 0o600)


@attack()
def change_an_owner(c: dict[str, Any]) -> object:
    return os.chown(os.path.join(c["package"], "victim.py"), os.getuid(), os.getgid())


@attack()
def change_times(c: dict[str, Any]) -> object:
    return os.utime(os.path.join(c["package"], "victim.py"))


@attack()
def set_an_attribute(c: dict[str, Any]) -> object:
    return os.setxattr(os.path.join(c["package"], "victim.py"), "user.x", b"x")


@attack(control=False)
def set_an_attribute_the_new_way(c: dict[str, Any]) -> object:
    return raw(463, -100, os.path.join(c["package"], "victim.py").encode(), 0, b"user.x", None, 0)


@attack()
def list_attributes(c: dict[str, Any]) -> object:
    return os.listxattr(c["secret"])


@attack()
def watch_a_folder(c: dict[str, Any]) -> object:
    return call(libc.inotify_init1(0))


@attack()
def lock_a_file(c: dict[str, Any]) -> object:
    with open(os.path.join(c["package"], "module.py")) as file:
        return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB) or "locked"


@attack()
def lock_part_of_a_file(c: dict[str, Any]) -> object:
    with open(os.path.join(c["package"], "module.py")) as file:
        return fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB) or "locked"


@attack(control=False)
def lease_a_file(c: dict[str, Any]) -> object:
    with open(os.path.join(c["package"], "module.py")) as file:
        return fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)


@attack()
def have_signals_sent_to_another(c: dict[str, Any]) -> object:
    ends = os.pipe()
    return fcntl.fcntl(ends[0], fcntl.F_SETOWN, c["victim"])


@attack()
def move_the_working_folder(c: dict[str, Any]) -> object:
    return os.chdir(os.path.dirname(c["secret"])) or "moved"


@attack()
def find_the_size_of_a_file_system(c: dict[str, Any]) -> object:
    return os.statvfs("/")


@attack()
def memory_file(c: dict[str, Any]) -> object:
    return os.memfd_create("x")


@attack()
def flush_the_machines_disks(c: dict[str, Any]) -> object:
    return raw(306 if X86 else 267, 0)  # syncfs, since sync itself has no way to fail


@attack(control=False)
def open_by_handle(c: dict[str, Any]) -> object:
    return call(libc.name_to_handle_at(-100, b"/etc/passwd", ctypes.create_string_buffer(256), None, 0))


# --- processes -----------------------------------------------------------------------------------


@attack(reading=True)
def environment_of_the_zygote(c: dict[str, Any]) -> object:
    with open(f"/proc/{c['zygote']}/environ", "rb") as file:
        return len(file.read())


@attack(reading=True)
def command_line_of_the_zygote(c: dict[str, Any]) -> object:
    with open(f"/proc/{c['zygote']}/cmdline", "rb") as file:
        return file.read()


@attack(reading=True)
def descriptors_of_the_zygote(c: dict[str, Any]) -> object:
    return os.listdir(f"/proc/{c['zygote']}/fd")


@attack(reading=True)
def memory_of_the_zygote(c: dict[str, Any]) -> object:
    return os.open(f"/proc/{c['zygote']}/mem", os.O_RDONLY)


@attack(reading=True)
def memory_map_of_the_zygote(c: dict[str, Any]) -> object:
    with open(f"/proc/{c['zygote']}/maps") as file:
        return file.readline()


@attack(reading=True)
def root_of_the_zygote(c: dict[str, Any]) -> object:
    return os.listdir(f"/proc/{c['zygote']}/root")


@attack(reading=True)
def own_descriptors(c: dict[str, Any]) -> object:
    return os.listdir("/proc/self/fd")


@attack(reading=True)
def own_memory(c: dict[str, Any]) -> object:
    return os.open("/proc/self/mem", os.O_RDONLY)


@attack(reading=True)
def list_processes(c: dict[str, Any]) -> object:
    return os.listdir("/proc")


@attack(reading=True)
def kernel_settings(c: dict[str, Any]) -> object:
    with open("/proc/sys/kernel/hostname") as file:
        return file.read()


@attack()
def fork(c: dict[str, Any]) -> object:
    if (child := os.fork()) == 0:
        os._exit(0)
    return os.waitpid(child, 0)


@attack(control=X86)
def fork_by_clone(c: dict[str, Any]) -> object:
    number = 56 if X86 else 220
    if (child := raw(number, signal.SIGCHLD, 0, 0, 0, 0)) == 0:
        os._exit(0)
    return os.waitpid(child, 0)


@attack(control=False)
def fork_by_clone3(c: dict[str, Any]) -> object:
    arguments = struct.pack("8Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    if (child := raw(435, arguments, len(arguments))) == 0:
        os._exit(0)
    return os.waitpid(child, 0)


@attack(control=False)
def vfork(c: dict[str, Any]) -> object:
    if not X86:
        raise OSError("no such call on this architecture")
    return raw(58)


@attack(control=False)
def thread_in_a_namespace(c: dict[str, Any]) -> object:
    flags = 0x100 | 0x800 | 0x10000 | 0x40000000  # VM, SIGHAND, THREAD, NEWNET
    return raw(56 if X86 else 220, ctypes.c_ulong(flags), 0, 0, 0, 0)


@attack()
def run_a_program(c: dict[str, Any]) -> object:
    return subprocess.run(["/bin/sh", "-c", "echo hi"], capture_output=True, check=True).stdout


@attack(control=False)
def become_a_program(c: dict[str, Any]) -> object:
    os.execv("/bin/sh", ["sh", "-c", "exit 0"])


@attack()
def signal_the_zygote(c: dict[str, Any]) -> object:
    os.kill(c["zygote"], 0)
    return "it is there"


@attack()
def kill_a_sibling(c: dict[str, Any]) -> object:
    os.kill(c["victim"], signal.SIGCONT)
    return "signalled"


@attack()
def signal_everybody(c: dict[str, Any]) -> object:
    os.kill(-1, 0)
    return "signalled"


@attack()
def signal_the_group(c: dict[str, Any]) -> object:
    os.kill(0, 0)
    return "signalled"


@attack()
def signal_a_thread_of_the_zygote(c: dict[str, Any]) -> object:
    return raw(234 if X86 else 131, c["zygote"], c["zygote"], 0)


@attack()
def signal_a_thread_the_old_way(c: dict[str, Any]) -> object:
    return raw(200 if X86 else 130, c["zygote"], 0)


@attack()
def handle_on_a_process(c: dict[str, Any]) -> object:
    return os.pidfd_open(c["victim"])


@attack()
def trace_a_sibling(c: dict[str, Any]) -> object:
    libc.ptrace.argtypes = [ctypes.c_long] * 4
    return call(libc.ptrace(0x4206, c["victim"], 0, 0))  # PTRACE_SEIZE: does not stop it


@attack()
def be_traced(c: dict[str, Any]) -> object:
    libc.ptrace.argtypes = [ctypes.c_long] * 4
    return call(libc.ptrace(0, 0, 0, 0))


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


@attack()
def read_a_siblings_memory(c: dict[str, Any]) -> object:
    # The sibling is a fork of the same parent: what lies at an address here lies there too.
    own = ctypes.create_string_buffer(16)
    here, there = _Vector(ctypes.addressof(own), 16), _Vector(id(os), 16)
    return call(libc.process_vm_readv(c["victim"], ctypes.byref(here), 1, ctypes.byref(there), 1, 0))


@attack()
def lower_a_siblings_limits(c: dict[str, Any]) -> object:
    return resource.prlimit(c["victim"], resource.RLIMIT_CPU, (10_000, 10_000))


@attack()
def read_a_siblings_limits(c: dict[str, Any]) -> object:
    return resource.prlimit(c["victim"], resource.RLIMIT_CPU)


@attack()
def set_own_limits(c: dict[str, Any]) -> object:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)) or "set"


@attack()
def set_own_limits_the_old_way(c: dict[str, Any]) -> object:
    both = (ctypes.c_ulong * 2)(*resource.getrlimit(resource.RLIMIT_NOFILE))
    return raw(160 if X86 else 164, resource.RLIMIT_NOFILE, both)


@attack()
def slow_a_sibling_down(c: dict[str, Any]) -> object:
    return os.setpriority(os.PRIO_PROCESS, c["victim"], 5) or "slowed"


@attack()
def move_a_sibling(c: dict[str, Any]) -> object:
    return os.sched_setaffinity(c["victim"], os.sched_getaffinity(0)) or "moved"


@attack()
def take_every_processor(c: dict[str, Any]) -> object:
    return os.sched_setaffinity(0, os.sched_getaffinity(0)) or "taken"


@attack()
def change_scheduling(c: dict[str, Any]) -> object:
    return os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)) or "changed"


@attack(control=False)
def leave_the_session(c: dict[str, Any]) -> object:
    return os.setsid() or "left"


@attack(control=False)
def leave_the_group(c: dict[str, Any]) -> object:
    return os.setpgid(0, 0) or "left"


@attack(control=False)
def become_root(c: dict[str, Any]) -> object:
    os.setresuid(0, 0, 0)
    return os.getuid()


@attack(control=False)
def become_root_by_capability(c: dict[str, Any]) -> object:
    header = struct.pack("Ii", 0x20080522, 0)
    return call(libc.capset(header, struct.pack("6I", *[0xFFFFFFFF] * 6)))


@attack()
def become_readable_again(c: dict[str, Any]) -> object:
    return call(libc.prctl(4, ctypes.c_ulong(1), 0, 0, 0))


@attack()
def outlive_the_zygote(c: dict[str, Any]) -> object:
    return call(libc.prctl(1, ctypes.c_ulong(0), 0, 0, 0))


@attack()
def adopt_orphans(c: dict[str, Any]) -> object:
    return call(libc.prctl(36, ctypes.c_ulong(1), 0, 0, 0))


@attack()
def change_personality(c: dict[str, Any]) -> object:
    return call(libc.personality(ctypes.c_ulong(0x0040000)))  # no address space randomisation


@attack(control=False)
def new_user_namespace(c: dict[str, Any]) -> object:
    return call(libc.unshare(0x10000000))


@attack(control=False)
def new_mount_namespace(c: dict[str, Any]) -> object:
    return call(libc.unshare(0x00020000))


@attack(control=False)
def mount(c: dict[str, Any]) -> object:
    return call(libc.mount(b"none", c["shared"].encode(), b"tmpfs", ctypes.c_ulong(0), None))


@attack(control=False)
def change_root(c: dict[str, Any]) -> object:
    return os.chroot(c["shared"]) or "changed"


@attack(control=False)
def rename_the_machine(c: dict[str, Any]) -> object:
    return socket.sethostname(socket.gethostname()) or "renamed"


# --- sockets and kernel objects ------------------------------------------------------------------


@attack()
def tcp_to_the_machine(c: dict[str, Any]) -> object:
    with socket.create_connection(("127.0.0.1", c["tcp"]), 2) as connection:
        return connection.send(b"x")


@attack()
def listen_on_tcp(c: dict[str, Any]) -> object:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.listen() or "listening"


@attack()
def udp_to_the_machine(c: dict[str, Any]) -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return sender.sendto(b"leak", ("127.0.0.1", c["udp"]))


@attack()
def abstract_socket(c: dict[str, Any]) -> object:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0" + c["abstract"])
        return "connected"


@attack()
def abstract_seqpacket_socket(c: dict[str, Any]) -> object:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        client.bind("\0antorcha-test-left")
        return "bound"


@attack()
def named_socket(c: dict[str, Any]) -> object:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(c["unix"])
        return "connected"


@attack()
def pair_of_sockets(c: dict[str, Any]) -> object:
    return len(socket.socketpair())


@attack()
def netlink_socket(c: dict[str, Any]) -> object:
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).fileno()


@attack()
def ipv6_socket(c: dict[str, Any]) -> object:
    return socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).fileno()


@attack(control=False)
def packet_socket(c: dict[str, Any]) -> object:
    return socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM).fileno()


@attack(control=False)
def vsock_socket(c: dict[str, Any]) -> object:
    return socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).fileno()


@attack(control=False)
def crypto_socket(c: dict[str, Any]) -> object:
    return socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET).fileno()


@attack(control=False)
def bluetooth_socket(c: dict[str, Any]) -> object:
    return socket.socket(31, socket.SOCK_RAW, 1).fileno()


@attack()
def io_ring(c: dict[str, Any]) -> object:
    return raw(425, 4, ctypes.create_string_buffer(256))


@attack(control=False)
def asynchronous_io(c: dict[str, Any]) -> object:
    return raw(206 if X86 else 0, 1, ctypes.byref(ctypes.c_ulong(0)))


@attack()
def shared_memory_segment(c: dict[str, Any]) -> object:
    number = call(libc.shmget(0, 4096, 0o1600))
    return libc.shmctl(number, 0, None)


@attack()
def message_queue(c: dict[str, Any]) -> object:
    number = call(libc.msgget(0, 0o1600))
    return libc.msgctl(number, 0, None)


@attack()
def semaphores(c: dict[str, Any]) -> object:
    number = call(libc.semget(0, 1, 0o1600))
    return libc.semctl(number, 0, 0, 0)


@attack(control=False)
def posix_message_queue(c: dict[str, Any]) -> object:
    return raw(240 if X86 else 180, b"antorcha-test", os.O_CREAT | os.O_RDWR, 0o600, None)


@attack(control=False)
def kernel_keys(c: dict[str, Any]) -> object:
    return raw(248 if X86 else 217, b"user", b"antorcha", b"x", 1, -2)


@attack(control=False)
def bpf(c: dict[str, Any]) -> object:
    return raw(321 if X86 else 280, 0, struct.pack("5I", 2, 4, 4, 1, 0), 20)


@attack(control=False)
def performance_counters(c: dict[str, Any]) -> object:
    return raw(298 if X86 else 241, struct.pack("II", 1, 128) + bytes(120), 0, -1, -1, 0)


@attack(control=False)
def faults_in_user_space(c: dict[str, Any]) -> object:
    return raw(323 if X86 else 282, 1)


@attack()
def event_descriptor(c: dict[str, Any]) -> object:
    return call(libc.eventfd(0, 0))


@attack()
def timer_descriptor(c: dict[str, Any]) -> object:
    return call(libc.timerfd_create(1, 0))


@attack()
def kernel_timer(c: dict[str, Any]) -> object:
    return raw(222 if X86 else 107, 1, None, ctypes.byref(ctypes.c_int()))


@attack()
def grow_a_pipe(c: dict[str, Any]) -> object:
    return fcntl.fcntl(os.pipe()[1], 1031, 1 << 18)


@attack()
def other_ioctl(c: dict[str, Any]) -> object:
    return fcntl.ioctl(os.pipe()[0], 0x5421, struct.pack("i", 1))  # FIONBIO stands for all that is not named


@attack(control=False)
def type_into_a_terminal(c: dict[str, Any]) -> object:
    return fcntl.ioctl(0, 0x5412, b"x")  # TIOCSTI


@attack(control=False)
def break_a_page(c: dict[str, Any]) -> object:
    page = mmap.mmap(-1, mmap.PAGESIZE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return call(libc.madvise(ctypes.c_void_p(address), mmap.PAGESIZE, 101))  # MADV_SOFT_OFFLINE


@attack(control=False)
def number_of_the_x32_interface(c: dict[str, Any]) -> object:
    if not X86:
        return raw(172)
    return raw(0x40000000 | 39)


@attack(control=False)
def unlock_by_another_filter(c: dict[str, Any]) -> object:
    return raw(317 if X86 else 277, 1, 0, None)


# --- what must be bounded: these return how far they came ------------------------------------------


def open_descriptors(c: dict[str, Any]) -> object:
    found = []
    for descriptor in range(256):
        with contextlib.suppress(OSError):
            os.fstat(descriptor)
            found.append(descriptor)
    return found


def threads(c: dict[str, Any]) -> object:
    threading.stack_size(32 << 10)
    release, started = threading.Event(), 0
    with contextlib.suppress(RuntimeError):
        while started < 3000:
            threading.Thread(target=release.wait, daemon=True).start()
            started += 1
    release.set()
    return started


def descriptors(c: dict[str, Any]) -> object:
    opened = 0
    with contextlib.suppress(OSError):
        while opened < 5000:
            os.dup(0)
            opened += 1
    return opened


def a_lot_of_memory(c: dict[str, Any]) -> object:
    try:
        return len(bytearray(4 << 30))
    except MemoryError:
        return "MemoryError"


def a_lot_of_shared_memory(c: dict[str, Any]) -> object:
    try:
        return len(mmap.mmap(-1, 4 << 30))
    except (OSError, MemoryError) as error:
        return type(error).__name__


def spin(c: dict[str, Any]) -> object:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


def abort(c: dict[str, Any]) -> object:
    os.abort()


def end_by_own_signal(c: dict[str, Any]) -> object:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)
    return "survived"


def call_as_32_bit(c: dict[str, Any]) -> object:
    """`mov eax, 20 (getpid); int 0x80; ret`, the other door into an x86 kernel."""
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()


def size_of_a_guessed_file(c: dict[str, Any]) -> object:
    return os.stat(c["secret"]).st_size


def size_in_a_private_folder(c: dict[str, Any]) -> object:
    return os.stat(c["private"]).st_size


def identity(c: dict[str, Any]) -> object:
    return [os.getuid(), os.geteuid(), os.getgid(), os.getgroups(), os.getpgrp() == os.getpid()]


def every_other_call(c: dict[str, Any]) -> object:
    """Makes every call that the allowlist does not name, without arguments; returns those that were not refused."""
    wrong = []
    for number in c["denied_numbers"]:
        ctypes.set_errno(0)
        result = libc.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0, 0)
        if result != -1 or ctypes.get_errno() not in (1, 38):  # EPERM, ENOSYS
            wrong.append([number, result, ctypes.get_errno()])
    return wrong


BOUNDED: dict[str, Attack] = {
    f.__name__: f
    for f in (
        open_descriptors,
        threads,
        descriptors,
        a_lot_of_memory,
        a_lot_of_shared_memory,
        spin,
        abort,
        end_by_own_signal,
        call_as_32_bit,
        size_of_a_guessed_file,
        size_in_a_private_folder,
        identity,
        every_other_call,
    )
}
