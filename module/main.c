// SPDX-License-Identifier: GPL-2.0
/* The module's beginning, and its end in reverse order. */
#include <linux/module.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>
#include <uapi/linux/gonet.h>

#include <csp/csp.h>
#include <gonet/control.h>
#include <gonet/sock.h>
#include <gonet/stack.h>
#include <gonet/tcp.h>

#include "link/link.h"

static char *create;
module_param(create, charp, 0444);
MODULE_PARM_DESC(create, "name of a device to create when the module is loaded (default none)");

static int __init gonet_init(void)
{
	int err;

	err = csp_init();
	if (err)
		return err;
	err = gonet_tcp_module_init();
	if (err)
		goto err_csp;
	err = gonet_stacks_init();
	if (err)
		goto err_tcp;
	err = gonet_device_init();
	if (err)
		goto err_stacks;
	err = gonet_netlink_init();
	if (err)
		goto err_device;
	if (create) {
		const struct gonet_device_plan plan = { .name = create };

		err = gonet_device_create(&init_net, &plan, NULL);
		if (err < 0) {
			pr_err("cannot create the device \"%s\": %pe\n", create, ERR_PTR(err));
			goto err_netlink;
		}
	}
	err = gonet_of_init();
	if (err)
		goto err_netlink;
	err = gonet_family_init();
	if (err)
		goto err_of;
	return 0;

err_of:
	gonet_of_exit();
err_netlink:
	gonet_netlink_exit();
err_device:
	gonet_device_exit();
err_stacks:
	gonet_stacks_exit();
err_tcp:
	gonet_tcp_module_exit();
err_csp:
	csp_exit();
	return err;
}

static void __exit gonet_exit(void)
{
	gonet_family_exit();
	gonet_of_exit();
	gonet_netlink_exit();
	gonet_device_exit();
	gonet_stacks_exit();
	gonet_tcp_module_exit();
	csp_exit();
}

module_init(gonet_init);
module_exit(gonet_exit);

MODULE_DESCRIPTION("GoNet: a second TCP/IP stack, made of communicating processes");
MODULE_VERSION("0.1");
MODULE_LICENSE("GPL");
MODULE_ALIAS_RTNL_LINK("gonet");
MODULE_ALIAS_NETPROTO(AF_GONET);
