# SPDX-License-Identifier: GPL-2.0
"""The benchmark: what it measures is in ../parts, how it goes about it is here."""
