"""Becomes another program after tying its life to its parent's; run as a script, standard library only.

    python -I -S shim.py PARENT SIGNAL UID GID PROGRAM [ARGUMENT ...]

SIGNAL is what the kernel sends to the program when process PARENT dies (0: nothing). UID and GID are -1 to stay who
we are. A small program of its own instead of subprocess' `preexec_fn`, because code between fork and exec may
deadlock in a process with threads, and because changing the account clears the death signal: the order counts.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PROGRAM_NOT_FOUND = 127


def main(arguments: list[str]) -> None:
    parent, death_signal, uid, gid = (int(value) for value in arguments[:4])
    program = arguments[4:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if death_signal and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # It died before we asked.
            os._exit(0)
    # Python ignores SIGPIPE, and an ignored signal stays ignored across exec.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execv(program[0], program)  # noqa: S606 - becoming that program is the purpose
    except OSError as error:
        sys.stderr.write(f"{program[0]}: {error.strerror}\n")
        os._exit(PROGRAM_NOT_FOUND)


if __name__ == "__main__":
    main(sys.argv[1:])
