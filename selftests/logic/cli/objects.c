// SPDX-License-Identifier: GPL-2.0
/* What there is in the stack that the command talks to: some of everything. */
#include <libmnl/libmnl.h>
#include <linux/gonet_netlink.h>
#include <linux/icmp.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

#include "kernel.h"

/* The last byte of an address tells it from others; they lie in 10.0.0.0/24. */
static void put_addr(struct nlmsghdr *nlh, uint16_t type, uint8_t last)
{
	const uint8_t addr[] = { 10, 0, 0, last };

	mnl_attr_put(nlh, type, sizeof(addr), addr);
}

static void put_mac(struct nlmsghdr *nlh, uint16_t type, uint8_t last)
{
	const uint8_t mac[] = { 2, 0, 0, 0, 0, last };

	mnl_attr_put(nlh, type, sizeof(mac), mac);
}

static void put_link(struct nlmsghdr *nlh, unsigned int i)
{
	static const char *const names[] = { "lo", "gonet0", "if2" };

	mnl_attr_put_u32(nlh, GONET_A_LINK_IFINDEX, i + 1);
	mnl_attr_put_strz(nlh, GONET_A_LINK_IFNAME, names[i]);
	put_mac(nlh, GONET_A_LINK_ADDRESS, i);
	mnl_attr_put_u8(nlh, GONET_A_LINK_UP, i < 2);
	mnl_attr_put_u8(nlh, GONET_A_LINK_RUNNING, i < 2);
	mnl_attr_put_u32(nlh, GONET_A_LINK_MTU, 1500);
	if (i) {
		mnl_attr_put_u32(nlh, GONET_A_LINK_PEER_IFINDEX, i + 3);
		put_mac(nlh, GONET_A_LINK_PEER_ADDRESS, i + 3);
	}
	mnl_attr_put_u64(nlh, GONET_A_LINK_RX_PACKETS, 4000000000000ULL);
}

static void put_address(struct nlmsghdr *nlh, unsigned int i)
{
	mnl_attr_put_u8(nlh, GONET_A_ADDR_FAMILY, AF_INET);
	mnl_attr_put_u32(nlh, GONET_A_ADDR_IFINDEX, i + 1);
	put_addr(nlh, GONET_A_ADDR_LOCAL, 2 + i);
	mnl_attr_put_u8(nlh, GONET_A_ADDR_PREFIX_LEN, 24);
	if (i)
		put_addr(nlh, GONET_A_ADDR_BROADCAST, 255);
	mnl_attr_put_u8(nlh, GONET_A_ADDR_SCOPE, i ? RT_SCOPE_UNIVERSE : RT_SCOPE_HOST);
	mnl_attr_put_u32(nlh, GONET_A_ADDR_FLAGS, i ? ~0U : 0);
}

static void put_route(struct nlmsghdr *nlh, unsigned int i)
{
	mnl_attr_put_u8(nlh, GONET_A_ROUTE_FAMILY, AF_INET);
	put_addr(nlh, GONET_A_ROUTE_DST, i ? 0 : 2);
	mnl_attr_put_u8(nlh, GONET_A_ROUTE_DST_LEN, i == 2 ? 0 : i ? 24 : 32);
	mnl_attr_put_u8(nlh, GONET_A_ROUTE_TYPE, i ? RTN_UNICAST : RTN_LOCAL);
	mnl_attr_put_u8(nlh, GONET_A_ROUTE_SCOPE, i == 1 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE);
	mnl_attr_put_u8(nlh, GONET_A_ROUTE_PROTOCOL, i ? 77 : RTPROT_KERNEL);
	if (i == 2)
		put_addr(nlh, GONET_A_ROUTE_GATEWAY, 1);
	mnl_attr_put_u32(nlh, GONET_A_ROUTE_IFINDEX, i ? 2 : 9);
	put_addr(nlh, GONET_A_ROUTE_PREFSRC, 2);
	mnl_attr_put_u32(nlh, GONET_A_ROUTE_METRIC, i);
	mnl_attr_put(nlh, GONET_A_ROUTE_REDIRECTED, 0, NULL);
	mnl_attr_put_u32(nlh, GONET_A_ROUTE_MTU, 1400);
	mnl_attr_put(nlh, GONET_A_ROUTE_MTU_LOCKED, 0, NULL);
	mnl_attr_put_u32(nlh, GONET_A_ROUTE_EXPIRES, 600);
}

static void put_neigh(struct nlmsghdr *nlh, unsigned int i)
{
	mnl_attr_put_u8(nlh, GONET_A_NEIGH_FAMILY, AF_INET);
	mnl_attr_put_u32(nlh, GONET_A_NEIGH_IFINDEX, 2);
	put_addr(nlh, GONET_A_NEIGH_DST, 1 + i);
	if (i)
		put_mac(nlh, GONET_A_NEIGH_LLADDR, i);
	mnl_attr_put_u8(nlh, GONET_A_NEIGH_STATE, i == 2 ? NUD_PERMANENT : i ? NUD_STALE : 0x81);
	mnl_attr_put_u32(nlh, GONET_A_NEIGH_USED, 12345);
}

