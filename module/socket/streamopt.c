// SPDX-License-Identifier: GPL-2.0
/*
 * Options of SOL_TCP (tcp(7)). What is not listed is refused with ENOPROTOOPT: repair,
 * keys (MD5, AO), delays for tests, receiving without copying. Ranges and errors are the
 * native stack's.
 *
 * lock_sock() keeps system calls apart; the halves read what they need when they need it,
 * and are told where that must be soon.
 */
#include <linux/tcp.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "stream.h"

#define STREAM_LINGER2_MAX	120	/* seconds */
#define STREAM_RTO_MAX		120	/* seconds */

/* Tells the send half, if there is one. */
static void stream_poke(struct gonet_stream *gt, enum gonet_tcp_poke what)
{
	if (!((1 << READ_ONCE(gt->gs.inet.sk.sk_state)) & (TCPF_CLOSE | TCPF_LISTEN)))
		gonet_tcp_poke(gt, what);
}

static bool stream_in(int value, int least, int most)
{
	return value >= least && value <= most;
}

/*
 * TCP_DEFER_ACCEPT is as long as a number of retransmissions takes: the first after a
 * second, each of the others after twice as long as the one before.
 */
static u32 stream_defer(int seconds)
{
	int period = 1, timeout = 1, n;

	if (seconds <= 0)
		return 0;
	for (n = 1; period < seconds && n < 255; n++) {
		timeout = min(timeout * 2, STREAM_RTO_MAX);
		period += timeout;
	}
	return period;
}

