"""The requests of a worker with a GPU to NVIDIA's driver: ioctl numbers and a few more system calls, as an allowlist.

The requests are those of the driver's published sources (kernel-open/common/inc/nv-ioctl-numbers.h, nv_escape.h,
uvm_ioctl.h) that gVisor's nvproxy lets containers make for computing, less what one GPU and one process do without:
peers, exporting memory to others, moving ranges between processors, reading other processes' memory (UVM_TOOLS). Not
yet tried on a machine with a GPU: what CUDA turns out to need more is refused, and nothing is tested on the GPU then.
"""

from __future__ import annotations

_BASE = 200  # NV_IOCTL_BASE
# CARD_INFO REGISTER_FD ALLOC_OS_EVENT FREE_OS_EVENT CHECK_VERSION_STR ATTACH_GPUS_TO_FD SYS_PARAMS NUMA_INFO
# WAIT_OPEN_COMPLETE, and the resource manager's: ALLOC_MEMORY FREE CONTROL ALLOC DUP_OBJECT SHARE IDLE_CHANNELS
# VID_HEAP_CONTROL MAP_MEMORY UNMAP_MEMORY ALLOC_CONTEXT_DMA2 MAP_MEMORY_DMA UNMAP_MEMORY_DMA
# UPDATE_DEVICE_MAPPING_INFO
DRIVER_REQUESTS = (
    *(_BASE + number for number in (0, 1, 6, 7, 10, 12, 14, 15, 18)),
    *(0x27, 0x29, 0x2A, 0x2B, 0x34, 0x35, 0x41, 0x4A, 0x4E, 0x4F, 0x54, 0x57, 0x58, 0x5E),
)
# INITIALIZE DEINITIALIZE CREATE_RANGE_GROUP DESTROY_RANGE_GROUP REGISTER_GPU_VASPACE UNREGISTER_GPU_VASPACE
# REGISTER_CHANNEL UNREGISTER_CHANNEL SET_RANGE_GROUP MAP_EXTERNAL_ALLOCATION FREE REGISTER_GPU UNREGISTER_GPU
# PAGEABLE_MEM_ACCESS SET_PREFERRED_LOCATION UNSET_PREFERRED_LOCATION DISABLE_READ_DUPLICATION UNSET_ACCESSED_BY
# MAP_DYNAMIC_PARALLELISM_REGION UNMAP_EXTERNAL ALLOC_SEMAPHORE_POOL PAGEABLE_MEM_ACCESS_ON_GPU VALIDATE_VA_RANGE
# CREATE_EXTERNAL_RANGE MM_INITIALIZE
UVM_REQUESTS = (
    *(0x30000001, 0x30000002, 23, 24, 25, 26, 27, 28, 31, 33, 34, 37, 38, 39, 42, 43, 45, 47, 65, 66, 68),
    *(70, 72, 73, 75),
)

# How many bytes a request carries differs between versions of the driver: direction, type and number are looked at.
WITHOUT_SIZE = 0xC000FFFF
_READ_AND_WRITE = 3 << 30
_TYPE = ord("F") << 8  # NV_IOCTL_MAGIC

# Asking only, but for eventfd2, which makes a counter of the process's own.
GPU_SYSTEM_CALLS = (
    *("eventfd2", "mincore", "get_mempolicy"),
    *("sched_getparam", "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min"),
)


def request(escape: int) -> int:
    """Return the request of an escape, as `_IOWR('F', escape, ...)` makes it, without its size."""
    return _READ_AND_WRITE | _TYPE | escape
