// SPDX-License-Identifier: GPL-2.0
/* The code of TCP's tracepoints. */
#define CREATE_TRACE_POINTS
#include "trace.h"