static void put_stat(struct nlmsghdr *nlh, unsigned int i)
{
	mnl_attr_put_strz(nlh, GONET_A_STAT_NAME, i ? "CHAN_FULL" : "IpInReceives");
	mnl_attr_put_u64(nlh, GONET_A_STAT_VALUE, 2 - i);
	if (i)
		mnl_attr_put(nlh, GONET_A_STAT_DROP, 0, NULL);
	mnl_attr_put_strz(nlh, GONET_A_STAT_TEXT, "a \"text\"");
}

static void put_proc(struct nlmsghdr *nlh, unsigned int i)
{
	mnl_attr_put_u32(nlh, GONET_A_PROC_ID, i + 1);
	mnl_attr_put_u32(nlh, GONET_A_PROC_PARENT, i);
	mnl_attr_put_strz(nlh, GONET_A_PROC_NAME, i ? "udp_reader/5009" : "udp_rx");
	mnl_attr_put_strz(nlh, GONET_A_PROC_KIND, i ? "udp_reader" : "udp_rx");
	mnl_attr_put_u8(nlh, GONET_A_PROC_STATE, i);
	mnl_attr_put_u32(nlh, GONET_A_PROC_TID, i ? 77 : 0);
	mnl_attr_put_u32(nlh, GONET_A_PROC_INPUTS, 1);
	mnl_attr_put_u64(nlh, GONET_A_PROC_MESSAGES, 100);
	mnl_attr_put_u64(nlh, GONET_A_PROC_BUSY, 1000ULL << 10 * i);
}

static void put_chan(struct nlmsghdr *nlh, unsigned int i)
{
	mnl_attr_put_u32(nlh, GONET_A_CHAN_PROC, i + 1);
	mnl_attr_put_u32(nlh, GONET_A_CHAN_INPUT, 0);
	mnl_attr_put_strz(nlh, GONET_A_CHAN_NAME, "in");
	mnl_attr_put_u32(nlh, GONET_A_CHAN_DEPTH, 5000);
	mnl_attr_put_u8(nlh, GONET_A_CHAN_FULL, i);
	if (i)
		mnl_attr_put(nlh, GONET_A_CHAN_CLOSED, 0, NULL);
	mnl_attr_put_u64(nlh, GONET_A_CHAN_QUEUED, 100);
}

static void put_out(struct nlmsghdr *nlh, unsigned int i)
{
	mnl_attr_put_u32(nlh, GONET_A_OUT_PROC, 1);
	mnl_attr_put_u32(nlh, GONET_A_OUT_INDEX, i);
	/* The second leads to where nobody is any more. */
	mnl_attr_put_u32(nlh, GONET_A_OUT_TO, i ? 99 : 2);
	mnl_attr_put_u32(nlh, GONET_A_OUT_TO_INPUT, 0);
	mnl_attr_put_strz(nlh, GONET_A_OUT_TO_NAME, "in");
	mnl_attr_put_u64(nlh, GONET_A_OUT_SENT, 100);
}

static void put_pool(struct nlmsghdr *nlh, unsigned int i)
{
	mnl_attr_put_u32(nlh, GONET_A_POOL_IDLE, i);
	mnl_attr_put_u32(nlh, GONET_A_POOL_LIMIT, 1024);
	mnl_attr_put_u64(nlh, GONET_A_POOL_STARTED, 5);
}

