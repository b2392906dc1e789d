// SPDX-License-Identifier: GPL-2.0
/*
 * Holds a request of the command against the policies that the module has for it: those of
 * module/control/netlink_gen.c themselves, so that there is no second list to keep.
 */
#include <linux/genetlink.h>

#include "fuzz_input.h"

#include "module/control/netlink_gen.h"

#include "kernel.h"

#define TYPES	256

/* What an attribute holds as a number, as the kernel takes it. */
static uint64_t number(const struct nlattr *attr, size_t len)
{
	uint64_t n = 0;

	memcpy(&n, (const char *)attr + NLA_HDRLEN, len);
	return n;
}

static void check_value(const struct nla_policy *policy, const struct nlattr *attr, size_t len)
{
	static const size_t sizes[] = {
		[NLA_U8] = 1, [NLA_U16] = 2, [NLA_U32] = 4, [NLA_U64] = 8,
	};
	const char *text = (const char *)attr + NLA_HDRLEN;

	switch (policy->type) {
	case NLA_U8:
	case NLA_U16:
	case NLA_U32:
	case NLA_U64:
		EXPECT(len == sizes[policy->type]);
		EXPECT(number(attr, len) >= policy->min);
		EXPECT(!policy->max || number(attr, len) <= policy->max);
		EXPECT(!policy->mask || !(number(attr, len) & ~policy->mask));
		break;
	case NLA_FLAG:
		EXPECT(!len);
		break;
	case NLA_NUL_STRING:
		EXPECT(len && !text[len - 1] && len <= policy->len + 1U);
		break;
	case NLA_BINARY:
		/* An address, or a pattern. */
		EXPECT(policy->exact ? len == policy->exact : len && len <= 16);
		break;
	default:
		EXPECT(!"an attribute that the request may have");
	}
}

static const struct genl_ops *find(uint8_t cmd)
{
	size_t i;

	for (i = 0; i < sizeof(gonet_nl_ops) / sizeof(gonet_nl_ops[0]); i++)
		if (gonet_nl_ops[i].cmd == cmd)
			return &gonet_nl_ops[i];
	return NULL;
}

/**
 * policy_check() - look whether the module would read a request; die if not
 * @nlh: the request, to the family of the module
 */
void policy_check(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = (const void *)((const char *)nlh + NLMSG_HDRLEN);
	size_t left = nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, padded;
	const char *at = (const char *)genl + GENL_HDRLEN;
	const struct genl_ops *op = find(genl->cmd);
	bool seen[TYPES] = {};

	EXPECT(op && genl->version == GONET_FAMILY_VERSION && !genl->reserved);
	EXPECT(nlh->nlmsg_flags & NLM_F_DUMP ? !!op->dumpit : !!op->doit);
	for (; left; at += padded, left -= padded) {
		const struct nlattr *attr = (const void *)at;

		EXPECT(left >= NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN);
		padded = NLA_ALIGN(attr->nla_len);
		EXPECT(padded <= left);
		EXPECT(attr->nla_type && attr->nla_type <= op->maxattr);
		EXPECT(!seen[attr->nla_type]);
		seen[attr->nla_type] = true;
		check_value(&op->policy[attr->nla_type], attr, attr->nla_len - NLA_HDRLEN);
	}
}
