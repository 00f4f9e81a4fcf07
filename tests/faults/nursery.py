"""Starts bots quickly: one process that has imported everything, and a fork of it for each start.

    python -m tests.faults.nursery [MODULE:FUNCTION]

Each line on standard input is a start: configuration file and log file, separated by a tab. The answer is
the new process's id. Every fork runs what `xeberdar run` runs, or the function, which is given the
configuration file; it ends when the nursery does.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from handlers.telegram import app as telegram  # imported now, so that no fork has to
from handlers.terminal.service import run_service

PR_SET_PDEATHSIG = 1  # linux/prctl.h


Life = Callable[[Path], int]


def run(life: Life, config: str, log: str) -> int:
    """In the fork: everything that is said goes to the log."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        return life(Path(config))
    except BaseException:
        traceback.print_exc()
        return 1


def answer(line: str) -> None:
    """A line for whoever started us."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def named(name: str) -> Life:
    """The function that `MODULE:FUNCTION` names, with everything that its module imports."""
    module, _, function = name.partition(":")
    life: Life = getattr(import_module(module), function)
    return life


def main() -> None:
    """Fork once a line."""
    assert telegram is not None
    life = named(sys.argv[1]) if len(sys.argv) > 1 else run_service
    libc = ctypes.CDLL(None)
    parent = os.getpid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are nobody's zombies
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    answer("ready")
    for line in sys.stdin:
        config, log = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os._exit(run(life, config, log))
        answer(str(child))


if __name__ == "__main__":
    main()