static void put_socket(struct nlmsghdr *nlh, unsigned int i)
{
	static const uint8_t kinds[] = {
		GONET_SOCKET_KIND_TCP, GONET_SOCKET_KIND_UDP, GONET_SOCKET_KIND_RAW,
		GONET_SOCKET_KIND_PING,
	};
	const uint32_t mem[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct tcp_info info;

	memset(&info, 1 + i, sizeof(info));
	mnl_attr_put_u64(nlh, GONET_A_SOCKET_ID, i + 1);
	mnl_attr_put_u64(nlh, GONET_A_SOCKET_INODE, 1000 + i);
	mnl_attr_put_u8(nlh, GONET_A_SOCKET_KIND, kinds[i]);
	mnl_attr_put_u8(nlh, GONET_A_SOCKET_PROTOCOL, IPPROTO_TCP);
	mnl_attr_put_u8(nlh, GONET_A_SOCKET_STATE,
			i ? GONET_SOCKET_STATE_CLOSE : GONET_SOCKET_STATE_ESTABLISHED);
	mnl_attr_put_u8(nlh, GONET_A_SOCKET_FAMILY, AF_INET);
	put_addr(nlh, GONET_A_SOCKET_LOCAL, 2);
	mnl_attr_put_u16(nlh, GONET_A_SOCKET_LOCAL_PORT, i ? 5009 : 80);
	if (!i) {
		put_addr(nlh, GONET_A_SOCKET_REMOTE, 1);
		mnl_attr_put_u16(nlh, GONET_A_SOCKET_REMOTE_PORT, 43210);
		mnl_attr_put_u32(nlh, GONET_A_SOCKET_SENDER, 2);
		mnl_attr_put_strz(nlh, GONET_A_SOCKET_SENDER_NAME, "tcp_send/1");
		mnl_attr_put(nlh, GONET_A_SOCKET_TCP_INFO, sizeof(info), &info);
		mnl_attr_put_strz(nlh, GONET_A_SOCKET_TCP_CC, "cubic");
	} else {
		mnl_attr_put_u32(nlh, GONET_A_SOCKET_IFINDEX, i == 1 ? 2 : 0);
		mnl_attr_put_u32(nlh, GONET_A_SOCKET_PEER_IFINDEX, 4);
	}
	mnl_attr_put(nlh, GONET_A_SOCKET_MEMINFO, sizeof(mem), mem);
	mnl_attr_put_u32(nlh, GONET_A_SOCKET_OPTS, ~0U);
	mnl_attr_put_u32(nlh, GONET_A_SOCKET_FLAGS, ~0U);
	mnl_attr_put_u32(nlh, GONET_A_SOCKET_READER, 1 + i);
	mnl_attr_put_strz(nlh, GONET_A_SOCKET_READER_NAME, "a reader");
}

static void put_maddr(struct nlmsghdr *nlh, unsigned int i)
{
	const uint8_t group[] = { 224, 0, 0, 1 };

	mnl_attr_put_u8(nlh, GONET_A_MADDR_FAMILY, AF_INET);
	mnl_attr_put_u32(nlh, GONET_A_MADDR_IFINDEX, i + 1);
	mnl_attr_put(nlh, GONET_A_MADDR_GROUP, sizeof(group), group);
	mnl_attr_put_u32(nlh, GONET_A_MADDR_USERS, i + 1);
	if (i)
		mnl_attr_put(nlh, GONET_A_MADDR_EXCLUDE, 0, NULL);
	mnl_attr_put_u32(nlh, GONET_A_MADDR_SOURCES, i);
}

static const struct {
	uint8_t cmd;
	unsigned int n;
	void (*put)(struct nlmsghdr *nlh, unsigned int i);
} kinds[] = {
	{ GONET_CMD_LINK_GET, 3, put_link },
	{ GONET_CMD_ADDR_GET, 2, put_address },
	{ GONET_CMD_ROUTE_GET, 3, put_route },
	{ GONET_CMD_NEIGH_GET, 3, put_neigh },
	{ GONET_CMD_STAT_GET, 2, put_stat },
	{ GONET_CMD_PROC_GET, 2, put_proc },
	{ GONET_CMD_CHAN_GET, 2, put_chan },
	{ GONET_CMD_OUT_GET, 2, put_out },
	{ GONET_CMD_POOL_GET, 1, put_pool },
	{ GONET_CMD_SOCKET_GET, 4, put_socket },
	{ GONET_CMD_MADDR_GET, 2, put_maddr },
};

/**
 * objects_put() - put what is known of an object into an answer
 * @nlh: the answer
 * @cmd: the request for it
 * @index: which of its kind
 *
 * Return: how many of its kind there are; 0 if there is none of this index.
 */
size_t objects_put(struct nlmsghdr *nlh, uint8_t cmd, unsigned int index)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].cmd != cmd || index >= kinds[i].n)
			continue;
		kinds[i].put(nlh, index);
		return kinds[i].n;
	}
	return 0;
}

/**
 * objects_put_ping() - put what has become of an echo request into an answer
 * @nlh: the answer
 * @index: which request it was
 */
void objects_put_ping(struct nlmsghdr *nlh, unsigned int index)
{
	mnl_attr_put_u8(nlh, GONET_A_PING_STATUS, index % 4);
	mnl_attr_put_u32(nlh, GONET_A_PING_ERROR, 113);
	put_addr(nlh, GONET_A_PING_FROM, 1);
	mnl_attr_put_u8(nlh, GONET_A_PING_TYPE, index % 8 ? ICMP_DEST_UNREACH : ICMP_TIME_EXCEEDED);
	mnl_attr_put_u8(nlh, GONET_A_PING_CODE, index % 18);
	mnl_attr_put_u32(nlh, GONET_A_PING_BYTES, 64);
	mnl_attr_put_u8(nlh, GONET_A_PING_TTL, 64);
	if (index % 5 == 0)
		mnl_attr_put(nlh, GONET_A_PING_CORRUPT, 0, NULL);
	mnl_attr_put_u64(nlh, GONET_A_PING_RTT, 1000ULL * index);
}
