# about: memory that Python does not count: anonymous, shared and by ctypes
# expects: points=0 squares=memory_limit|error
import ctypes
import mmap


def squares(n):
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 1 << 28))
        libc = ctypes.CDLL(None)
        libc.malloc.restype = ctypes.c_void_p
        if not libc.malloc(ctypes.c_size_t(1 << 28)):
            raise MemoryError
