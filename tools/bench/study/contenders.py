# SPDX-License-Identifier: GPL-2.0
"""Who is compared: names, and the colours that each has in every picture."""

LABELS = {
    "native": "native",
    "gonet": "GoNet, handoff=1",
    "gonet0": "GoNet, handoff=0",
    "lwip": "lwIP",
    "absent": "native, module absent",
    "loaded": "native, module loaded",
    "configured": "native, gonet0 in use",
}

COLOURS = {
    "native": "#4477aa",
    "gonet": "#cc3311",
    "gonet0": "#ee9933",
    "lwip": "#228833",
    "absent": "#4477aa",
    "loaded": "#66ccee",
    "configured": "#aa3377",
}

# What the others are divided by.
BASES = ("native", "absent")


def base_of(contenders):
    """The contender that is the measure of these."""
    return next((name for name in BASES if name in contenders), None)
