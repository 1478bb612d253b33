"""The process of one peer: commands on standard input, answers on standard output.

The protocol is that of `bench/worker/src/protocol.rs`.

    python worker.py PEER THREADS
"""

import importlib
import os
import pathlib
import sys
import time

from network import Network

MOST_RUNS = 2000


def measure(runner, times, seconds):
    found, begin = [], time.perf_counter()
    while len(found) < times or time.perf_counter() - begin < seconds and len(found) < MOST_RUNS:
        start = time.perf_counter()
        runner.run()
        found.append(time.perf_counter() - start)
    return " ".join(f"{x:.7f}" for x in found)


def peak_memory():
    status = pathlib.Path("/proc/self/status").read_text()
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


class Worker:
    def __init__(self, peer):
        self.peer, self.runner = peer, None

    def answer(self, command, *words):
        if command == "load":
            self.runner = None
            folder, batch = words
            self.runner = self.peer.load(Network(folder, int(batch)))
        elif command == "train":
            self.runner = None
            folder, batch = words
            self.runner = self.peer.train(Network(folder, int(batch)))
        elif command == "run":
            return measure(self.runner, int(words[0]), float(words[1]))
        elif command == "output":
            self.runner.output().astype("<f4", order="C", copy=False).tofile(words[0])
        elif command == "memory":
            return str(peak_memory())
        else:
            raise ValueError(f"no command: {command}")
        return ""


def main():
    name, threads = sys.argv[1], int(sys.argv[2])
    # What libraries print goes to standard error.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(kind, text):
        print(kind, " ".join(str(text).split()), file=out, flush=True)

    try:
        peer = importlib.import_module(f"peer_{name}").Peer(threads)
    except Exception as error:
        return say("error", f"{type(error).__name__}: {error}")
    say("ok", peer.version)
    worker = Worker(peer)
    for line in sys.stdin:
        try:
            say("ok", worker.answer(*line.rstrip("\n").split("\t")))
        except Exception as error:
            say("error", f"{type(error).__name__}: {error}")


main()
