// SPDX-License-Identifier: GPL-2.0
/*
 * Options about multicast groups (ip(7), RFC 3678), as programs write them: in several
 * structures that say the same; and by which interface packets to groups leave.
 */
#include <linux/compat.h>
#include <linux/in.h>
#include <linux/slab.h>
#include <net/sock.h>

#include <gonet/igmp.h>

#include "group.h"
#include "socket.h"

/* struct ip_mreqn, or the first part of it, struct ip_mreq. */
static int group_mreqn(sockptr_t optval, unsigned int optlen, struct ip_mreqn *mreq)
{
	memset(mreq, 0, sizeof(*mreq));
	if (optlen < sizeof(struct ip_mreq))
		return -EINVAL;
	optlen = optlen >= sizeof(*mreq) ? sizeof(*mreq) : sizeof(struct ip_mreq);
	return copy_from_sockptr(mreq, optval, optlen) ? -EFAULT : 0;
}

static int group_set_membership(struct gonet_sock *gs, bool add, sockptr_t optval,
				unsigned int optlen)
{
	struct gonet_group_where where;
	struct ip_mreqn mreq;
	int err;

	err = group_mreqn(optval, optlen, &mreq);
	if (err)
		return err;
	where.group = mreq.imr_multiaddr.s_addr;
	where.address = mreq.imr_address.s_addr;
	where.number = mreq.imr_ifindex;
	return add ? gonet_group_join(gs, &where, true) : gonet_group_leave(gs, &where);
}

static int group_set_source(struct gonet_sock *gs, int optname, sockptr_t optval,
			    unsigned int optlen)
{
	struct gonet_group_where where = {};
	struct ip_mreq_source mreq;

	if (optlen != sizeof(mreq))
		return -EINVAL;
	if (copy_from_sockptr(&mreq, optval, sizeof(mreq)))
		return -EFAULT;
	where.group = mreq.imr_multiaddr;
	where.address = mreq.imr_interface;
	return gonet_group_source(gs, &where, mreq.imr_sourceaddr,
				  optname == IP_BLOCK_SOURCE || optname == IP_UNBLOCK_SOURCE,
			    optname == IP_BLOCK_SOURCE || optname == IP_ADD_SOURCE_MEMBERSHIP);
}

static bool group_is_inet(const struct __kernel_sockaddr_storage *ss)
{
	return ss->ss_family == AF_INET;
}

static __be32 group_addr(const struct __kernel_sockaddr_storage *ss)
{
	return ((const struct sockaddr_in *)ss)->sin_addr.s_addr;
}

static int group_set_mcast(struct gonet_sock *gs, bool add, sockptr_t optval,
			   unsigned int optlen)
{
	struct gonet_group_where where = {};
	struct group_req req;

	if (optlen < sizeof(req))
		return -EINVAL;
	if (copy_from_sockptr(&req, optval, sizeof(req)))
		return -EFAULT;
	if (!group_is_inet(&req.gr_group))
		return -EINVAL;
	where.group = group_addr(&req.gr_group);
	where.number = req.gr_interface;
	return add ? gonet_group_join(gs, &where, true) : gonet_group_leave(gs, &where);
}

static int group_set_mcast_source(struct gonet_sock *gs, int optname, sockptr_t optval,
				  unsigned int optlen)
{
	struct gonet_group_where where = {};
	struct group_source_req req;

	if (optlen != sizeof(req))
		return -EINVAL;
	if (copy_from_sockptr(&req, optval, sizeof(req)))
		return -EFAULT;
	if (!group_is_inet(&req.gsr_group) || !group_is_inet(&req.gsr_source))
		return -EADDRNOTAVAIL;
	where.group = group_addr(&req.gsr_group);
	where.number = req.gsr_interface;
	return gonet_group_source(gs, &where, group_addr(&req.gsr_source),
				  optname == MCAST_BLOCK_SOURCE || optname == MCAST_UNBLOCK_SOURCE,
			    optname == MCAST_BLOCK_SOURCE || optname == MCAST_JOIN_SOURCE_GROUP);
}

