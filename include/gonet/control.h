/* SPDX-License-Identifier: GPL-2.0 */
/* The control plane: the netlink family "gonet", the sysctls net.gonet.*, device trees. */
#ifndef _GONET_CONTROL_H
#define _GONET_CONTROL_H

struct gonet_stack;

int gonet_netlink_init(void);
void gonet_netlink_exit(void);

int gonet_of_init(void);
void gonet_of_exit(void);

int gonet_sysctl_start(struct gonet_stack *stack);
void gonet_sysctl_stop(struct gonet_stack *stack);

#endif /* _GONET_CONTROL_H */
