// SPDX-License-Identifier: GPL-2.0
/* What ethtool shows of the device. */
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/netdevice.h>

#include <csp/csp.h>

#include "link.h"

/* The device's own statistics: what its two processes did. */
static const char gonet_stat_names[][ETH_GSTRING_LEN] = {
	"peer_ifindex",
	"eth_rx_queued",
	"eth_rx_handed",
	"eth_rx_full",
	"eth_rx_deepest",
	"eth_tx_queued",
	"eth_tx_handed",
	"eth_tx_full",
	"eth_tx_deepest",
};

static void gonet_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->version, THIS_MODULE->version ?: "", sizeof(info->version));
	strscpy(info->bus_info, "csp", sizeof(info->bus_info));
}

static int gonet_get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? ARRAY_SIZE(gonet_stat_names) : -EOPNOTSUPP;
}

static void gonet_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	if (set == ETH_SS_STATS)
		memcpy(data, gonet_stat_names, sizeof(gonet_stat_names));
}

static u64 *gonet_put_chan(u64 *data, struct csp_proc *proc)
{
	struct csp_chan_info info;

	csp_chan_info(&proc->in[0], &info);
	*data++ = info.stats.queued;
	*data++ = info.stats.handed;
	*data++ = info.stats.full;
	*data++ = info.stats.deepest;
	return data;
}

static void gonet_get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	const struct gonet_iface *iface = netdev_priv(dev);

	*data++ = iface->index;
	data = gonet_put_chan(data, iface->eth_rx);
	gonet_put_chan(data, iface->eth_tx);
}

static int gonet_get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *cmd)
{
	cmd->base.speed = SPEED_UNKNOWN;
	cmd->base.duplex = DUPLEX_FULL;
	cmd->base.port = PORT_NONE;
	cmd->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

const struct ethtool_ops gonet_ethtool_ops = {
	.get_drvinfo = gonet_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_sset_count = gonet_get_sset_count,
	.get_strings = gonet_get_strings,
	.get_ethtool_stats = gonet_get_ethtool_stats,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_link_ksettings = gonet_get_link_ksettings,
};
