"""A filter of system calls by seccomp: what Landlock leaves open, and what no function of an exercise needs.

The filter is a program for the kernel's packet filter, which sees the number of a call and its plain arguments. It
names what is refused: a list of what is allowed would break with each new version of the C library, torch or a driver.
"""

import ctypes
import errno
import functools
import os
import struct

from kit.learner.wall.libc import ARCHITECTURE, COLUMN, GET_SECCOMP, IS_KNOWN, call, prctl

SECCOMP = {"seccomp": (317, 277)}
NONE = -1  # the architecture lacks this call

REFUSED = {  # name: its number on x86-64 and on arm64
    # other processes: start one, look into one, write into one, change one
    **{"fork": (57, NONE), "vfork": (58, NONE), "execve": (59, 221), "execveat": (322, 281)},
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272)},
    **{"pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "tkill": (200, 130)},
    **{"process_madvise": (440, 440), "process_mrelease": (448, 448), "get_robust_list": (274, 100)},
    **{"setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setscheduler": (144, 119), "setpgid": (109, 154)},
    **{"sched_setparam": (142, 118), "sched_setattr": (314, 274), "migrate_pages": (256, 238)},
    **{"move_pages": (279, 239)},
    # sockets, and memory or queues that outlive the process
    **{"socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201)},
    **{"accept": (43, 202), "accept4": (288, 242), "memfd_create": (319, 279), "memfd_secret": (447, 447)},
    **{"shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "semop": (65, 193)},
    **{"semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188)},
    **{"msgctl": (71, 187), "mq_open": (240, 180), "mq_unlink": (241, 181)},
    # other ways into the kernel
    **{"io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "bpf": (321, 280)},
    **{"perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217), "request_key": (249, 218)},
    **{"keyctl": (250, 219), "modify_ldt": (154, NONE), "syslog": (103, 116), "personality": (135, 92)},
    # the tree of files: another view of it, and what Landlock does not watch
    **{"unshare": (272, 97), "setns": (308, 268), "chroot": (161, 51), "pivot_root": (155, 41), "mount": (165, 40)},
    **{"umount2": (166, 39), "open_tree": (428, 428), "move_mount": (429, 429), "open_tree_attr": (467, 467)},
    **{"fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433)},
    **{"mount_setattr": (442, 442)},
    **{"name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262)},
    **{"truncate": (76, 45), "chmod": (90, NONE), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452)},
    **{"chown": (92, NONE), "fchown": (93, 55), "lchown": (94, NONE), "fchownat": (260, 54), "utime": (132, NONE)},
    **{"utimes": (235, NONE), "futimesat": (261, NONE), "utimensat": (280, 88), "setxattr": (188, 5)},
    **{"lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15)},
    **{"fremovexattr": (199, 16), "setxattrat": (463, 463), "removexattrat": (466, 466), "file_setattr": (469, 469)},
}
TO_ITSELF = {  # name: numbers, and which argument is a process that has to be this one
    **{"kill": (62, 129, 0), "tgkill": (234, 131, 0), "rt_sigqueueinfo": (129, 138, 0)},
    **{"rt_tgsigqueueinfo": (297, 240, 0), "prlimit64": (302, 261, 0), "sched_setaffinity": (203, 122, 0)},
}
BY_ZERO = ("prlimit64", "sched_setaffinity")  # which take 0 for this process, where kill(0) is for its whole group
FCNTL, PRCTL, CLONE, CLONE3 = (72, 25), (157, 167), (56, 220), (435, 435)
SET_OWNER = (8, 15)  # F_SETOWN and F_SETOWN_EX of fcntl(2): who gets the signals of a descriptor
PARENT_DEATH = (1,)  # PR_SET_PDEATHSIG of prctl(2): the kit has set it
THREAD = 0x10000  # CLONE_THREAD

INSTRUCTION = struct.Struct("HBBI")  # what to do, how far to jump if so and if not, and a number
OWN_ID = b"self"
LOAD, EQUAL, ANY_BIT, AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06  # instructions
ALLOW, REFUSE, UNKNOWN = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
NUMBER, ARCHITECTURE_OF_CALL, FIRST_ARGUMENT = 0, 4, 16  # offsets in what the filter sees; an argument has 8 bytes
X32 = 0x40000000  # numbers from here on are x86-64's with short pointers
SET_FILTER, ACTION_AVAILABLE = 1, 2  # operations of seccomp(2)
ALL_THREADS, NO_SLOWER_MEMORY = 1, 4  # flags: without the second, old kernels switch off a part of the processor


@functools.cache
def seccomp_is_there() -> bool:
    """Whether this kernel filters the system calls of this architecture."""
    if not IS_KNOWN:
        return False
    try:
        prctl(GET_SECCOMP)
        call("syscall", SECCOMP["seccomp"][COLUMN], ACTION_AVAILABLE, 0, struct.pack("I", REFUSE & 0xFFFF0000))
    except OSError:
        return False
    return True


def prepare() -> None:
    """Make the program, before a process forks learner processes."""
    filter_for(COLUMN, ARCHITECTURE)


def refuse_system_calls() -> None:
    """From here on each refused call fails with EPERM in all threads of this process, and nothing undoes it."""
    program = filter_for(COLUMN, ARCHITECTURE).replace(OWN_ID, struct.pack("I", os.getpid()))
    buffer = ctypes.create_string_buffer(program)
    head = struct.pack("HxxxxxxQ", len(program) // INSTRUCTION.size, ctypes.addressof(buffer))
    call("syscall", SECCOMP["seccomp"][COLUMN], SET_FILTER, ALL_THREADS | NO_SLOWER_MEMORY, head)


@functools.cache
def filter_for(column: int, architecture: int) -> bytes:
    """The whole program, with OWN_ID where the id of the process belongs; a call that no rule is about is allowed."""
    own, zero = struct.unpack("I", OWN_ID)[0], 0
    rules = [(LOAD, 0, 0, ARCHITECTURE_OF_CALL), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, REFUSE)]
    rules += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, REFUSE)]
    for numbers in REFUSED.values():
        rules += _answer(numbers[column], REFUSE)
    for name, (*numbers, argument) in TO_ITSELF.items():
        rules += _ask(numbers[column], argument, EQUAL, (own, zero) if name in BY_ZERO else (own,), ALLOW, REFUSE)
    rules += _ask(FCNTL[column], 1, EQUAL, SET_OWNER, REFUSE, ALLOW)
    rules += _ask(PRCTL[column], 0, EQUAL, PARENT_DEATH, REFUSE, ALLOW)
    rules += _ask(CLONE[column], 0, ANY_BIT, (THREAD,), ALLOW, REFUSE)
    rules += _answer(CLONE3[column], UNKNOWN)  # its flags cannot be looked at; the C library then takes clone
    return b"".join(INSTRUCTION.pack(*rule) for rule in [*rules, (RETURN, 0, 0, ALLOW)])


def _answer(number: int, answer: int) -> list[tuple]:
    """One answer to each call with this number."""
    return [] if number == NONE else [(EQUAL, 0, 1, number), (RETURN, 0, 0, answer)]


def _ask(number: int, argument: int, test: int, values: tuple, then: int, otherwise: int) -> list[tuple]:
    """An answer to each call with this number by one of its arguments: the lower half, which is all of an int."""
    tests = [rule for value in values for rule in ((test, 0, 1, value), (RETURN, 0, 0, then))]
    body = [(LOAD, 0, 0, FIRST_ARGUMENT + 8 * argument), *tests, (RETURN, 0, 0, otherwise)]
    return [(EQUAL, 0, len(body), number), *body]
