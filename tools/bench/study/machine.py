# SPDX-License-Identifier: GPL-2.0
"""On what is measured: of the host and of the guest the same."""

import os
import platform
import subprocess


def _first(path, key):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith(key):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return ""


def describe():
    """The machine that this runs on."""
    return {
        "kernel": platform.release(),
        "version": platform.version(),
        "cpu": _first("/proc/cpuinfo", "model name") or platform.machine(),
        "cpus": os.cpu_count(),
        "memory": _first("/proc/meminfo", "MemTotal"),
        "load": os.getloadavg()[0],
        "command_line": _read("/proc/cmdline"),
    }


def _read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return ""


def commit(tree):
    """Which version of the sources, and whether they have been changed since."""
    try:
        return subprocess.run(["git", "-C", tree, "describe", "--always", "--dirty"], check=True,
                              capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
