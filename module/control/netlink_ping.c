// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to send a ping. A request is answered at once with whether the echo
 * request is on its way; what became of it follows as a message of its own, for
 * which no more is kept than the requester's port and the request's number.
 */
#include <gonet/ping.h>

#include "netlink.h"

/* How long an answer is waited for if the request does not say, milliseconds. */
#define GONET_NL_PING_TIMEOUT	10000

static_assert((int)GONET_PING_OUTCOME_REPLY == (int)GONET_PING_REPLY);
static_assert((int)GONET_PING_OUTCOME_TIMEOUT == (int)GONET_PING_TIMEOUT);
static_assert((int)GONET_PING_OUTCOME_ERROR == (int)GONET_PING_ERROR);
static_assert((int)GONET_PING_OUTCOME_FAILED == (int)GONET_PING_FAILED);
static_assert(sizeof_field(struct gonet_ping_request, pattern) == GONET_PATTERN_MAX);

static int gonet_nl_ping_put_answer(struct sk_buff *skb, const struct gonet_ping_result *result)
{
	if (nla_put(skb, GONET_A_PING_FROM, sizeof(result->from), &result->from) ||
	    nla_put_u8(skb, GONET_A_PING_TTL, result->ttl) ||
	    nla_put_u32(skb, GONET_A_PING_BYTES, result->bytes) ||
	    nla_put_u64_64bit(skb, GONET_A_PING_RTT, result->rtt_ns, GONET_A_PING_PAD))
		return -EMSGSIZE;
	if (result->status == GONET_PING_ERROR &&
	    (nla_put_u8(skb, GONET_A_PING_TYPE, result->type) ||
	     nla_put_u8(skb, GONET_A_PING_CODE, result->code)))
		return -EMSGSIZE;
	if (result->corrupt >= 0)
		return nla_put_u32(skb, GONET_A_PING_CORRUPT, result->corrupt);
	return 0;
}

static int gonet_nl_ping_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct gonet_ping_result *result = object;
	struct sk_buff *skb = msg->skb;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u8(skb, GONET_A_PING_FAMILY, AF_INET) ||
	    nla_put_u16(skb, GONET_A_PING_SEQ, result->seq) ||
	    nla_put_u8(skb, GONET_A_PING_STATUS, result->status))
		goto full;
	switch (result->status) {
	case GONET_PING_REPLY:
	case GONET_PING_ERROR:
		if (gonet_nl_ping_put_answer(skb, result))
			goto full;
		break;
	case GONET_PING_FAILED:
		if (nla_put_u32(skb, GONET_A_PING_ERROR, -result->err))
			goto full;
		break;
	case GONET_PING_TIMEOUT:
		break;
	}
	genlmsg_end(skb, hdr);
	return 0;

full:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

/* An answer that does not reach its requester is no more than a lost one. */
static void gonet_nl_ping_done(const struct gonet_ping_result *result, u64 cookie,
			       struct gonet_stack *stack)
{
	gonet_nl_unicast(stack, upper_32_bits(cookie), lower_32_bits(cookie), GONET_CMD_PING,
			 gonet_nl_ping_fill, result);
}

static int gonet_nl_ping_pattern(struct genl_info *info, struct gonet_ping_request *request)
{
	struct nlattr *nla = info->attrs[GONET_A_PING_PATTERN];

	if (!nla)
		return 0;
	if (!nla_len(nla) || nla_len(nla) > GONET_PATTERN_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "Pattern of no or too many bytes");
		return -EINVAL;
	}
	request->pattern_len = nla_len(nla);
	nla_memcpy(request->pattern, nla, sizeof(request->pattern));
	return 0;
}

static int gonet_nl_ping_timeout(struct genl_info *info, struct gonet_ping_request *request)
{
	struct nlattr *nla = info->attrs[GONET_A_PING_TIMEOUT];

	if (!nla)
		return 0;
	if (!nla_get_u32(nla) || nla_get_u32(nla) > GONET_TIMEOUT_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "Timeout of nothing or more than an hour");
		return -EINVAL;
	}
	request->timeout_ms = nla_get_u32(nla);
	return 0;
}

static int gonet_nl_ping_parse(struct genl_info *info, struct gonet_stack *stack,
			       struct gonet_ping_request *request)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = gonet_nl_family_attr(info, GONET_A_PING_FAMILY);
	if (err < 0)
		return err;
	if (gonet_nl_missing(info, GONET_A_PING_DST, "Destination missing"))
		return -EINVAL;
	err = gonet_nl_ipv4(info, GONET_A_PING_DST, &request->daddr);
	if (!err)
		err = gonet_nl_ipv4(info, GONET_A_PING_SRC, &request->saddr);
	if (!err)
		err = gonet_nl_ifindex(info, GONET_A_PING_IFINDEX, stack, &request->oif);
	if (!err)
		err = gonet_nl_ping_pattern(info, request);
	if (!err)
		err = gonet_nl_ping_timeout(info, request);
	if (err)
		return err;
	if (attrs[GONET_A_PING_ID])
		request->id = nla_get_u16(attrs[GONET_A_PING_ID]);
	if (attrs[GONET_A_PING_SEQ])
		request->seq = nla_get_u16(attrs[GONET_A_PING_SEQ]);
	if (attrs[GONET_A_PING_SIZE])
		request->size = nla_get_u32(attrs[GONET_A_PING_SIZE]);
	if (attrs[GONET_A_PING_TTL])
		request->ttl = nla_get_u8(attrs[GONET_A_PING_TTL]);
	if (attrs[GONET_A_PING_TOS])
		request->tos = nla_get_u8(attrs[GONET_A_PING_TOS]);
	request->df = nla_get_flag(attrs[GONET_A_PING_DF]);
	request->broadcast = nla_get_flag(attrs[GONET_A_PING_BROADCAST]);
	return 0;
}

int gonet_nl_ping_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_ping_request request = {
		.size = 56,
		.timeout_ms = GONET_NL_PING_TIMEOUT,
		.done = gonet_nl_ping_done,
		.cookie = (u64)info->snd_portid << 32 | info->snd_seq,
	};
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_ping_parse(info, stack, &request);
	if (err)
		return err;
	return gonet_nl_explained(info, gonet_ping_send(stack, &request, info->extack));
}