/* What the halves look at by themselves. */
static int stream_set_value(struct gonet_tcp_opts *o, int optname, int value)
{
	switch (optname) {
	case TCP_MAXSEG:
		if (value && !stream_in(value, TCP_MIN_MSS, MAX_TCP_WINDOW))
			return -EINVAL;
		WRITE_ONCE(o->maxseg, value);
		return 0;
	case TCP_KEEPCNT:
		if (!stream_in(value, 1, MAX_TCP_KEEPCNT))
			return -EINVAL;
		WRITE_ONCE(o->keepcnt, value);
		return 0;
	case TCP_SYNCNT:
		if (!stream_in(value, 1, MAX_TCP_SYNCNT))
			return -EINVAL;
		WRITE_ONCE(o->syncnt, value);
		return 0;
	case TCP_LINGER2:
		WRITE_ONCE(o->linger2, clamp(value, -1, STREAM_LINGER2_MAX));
		return 0;
	case TCP_DEFER_ACCEPT:
		WRITE_ONCE(o->defer_accept, stream_defer(value));
		return 0;
	case TCP_USER_TIMEOUT:
		if (value < 0)
			return -EINVAL;
		WRITE_ONCE(o->user_timeout, value);
		return 0;
	case TCP_INQ:
		if (!stream_in(value, 0, 1))
			return -EINVAL;
		o->inq = value;
		return 0;
	case TCP_SAVE_SYN:
		if (!stream_in(value, 0, 2))
			return -EINVAL;
		WRITE_ONCE(o->save_syn, value);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int stream_set_keepalive(struct gonet_stream *gt, int optname, int value)
{
	if (!stream_in(value, 1, MAX_TCP_KEEPIDLE))
		return -EINVAL;
	if (optname == TCP_KEEPIDLE)
		WRITE_ONCE(gt->o.keepidle, value);
	else
		WRITE_ONCE(gt->o.keepintvl, value);
	stream_poke(gt, GONET_TCP_KEEPALIVE);
	return 0;
}

static int stream_set_clamp(struct gonet_stream *gt, int value)
{
	if (!value && READ_ONCE(gt->gs.inet.sk.sk_state) != TCP_CLOSE)
		return -EINVAL;
	WRITE_ONCE(gt->o.window_clamp, value ? max_t(int, value, SOCK_MIN_RCVBUF / 2) : 0);
	return 0;
}

static int stream_set_quickack(struct gonet_stream *gt, int value)
{
	WRITE_ONCE(gt->o.quickack, !!value);
	smp_store_release(&gt->o.quick_set, gt->o.quick_set + 1);	/* it is set before */
	if (value)
		stream_poke(gt, GONET_TCP_ACK);
	return 0;
}

/* How many connections may be there before their handshake is done (RFC 7413 5.1). */
static int stream_set_fastopen(struct gonet_stream *gt, int value)
{
	const struct sock *sk = &gt->gs.inet.sk;
	u32 most = max(READ_ONCE(sock_net(sk)->core.sysctl_somaxconn), 0);

	if (value < 0 || !((1 << READ_ONCE(sk->sk_state)) & (TCPF_CLOSE | TCPF_LISTEN)))
		return -EINVAL;
	WRITE_ONCE(gt->o.fastopen, min_t(u32, value, most));
	return 0;
}

/* TCP_FASTOPEN_KEY: the key, or that and the one before it. */
static int stream_set_keys(struct gonet_stream *gt, sockptr_t optval, unsigned int optlen)
{
	u8 raw[GONET_TCP_KEYS * TCP_FASTOPEN_KEY_LENGTH];
	int err;

	if (optlen != TCP_FASTOPEN_KEY_LENGTH && optlen != sizeof(raw))
		return -EINVAL;
	if (copy_from_sockptr(raw, optval, optlen))
		return -EFAULT;
	lock_sock(&gt->gs.inet.sk);
	err = gonet_tcp_fast_set_keys(gt, raw, optlen / TCP_FASTOPEN_KEY_LENGTH);
	release_sock(&gt->gs.inet.sk);
	memzero_explicit(raw, sizeof(raw));
	return err;
}

/* RFC 7413: to be said before there is a connection. */
static int stream_set_fast(struct gonet_stream *gt, int optname, int value)
{
	u8 state = READ_ONCE(gt->gs.inet.sk.sk_state);

	if (!stream_in(value, 0, 1))
		return -EINVAL;
	if (optname == TCP_FASTOPEN_NO_COOKIE) {
		if (!((1 << state) & (TCPF_CLOSE | TCPF_LISTEN)))
			return -EINVAL;
		WRITE_ONCE(gt->o.fastopen_no_cookie, value);
		return 0;
	}
	if (!gonet_tcp_fast_may(gt->gs.stack))
		return -EOPNOTSUPP;
	if (state != TCP_CLOSE)
		return -EINVAL;
	gt->o.fastopen_connect = value;
	return 0;
}

/* What something must be done about at once, or what depends on the socket's state. */
static int stream_set_number(struct gonet_stream *gt, int optname, int value)
{
	switch (optname) {
	case TCP_NODELAY:
		WRITE_ONCE(gt->o.nodelay, !!value);
		stream_poke(gt, GONET_TCP_PUSH);
		return 0;
	case TCP_CORK:
		WRITE_ONCE(gt->o.cork, !!value);
		stream_poke(gt, GONET_TCP_PUSH);
		return 0;
	case TCP_KEEPIDLE:
	case TCP_KEEPINTVL:
		return stream_set_keepalive(gt, optname, value);
	case TCP_WINDOW_CLAMP:
		return stream_set_clamp(gt, value);
	case TCP_QUICKACK:
		return stream_set_quickack(gt, value);
	case TCP_NOTSENT_LOWAT:
		WRITE_ONCE(gt->o.notsent_lowat, value);
		gonet_stream_write_space(&gt->gs.inet.sk);
		return 0;
	case TCP_TIMESTAMP:
		return -EPERM;	/* as natively of who is not in repair */
	case TCP_FASTOPEN:
		return stream_set_fastopen(gt, value);
	case TCP_FASTOPEN_CONNECT:
	case TCP_FASTOPEN_NO_COOKIE:
		return stream_set_fast(gt, optname, value);
	default:
		return stream_set_value(&gt->o, optname, value);
	}
}

/* Algorithms and upper layers go by name. */
static int stream_set_name(struct gonet_stream *gt, int optname, sockptr_t optval,
			   unsigned int optlen)
{
	char name[TCP_CA_NAME_MAX];
	const struct tcp_cc_ops *cc;
	int len;

	BUILD_BUG_ON(TCP_CA_NAME_MAX != TCP_ULP_NAME_MAX);
	if (!optlen)
		return -EINVAL;
	len = strncpy_from_sockptr(name, optval, min_t(long, sizeof(name) - 1, optlen));
	if (len < 0)
		return -EFAULT;
	name[len] = 0;
	cc = optname == TCP_CONGESTION ? gonet_tcp_cc_find(name) : NULL;
	if (!cc)
		return -ENOENT;
	lock_sock(&gt->gs.inet.sk);
	WRITE_ONCE(gt->o.cc, cc);
	stream_poke(gt, GONET_TCP_PUSH);
	release_sock(&gt->gs.inet.sk);
	return 0;
}

/**
 * gonet_stream_setsockopt() - setsockopt(2) at level SOL_TCP
 * @gt: the socket
 * @optname: the option
 * @optval: its value
 * @optlen: the value's length
 *
 * Context: process; may sleep.
 *
 * Return: 0; -ENOPROTOOPT, -EOPNOTSUPP, -EINVAL, -EFAULT, -ENOMEM, -EPERM; -ENOENT for an
 * algorithm (TCP_CONGESTION) or upper layer (TCP_ULP; there is none) that is unknown.
 */
int gonet_stream_setsockopt(struct gonet_stream *gt, int optname, sockptr_t optval,
			    unsigned int optlen)
{
	int value, err;

	if (optname == TCP_CONGESTION || optname == TCP_ULP)
		return stream_set_name(gt, optname, optval, optlen);
	if (optname == TCP_FASTOPEN_KEY)
		return stream_set_keys(gt, optval, optlen);
	if (optlen < sizeof(value))
		return -EINVAL;
	if (copy_from_sockptr(&value, optval, sizeof(value)))
		return -EFAULT;
	lock_sock(&gt->gs.inet.sk);
	err = stream_set_number(gt, optname, value);
	release_sock(&gt->gs.inet.sk);
	return err;
}

static int stream_get_maxseg(const struct gonet_stream *gt)
{
	bool unconnected = (1 << READ_ONCE(gt->gs.inet.sk.sk_state)) & (TCPF_CLOSE | TCPF_LISTEN);
	u32 mss = READ_ONCE(gt->mss);

	if (unconnected && gt->o.maxseg)
		return gt->o.maxseg;
	return mss ? mss : TCP_MSS_DEFAULT;
}

/* What the namespace has the default of. */
static int stream_get_default(const struct gonet_stream *gt, int optname, int *value)
{
	const struct gonet_conf *conf = &gt->gs.stack->conf;
	const struct gonet_tcp_opts *o = &gt->o;

	switch (optname) {
	case TCP_KEEPIDLE:
		*value = o->keepidle ?: READ_ONCE(conf->tcp_keepalive_time);
		return 0;
	case TCP_KEEPINTVL:
		*value = o->keepintvl ?: READ_ONCE(conf->tcp_keepalive_intvl);
		return 0;
	case TCP_KEEPCNT:
		*value = o->keepcnt ?: READ_ONCE(conf->tcp_keepalive_probes);
		return 0;
	case TCP_SYNCNT:
		*value = o->syncnt ?: READ_ONCE(conf->tcp_syn_retries);
		return 0;
	case TCP_LINGER2:
		*value = o->linger2 ?: READ_ONCE(conf->tcp_fin_timeout);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

/* What was set, until the receive half has heard of it, and may find otherwise. */
static bool stream_get_quickack(const struct gonet_stream *gt)
{
	if (READ_ONCE(gt->pub.quick_seen) != gt->o.quick_set)
		return gt->o.quickack;
	return !READ_ONCE(gt->pub.pingpong);
}

static int stream_get_number(const struct gonet_stream *gt, int optname, int *value)
{
	const struct gonet_tcp_opts *o = &gt->o;

	switch (optname) {
	case TCP_MAXSEG:
		*value = stream_get_maxseg(gt);
		return 0;
	case TCP_NODELAY:
		*value = o->nodelay;
		return 0;
	case TCP_CORK:
		*value = o->cork;
		return 0;
	case TCP_DEFER_ACCEPT:
		*value = o->defer_accept;
		return 0;
	case TCP_WINDOW_CLAMP:
		*value = o->window_clamp;
		return 0;
	case TCP_QUICKACK:
		*value = stream_get_quickack(gt);
		return 0;
	case TCP_USER_TIMEOUT:
		*value = o->user_timeout;
		return 0;
	case TCP_NOTSENT_LOWAT:
		*value = o->notsent_lowat;
		return 0;
	case TCP_INQ:
		*value = o->inq;
		return 0;
	case TCP_SAVE_SYN:
		*value = o->save_syn;
		return 0;
	case TCP_FASTOPEN:
		*value = o->fastopen;
		return 0;
	case TCP_FASTOPEN_CONNECT:
		*value = o->fastopen_connect;
		return 0;
	case TCP_FASTOPEN_NO_COOKIE:
		*value = o->fastopen_no_cookie;
		return 0;
	default:
		return stream_get_default(gt, optname, value);
	}
}

static int stream_put(char __user *optval, int __user *optlen, const void *value, size_t size,
		      int len)
{
	len = min_t(unsigned int, len, size);
	return put_user(len, optlen) || copy_to_user(optval, value, len) ? -EFAULT : 0;
}

/* TCP_SAVED_SYN: once, and only for who has room for all of it. */
static int stream_get_syn(struct gonet_stream *gt, char __user *optval, int __user *optlen,
			  int room)
{
	const struct gonet_tcp_syn *syn;
	int err = 0, len;

	lock_sock(&gt->gs.inet.sk);
	syn = gt->saved_syn;
	len = syn ? syn->len : 0;
	if (put_user(len, optlen))
		err = -EFAULT;
	else if (room < len)
		err = -EINVAL;
	else if (syn && copy_to_user(optval, syn->data, len))
		err = -EFAULT;
	if (syn && !err) {
		kfree(syn);
		gt->saved_syn = NULL;
	}
	release_sock(&gt->gs.inet.sk);
	return err;
}

static int stream_get_keys(struct gonet_stream *gt, char __user *optval, int __user *optlen,
			   int len)
{
	u8 raw[GONET_TCP_KEYS * TCP_FASTOPEN_KEY_LENGTH];
	unsigned int n;

	lock_sock(&gt->gs.inet.sk);
	n = gonet_tcp_fast_get_keys(gt, raw);
	release_sock(&gt->gs.inet.sk);
	return stream_put(optval, optlen, raw, n * TCP_FASTOPEN_KEY_LENGTH, len);
}

static int stream_get_info(struct gonet_stream *gt, char __user *optval, int __user *optlen,
			   int len)
{
	struct tcp_info info = {};
	int err;

	lock_sock(&gt->gs.inet.sk);
	err = gonet_tcp_info(gt, &info);
	release_sock(&gt->gs.inet.sk);
	return err ? err : stream_put(optval, optlen, &info, sizeof(info), len);
}

/**
 * gonet_stream_getsockopt() - getsockopt(2) at level SOL_TCP
 * @gt: the socket
 * @optname: the option
 * @optval: where to put its value
 * @optlen: room for it; set to its length
 *
 * Of what the algorithm and the upper layer have to say (TCP_CC_INFO, TCP_ULP) there is
 * nothing, as natively of CUBIC and without a layer.
 *
 * Context: process; may sleep.
 *
 * Return: 0; -ENOPROTOOPT, -EINVAL, -EFAULT.
 */
int gonet_stream_getsockopt(struct gonet_stream *gt, int optname, char __user *optval,
			    int __user *optlen)
{
	char name[TCP_CA_NAME_MAX] = {};
	int len, value, err;

	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	switch (optname) {
	case TCP_INFO:
		return stream_get_info(gt, optval, optlen, len);
	case TCP_SAVED_SYN:
		return stream_get_syn(gt, optval, optlen, len);
	case TCP_FASTOPEN_KEY:
		return stream_get_keys(gt, optval, optlen, len);
	case TCP_CONGESTION:
		strscpy(name, gonet_tcp_cc_name(READ_ONCE(gt->o.cc)), sizeof(name));
		return stream_put(optval, optlen, name, sizeof(name), len);
	case TCP_CC_INFO:
	case TCP_ULP:
		return put_user(0, optlen);
	}
	lock_sock(&gt->gs.inet.sk);
	err = stream_get_number(gt, optname, &value);
	release_sock(&gt->gs.inet.sk);
	return err ? err : stream_put(optval, optlen, &value, sizeof(value), len);
}