/* Copies a filter of @n sources whose head has @size0 bytes. Return: it, or ERR_PTR(). */
static void *group_copy_filter(struct gonet_sock *gs, sockptr_t optval, unsigned int optlen,
			       unsigned int size0, unsigned int at_n, unsigned int size_each)
{
	int most = clamp(READ_ONCE(gs->stack->conf.igmp_max_msf), 0, GONET_MSF_MAX);
	void *filter;
	u32 n;

	if (optlen < size0)
		return ERR_PTR(-EINVAL);
	if (copy_from_sockptr_offset(&n, optval, at_n, sizeof(n)))
		return ERR_PTR(-EFAULT);
	if (n > most)
		return ERR_PTR(-ENOBUFS);
	if (size0 + n * size_each > optlen)
		return ERR_PTR(-EINVAL);
	filter = memdup_sockptr(optval, size0 + n * size_each);
	/* What another thread wrote meanwhile does not count. */
	if (!IS_ERR(filter))
		memcpy(filter + at_n, &n, sizeof(n));
	return filter;
}

static int group_set_filter(struct gonet_sock *gs, sockptr_t optval, unsigned int optlen)
{
	struct gonet_group_where where = {};
	struct ip_msfilter *f;
	int err;

	f = group_copy_filter(gs, optval, optlen, IP_MSFILTER_SIZE(0),
			      offsetof(struct ip_msfilter, imsf_numsrc), sizeof(__be32));
	if (IS_ERR(f))
		return PTR_ERR(f);
	where.group = f->imsf_multiaddr;
	where.address = f->imsf_interface;
	err = gonet_group_filter(gs, &where, f->imsf_fmode, f->imsf_numsrc,
				 (__be32 *)((u8 *)f + IP_MSFILTER_SIZE(0)));
	kfree(f);
	return err;
}

/* The addresses of @f's list, which stands behind its head, put in its place. */
static int group_filter_addrs(struct group_filter *f)
{
	u8 *list = (u8 *)f + GROUP_FILTER_SIZE(0);
	const struct __kernel_sockaddr_storage *ss;
	unsigned int i;
	__be32 addr;

	if (!group_is_inet(&f->gf_group))
		return -EADDRNOTAVAIL;
	for (i = 0; i < f->gf_numsrc; i++) {
		ss = (const void *)(list + i * sizeof(*ss));
		if (!group_is_inet(ss))
			return -EADDRNOTAVAIL;
		addr = group_addr(ss);
		memcpy(list + i * sizeof(addr), &addr, sizeof(addr));
	}
	return 0;
}

static int group_set_mcast_filter(struct gonet_sock *gs, sockptr_t optval, unsigned int optlen)
{
	struct gonet_group_where where = {};
	struct group_filter *f;
	int err;

	f = group_copy_filter(gs, optval, optlen, GROUP_FILTER_SIZE(0),
			      offsetof(struct group_filter, gf_numsrc),
			      sizeof(struct __kernel_sockaddr_storage));
	if (IS_ERR(f))
		return PTR_ERR(f);
	err = group_filter_addrs(f);
	where.group = group_addr(&f->gf_group);
	where.number = f->gf_interface;
	if (!err)
		err = gonet_group_filter(gs, &where, f->gf_fmode, f->gf_numsrc,
					 (__be32 *)((u8 *)f + GROUP_FILTER_SIZE(0)));
	kfree(f);
	return err;
}

