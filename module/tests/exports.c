// SPDX-License-Identifier: GPL-2.0
/*
 * What the suites of KUnit call: part of gonet.ko where the kernel has KUnit, so that no
 * other kernel has these symbols, and no other file says so.
 */
#include <linux/export.h>
#include <linux/rtnetlink.h>

#include "../ip/fib.h"
#include "../ip/ip.h"
#include "../tcp/tcp.h"
#include "../tcp/tcp_send.h"

EXPORT_SYMBOL_GPL(tcp_table_init);
EXPORT_SYMBOL_GPL(tcp_table_destroy);
EXPORT_SYMBOL_GPL(tcp_table_find);
EXPORT_SYMBOL_GPL(tcp_table_add);
EXPORT_SYMBOL_GPL(tcp_table_replace);
EXPORT_SYMBOL_GPL(tcp_table_del);

EXPORT_SYMBOL_GPL(prefix_holds);
EXPORT_SYMBOL_GPL(prefix_of);
EXPORT_SYMBOL_GPL(prefix_number);
EXPORT_SYMBOL_GPL(prefix_from_number);
EXPORT_SYMBOL_GPL(gonet_fib_table_init);
EXPORT_SYMBOL_GPL(gonet_fib_table_destroy);
EXPORT_SYMBOL_GPL(gonet_fib_find);
EXPORT_SYMBOL_GPL(gonet_fib_put);
EXPORT_SYMBOL_GPL(gonet_fib_remove);
EXPORT_SYMBOL_GPL(gonet_fib_lookup);
EXPORT_SYMBOL_GPL(gonet_fib_at);

EXPORT_SYMBOL_GPL(tcp_queue_add);
EXPORT_SYMBOL_GPL(tcp_queue_free);
EXPORT_SYMBOL_GPL(tcp_queue_purge);
EXPORT_SYMBOL_GPL(tcp_queue_fit);
EXPORT_SYMBOL_GPL(tcp_queue_copy);

EXPORT_SYMBOL_GPL(gonet_ipv4_cut);
