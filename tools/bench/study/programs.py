# SPDX-License-Identifier: GPL-2.0
"""Running programs in the guest, and reading what they print."""

import os
import signal
import subprocess
import tempfile
import time


class Failure(Exception):
    """A program did not do what it is for; the text says which and why."""


def run(argv, timeout=60, check=True, text_in=None):
    """What the program prints."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=timeout,
                              input=text_in if text_in is not None else "")
    except subprocess.TimeoutExpired:
        raise Failure(f"no end after {timeout} s: {' '.join(argv)}") from None
    if check and done.returncode:
        said = (done.stderr.strip() or done.stdout.strip())[-300:]
        raise Failure(f"status {done.returncode}: {' '.join(argv)}: {said}")
    return done.stdout


def values(text):
    """Lines of a name and a number."""
    found = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2:
            try:
                found[words[0]] = float(words[1])
            except ValueError:
                continue
    return found


def wait_until(condition, seconds, what):
    """Until it holds."""
    end = time.monotonic() + seconds
    nap = 0.01
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"waited in vain for {what}")
        time.sleep(nap)
        nap = min(nap * 1.5, 0.2)


class Server:
    """A program in the background; ready when `word` is in what it prints."""

    def __init__(self, argv, word, env=None):
        self.argv = argv
        self.output = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=self.output,
                                        stderr=subprocess.STDOUT, start_new_session=True,
                                        env={**os.environ, **(env or {})})
        if word:
            wait_until(lambda: word in self.said() or not self.alive(), 20, argv[-1])
            if not self.alive() and word not in self.said():
                raise Failure(f"{' '.join(argv)}: {self.said()[-300:]}")

    def said(self):
        """What it has printed."""
        self.output.flush()
        return os.pread(self.output.fileno(), 1 << 20, 0).decode(errors="replace")

    def alive(self):
        """It has not ended."""
        return self.process.poll() is None

    def stop(self):
        """End it and what it started."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.output.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()