/* ip(7): an address, a struct ip_mreq or a struct ip_mreqn. */
static int group_set_iface(struct gonet_sock *gs, sockptr_t optval, unsigned int optlen)
{
	struct inet_sock *inet = &gs->inet;
	struct gonet_group_where where;
	struct ip_mreqn mreq = {};
	u32 ifindex = 0;
	int err;

	if (optlen < sizeof(struct in_addr))
		return -EINVAL;
	if (optlen < sizeof(struct ip_mreq))
		err = copy_from_sockptr(&mreq.imr_address, optval, sizeof(mreq.imr_address)) ?
		      -EFAULT : 0;
	else
		err = group_mreqn(optval, optlen, &mreq);
	if (err)
		return err;
	where = (struct gonet_group_where) {
		.address = mreq.imr_address.s_addr,
		.number = mreq.imr_ifindex,
	};
	if (where.number || where.address) {
		ifindex = gonet_group_iface(gs, &where);
		if (!ifindex)
			return -EADDRNOTAVAIL;
		if (gonet_sock_oif(gs) && gonet_sock_oif(gs) != ifindex)
			return -EINVAL;
	}
	WRITE_ONCE(inet->mc_index, ifindex ? gonet_if_to_native(gs->stack, ifindex) : 0);
	WRITE_ONCE(inet->mc_addr, where.address);
	WRITE_ONCE(gs->multicast_oif, ifindex);
	return 0;
}

/**
 * gonet_group_option() - whether an option is about multicast groups, and no number
 * @optname: an option of SOL_IP
 *
 * Programs for 32 bits have other structures for those of protocol-independent names,
 * which are not read here.
 *
 * Return: true if it is.
 */
bool gonet_group_option(int optname)
{
	switch (optname) {
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
	case IP_BLOCK_SOURCE:
	case IP_UNBLOCK_SOURCE:
	case IP_ADD_SOURCE_MEMBERSHIP:
	case IP_DROP_SOURCE_MEMBERSHIP:
	case IP_MSFILTER:
	case IP_MULTICAST_IF:
		return true;
	case MCAST_JOIN_GROUP:
	case MCAST_LEAVE_GROUP:
	case MCAST_BLOCK_SOURCE:
	case MCAST_UNBLOCK_SOURCE:
	case MCAST_JOIN_SOURCE_GROUP:
	case MCAST_LEAVE_SOURCE_GROUP:
	case MCAST_MSFILTER:
		return !in_compat_syscall();
	default:
		return false;
	}
}

/**
 * gonet_group_setsockopt() - setsockopt(2) of an option about multicast groups
 * @gs: the socket
 * @optname: an option that gonet_group_option() knows
 * @optval: its value
 * @optlen: the value's length
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0; -EINVAL, -EFAULT, -ENODEV, -ENOBUFS, -EADDRINUSE, -EADDRNOTAVAIL; for
 * streams, which have one peer, -EPROTO or -EINVAL as natively.
 */
int gonet_group_setsockopt(struct gonet_sock *gs, int optname, sockptr_t optval,
			   unsigned int optlen)
{
	if (gs->kind == &gonet_tcp_kind)
		return optname == IP_MULTICAST_IF ? -EINVAL : -EPROTO;
	switch (optname) {
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		return group_set_membership(gs, optname == IP_ADD_MEMBERSHIP, optval, optlen);
	case IP_BLOCK_SOURCE:
	case IP_UNBLOCK_SOURCE:
	case IP_ADD_SOURCE_MEMBERSHIP:
	case IP_DROP_SOURCE_MEMBERSHIP:
		return group_set_source(gs, optname, optval, optlen);
	case IP_MSFILTER:
		return group_set_filter(gs, optval, optlen);
	case IP_MULTICAST_IF:
		return group_set_iface(gs, optval, optlen);
	case MCAST_JOIN_GROUP:
	case MCAST_LEAVE_GROUP:
		return group_set_mcast(gs, optname == MCAST_JOIN_GROUP, optval, optlen);
	case MCAST_MSFILTER:
		return group_set_mcast_filter(gs, optval, optlen);
	default:
		return group_set_mcast_source(gs, optname, optval, optlen);
	}
}

