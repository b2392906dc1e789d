// SPDX-License-Identifier: GPL-2.0
/*
 * A forger of packets. While it is loaded, packets of many datagrams that the native
 * stack sends in the namespace in which it was loaded say that each is of one byte: so
 * they are more than a sender may put into one packet.
 */
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/nsproxy.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

static unsigned int gso_forge(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct skb_shared_info *info = skb_shinfo(skb);

	if (skb_is_gso(skb) && info->gso_type & SKB_GSO_UDP_L4) {
		info->gso_size = 1;
		info->gso_segs = 0;
		info->gso_type |= SKB_GSO_DODGY;
	}
	return NF_ACCEPT;
}

static const struct nf_hook_ops gso_forge_hook = {
	.hook = gso_forge,
	.pf = NFPROTO_IPV4,
	.hooknum = NF_INET_POST_ROUTING,
	.priority = NF_IP_PRI_LAST,
};

/* Where the hook is; kept until it is removed. */
static struct net *gso_forge_net;

static int __init gso_forge_init(void)
{
	int err;

	gso_forge_net = get_net(current->nsproxy->net_ns);
	err = nf_register_net_hook(gso_forge_net, &gso_forge_hook);
	if (err)
		put_net(gso_forge_net);
	return err;
}

static void __exit gso_forge_exit(void)
{
	nf_unregister_net_hook(gso_forge_net, &gso_forge_hook);
	put_net(gso_forge_net);
}

module_init(gso_forge_init);
module_exit(gso_forge_exit);
MODULE_DESCRIPTION("GoNet: forges packets of many datagrams");
MODULE_LICENSE("GPL");
