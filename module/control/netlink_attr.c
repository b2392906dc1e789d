// SPDX-License-Identifier: GPL-2.0
/* Attributes that requests about several kinds of objects have in common. */
#include <linux/rcupdate.h>

#include <gonet/iface.h>

#include "netlink.h"

/**
 * gonet_nl_family_attr() - read the family that a request's addresses are of
 * @info: the request
 * @attr: the attribute, which must be there
 *
 * Return: AF_INET; -EINVAL, -EAFNOSUPPORT.
 */
int gonet_nl_family_attr(struct genl_info *info, int attr)
{
	if (gonet_nl_missing(info, attr, "Address family missing"))
		return -EINVAL;
	if (nla_get_u8(info->attrs[attr]) != AF_INET) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
				    "Address family not supported");
		return -EAFNOSUPPORT;
	}
	return AF_INET;
}

/**
 * gonet_nl_ipv4() - read an IPv4 address
 * @info: the request
 * @attr: the attribute
 * @addr: set to the address; left alone if the attribute is not there
 *
 * Return: 0, or -EINVAL if it has another length.
 */
int gonet_nl_ipv4(struct genl_info *info, int attr, __be32 *addr)
{
	struct nlattr *nla = info->attrs[attr];

	if (!nla)
		return 0;
	if (nla_len(nla) != sizeof(*addr)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "Not the length of an IPv4 address");
		return -EINVAL;
	}
	memcpy(addr, nla_data(nla), sizeof(*addr));
	return 0;
}

/**
 * gonet_nl_plen() - read the length of an IPv4 prefix
 * @info: the request
 * @attr: the attribute
 * @plen: set to the length; left alone if the attribute is not there
 *
 * Return: 0 or -EINVAL.
 */
int gonet_nl_plen(struct genl_info *info, int attr, u8 *plen)
{
	struct nlattr *nla = info->attrs[attr];

	if (!nla)
		return 0;
	if (nla_get_u8(nla) > 32) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "Prefix longer than an IPv4 address");
		return -EINVAL;
	}
	*plen = nla_get_u8(nla);
	return 0;
}

/**
 * gonet_nl_flags() - read in which case something is to be added
 * @info: the request
 * @attr: the attribute
 * @flags: set to NLM_F_*; by default, to what adds and does not change
 *
 * Return: 0 or -EINVAL.
 */
int gonet_nl_flags(struct genl_info *info, int attr, unsigned int *flags)
{
	struct nlattr *nla = info->attrs[attr];

	*flags = nla ? nla_get_u16(nla) : NLM_F_CREATE | NLM_F_EXCL;
	if (!(*flags & ~(NLM_F_CREATE | NLM_F_EXCL | NLM_F_REPLACE | NLM_F_APPEND)))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla, "Flags not known");
	return -EINVAL;
}

/**
 * gonet_nl_ifindex() - read the number of an interface
 * @info: the request
 * @attr: the attribute
 * @stack: whose interface it must be
 * @ifindex: set to the number; left alone if the attribute is not there
 *
 * The interface may be gone by the time that the caller uses the number.
 *
 * Return: 0 or -ENODEV.
 */
int gonet_nl_ifindex(struct genl_info *info, int attr, struct gonet_stack *stack, u32 *ifindex)
{
	struct nlattr *nla = info->attrs[attr];
	bool found;

	if (!nla)
		return 0;
	rcu_read_lock();
	found = gonet_iface_by_index(stack, nla_get_u32(nla));
	rcu_read_unlock();
	if (!found) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "No such interface");
		return -ENODEV;
	}
	*ifindex = nla_get_u32(nla);
	return 0;
}