static int group_get_filter(struct gonet_sock *gs, __be32 *source, char __user *optval,
			    int __user *optlen, int len)
{
	struct gonet_group_where where = {};
	struct ip_msfilter f;
	u32 copied;
	int n;

	if (len < (int)IP_MSFILTER_SIZE(0))
		return -EINVAL;
	if (copy_from_user(&f, optval, IP_MSFILTER_SIZE(0)))
		return -EFAULT;
	where.group = f.imsf_multiaddr;
	where.address = f.imsf_interface;
	n = gonet_group_sources(gs, &where, &f.imsf_fmode, GONET_MSF_MAX, source);
	if (n < 0)
		return n;
	copied = min_t(u32, n, f.imsf_numsrc);
	f.imsf_numsrc = n;
	if (put_user((int)IP_MSFILTER_SIZE(copied), optlen) ||
	    copy_to_user(optval, &f, IP_MSFILTER_SIZE(0)) ||
	    copy_to_user(optval + IP_MSFILTER_SIZE(0), source, copied * sizeof(*source)))
		return -EFAULT;
	return 0;
}

static int group_get_mcast_filter(struct gonet_sock *gs, __be32 *source, char __user *optval,
				  int __user *optlen, int len)
{
	struct __kernel_sockaddr_storage ss = {};
	struct sockaddr_in *sin = (struct sockaddr_in *)&ss;
	struct gonet_group_where where = {};
	struct group_filter f;
	u32 copied, i;
	int n;

	if (len < (int)GROUP_FILTER_SIZE(0))
		return -EINVAL;
	if (copy_from_user(&f, optval, GROUP_FILTER_SIZE(0)))
		return -EFAULT;
	if (!group_is_inet(&f.gf_group))
		return -EINVAL;
	where.group = group_addr(&f.gf_group);
	where.number = f.gf_interface ? f.gf_interface : -1;
	n = gonet_group_sources(gs, &where, &f.gf_fmode, GONET_MSF_MAX, source);
	if (n < 0)
		return n;
	copied = min_t(u32, n, f.gf_numsrc);
	f.gf_numsrc = n;
	sin->sin_family = AF_INET;
	for (i = 0; i < copied; i++) {
		sin->sin_addr.s_addr = source[i];
		if (copy_to_user(optval + GROUP_FILTER_SIZE(i), &ss, sizeof(ss)))
			return -EFAULT;
	}
	if (put_user((int)GROUP_FILTER_SIZE(copied), optlen) ||
	    copy_to_user(optval, &f, GROUP_FILTER_SIZE(0)))
		return -EFAULT;
	return 0;
}

/**
 * gonet_group_getsockopt() - getsockopt(2) of an option about multicast groups
 * @gs: the socket
 * @optname: an option that gonet_group_option() knows
 * @optval: where to put its value; for filters, names the membership
 * @optlen: where to put the value's length
 * @len: room for it, not negative
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0; -EINVAL, -EFAULT, -ENODEV, -EADDRNOTAVAIL, -ENOMEM, -ENOPROTOOPT.
 */
int gonet_group_getsockopt(struct gonet_sock *gs, int optname, char __user *optval,
			   int __user *optlen, int len)
{
	struct in_addr addr = { .s_addr = READ_ONCE(gs->inet.mc_addr) };
	__be32 *source;
	int err;

	if (optname == IP_MULTICAST_IF) {
		len = min_t(unsigned int, len, sizeof(addr));
		return put_user(len, optlen) || copy_to_user(optval, &addr, len) ? -EFAULT : 0;
	}
	if (optname != IP_MSFILTER && optname != MCAST_MSFILTER)
		return -ENOPROTOOPT;
	source = kmalloc_array(GONET_MSF_MAX, sizeof(*source), GFP_KERNEL);
	if (!source)
		return -ENOMEM;
	if (optname == IP_MSFILTER)
		err = group_get_filter(gs, source, optval, optlen, len);
	else
		err = group_get_mcast_filter(gs, source, optval, optlen, len);
	kfree(source);
	return err;
}
