// SPDX-License-Identifier: GPL-2.0
/* One function for each call, with arguments by chance. */
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fuzz.h"

#define PICK(worker, from)	((from)[below(worker, sizeof(from) / sizeof(*(from)))])

/* A descriptor, most often one that is open. */
static int any_fd(struct worker *worker)
{
	int fd = -1, i;

	for (i = 0; i < 8 && fd < 0; i++)
		fd = worker->fd[below(worker, SLOTS)];
	if (one_in(worker, 100))
		fd = any_number(worker);
	/* those belong to whoever started this */
	return fd > STDERR_FILENO ? fd : -1;
}

/* Flags, of which rarely one that makes the call block: a timer then interrupts it. */
static int any_flags(struct worker *worker)
{
	int flags = one_in(worker, 200) ? 0 : MSG_DONTWAIT;

	if (one_in(worker, 3))
		flags |= 1 << below(worker, 31);
	if (one_in(worker, 20))
		flags |= number(worker);
	return flags | MSG_NOSIGNAL;
}

/* Few addresses and ports, so that the sockets meet. */
static socklen_t any_address(struct worker *worker, struct sockaddr_storage *storage)
{
	static const uint32_t hosts[] = {
		INADDR_LOOPBACK, INADDR_LOOPBACK, INADDR_LOOPBACK, INADDR_ANY, 0x0a000001,
		0x0a000002, 0x0a000002, 0x0a0000ff, INADDR_BROADCAST, 0xef010203, 0xc0000201,
	};
	struct sockaddr_in *in = (struct sockaddr_in *)storage;

	memset(storage, 0, sizeof(*storage));
	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(PICK(worker, hosts));
	in->sin_port = htons(5000 + below(worker, 16));
	if (one_in(worker, 10))
		in->sin_family = one_in(worker, 2) ? AF_UNSPEC : worker->family;
	if (one_in(worker, 20))
		in->sin_port = htons(any_number(worker));
	if (one_in(worker, 20))
		fill(worker, storage, sizeof(*in));
	return any_length(worker, sizeof(*in));
}

/* Puts a descriptor into a slot, and closes what was there. */
static long keep(struct worker *worker, int fd)
{
	int *slot = &worker->fd[below(worker, SLOTS)];

	if (fd < 0)
		return fd;
	if (*slot >= 0)
		close(*slot);
	*slot = fd;
	return 0;
}

static long call_socket(struct worker *worker)
{
	static const int types[] = { SOCK_DGRAM, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM };
	static const int protocols[] = { 0, 0, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_RAW };
	int type = PICK(worker, types) | SOCK_NONBLOCK, protocol = PICK(worker, protocols);

	if (one_in(worker, 10))
		type = any_number(worker);
	if (one_in(worker, 10))
		protocol = any_number(worker);
	return keep(worker, socket(worker->family, type, protocol));
}

static long call_close(struct worker *worker)
{
	int slot = below(worker, SLOTS), fd = worker->fd[slot];

	worker->fd[slot] = -1;
	return close(fd);
}

static long call_dup(struct worker *worker)
{
	int fd = any_fd(worker);

	return keep(worker, dup(fd));
}

static long call_bind(struct worker *worker)
{
	struct sockaddr_storage address;
	socklen_t len = any_address(worker, &address);
	void *memory = any_memory(worker, sizeof(address));

	if (memory > (void *)worker->page)
		memory = memcpy(worker->page, &address, sizeof(address));
	return bind(any_fd(worker), memory, len);
}

static long call_connect(struct worker *worker)
{
	struct sockaddr_storage address;
	socklen_t len = any_address(worker, &address);

	return connect(any_fd(worker), (struct sockaddr *)&address, len);
}

static long call_sendto(struct worker *worker)
{
	struct sockaddr_storage address;
	socklen_t len = any_address(worker, &address);
	size_t size = one_in(worker, 4) ? below(worker, 70000) : below(worker, 2000);
	void *data = any_memory(worker, size);

	return sendto(any_fd(worker), data, any_length(worker, size), any_flags(worker),
		      one_in(worker, 3) ? NULL : (struct sockaddr *)&address, len);
}

/* Control messages of which many are right, and some of whose lengths are not. */
static size_t any_control(struct worker *worker, char *buffer, size_t size)
{
	static const int levels[] = { SOL_IP, SOL_IP, SOL_UDP, SOL_SOCKET, SOL_RAW };
	size_t at = 0, len;

	while (!one_in(worker, 3)) {
		struct cmsghdr *header = (struct cmsghdr *)(buffer + at);

		len = one_in(worker, 3) ? below(worker, 64) : sizeof(int);
		if (at + CMSG_SPACE(len) > size)
			break;
		fill(worker, CMSG_DATA(header), len);
		if (one_in(worker, 2))
			memcpy(CMSG_DATA(header), &(int) { below(worker, 256) },
			       len < sizeof(int) ? len : sizeof(int));
		header->cmsg_level = PICK(worker, levels);
		header->cmsg_type = one_in(worker, 10) ? (int)any_number(worker) :
					(int)below(worker, 110);
		header->cmsg_len = any_length(worker, CMSG_LEN(len));
		at += CMSG_SPACE(len);
	}
	return any_length(worker, at);
}

union control {
	struct cmsghdr header; /* for its alignment */
	char bytes[512];
};

struct any_message {
	struct sockaddr_storage address;
	struct iovec iov[4];
	union control control;
	struct msghdr header;
};

static void any_message(struct worker *worker, struct any_message *message)
{
	unsigned int i, n = below(worker, 4);

	memset(message, 0, sizeof(*message));
	for (i = 0; i < n; i++) {
		message->iov[i].iov_len = below(worker, one_in(worker, 5) ? 70000 : 1000);
		message->iov[i].iov_base = any_memory(worker, message->iov[i].iov_len);
	}
	message->header.msg_namelen = any_address(worker, &message->address);
	message->header.msg_name = one_in(worker, 3) ? NULL : &message->address;
	message->header.msg_iov = message->iov;
	message->header.msg_iovlen = n;
	/* what follows the vectors here must not be taken for more of them */
	if (one_in(worker, 50))
		message->header.msg_iovlen = IOV_MAX + number(worker);
	message->header.msg_control = one_in(worker, 50) ? any_memory(worker, 512) :
					message->control.bytes;
}

static long call_sendmsg(struct worker *worker)
{
	struct any_message message;

	any_message(worker, &message);
	message.header.msg_controllen = any_control(worker, message.control.bytes,
						    sizeof(message.control));
	return sendmsg(any_fd(worker), &message.header, any_flags(worker));
}

static long call_recvmsg(struct worker *worker)
{
	struct any_message message;

	any_message(worker, &message);
	message.header.msg_controllen = any_length(worker, sizeof(message.control));
	if (message.header.msg_controllen > sizeof(message.control))
		message.header.msg_control = NULL;
	return recvmsg(any_fd(worker), &message.header,
		       any_flags(worker) | (one_in(worker, 8) ? MSG_ERRQUEUE : 0));
}

static long call_many(struct worker *worker)
{
	struct any_message messages[4];
	struct mmsghdr headers[4];
	int i;

	for (i = 0; i < 4; i++) {
		any_message(worker, &messages[i]);
		headers[i].msg_hdr = messages[i].header;
		headers[i].msg_hdr.msg_controllen = 0;
	}
	if (one_in(worker, 2))
		return sendmmsg(any_fd(worker), headers, 4, any_flags(worker));
	return recvmmsg(any_fd(worker), headers, 4, any_flags(worker) | MSG_DONTWAIT, NULL);
}

/* Half of all settings are of IP, and most of an option that there is. */
static void any_option(struct worker *worker, int *level, int *option)
{
	static const int levels[] = { SOL_IP, SOL_IP, SOL_IP, SOL_SOCKET, SOL_SOCKET, SOL_UDP,
				      SOL_RAW };

	*level = one_in(worker, 50) ? (int)any_number(worker) : PICK(worker, levels);
	*option = one_in(worker, 20) ? (int)any_number(worker) : (int)below(worker, 80);
	if (*level == SOL_UDP && !one_in(worker, 4))
		*option = one_in(worker, 3) ? 1 : 100 + (int)below(worker, 5);
}

/* A classic filter, of instructions that may make sense. */
static long set_filter(struct worker *worker)
{
	struct sock_filter code[8];
	struct sock_fprog program = { .len = any_length(worker, 8), .filter = code };
	int i;

	fill(worker, code, sizeof(code));
	for (i = 0; i < 8; i++) {
		code[i].code &= 0xff;
		code[i].jt &= 7;
		code[i].jf &= 7;
	}
	code[below(worker, 8)] = (struct sock_filter) { BPF_RET | BPF_K, 0, 0, number(worker) };
	if (program.len > 8)
		program.filter = (void *)worker->page;
	return setsockopt(any_fd(worker), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static long call_setsockopt(struct worker *worker)
{
	int level, option;
	size_t len = one_in(worker, 3) ? below(worker, 64) : sizeof(int);
	char *value = any_memory(worker, len);

	if (one_in(worker, 40))
		return set_filter(worker);
	any_option(worker, &level, &option);
	if (value >= worker->page && value < worker->page + PAGES * 4096 - len) {
		fill(worker, value, len);
		if (one_in(worker, 2) && len >= sizeof(int))
			memcpy(value, &(int) { below(worker, 8) }, sizeof(int));
	}
	return setsockopt(any_fd(worker), level, option, value, any_length(worker, len));
}

static long call_getsockopt(struct worker *worker)
{
	int level, option;
	socklen_t len = one_in(worker, 3) ? below(worker, 256) : sizeof(int);
	void *value = any_memory(worker, len);

	any_option(worker, &level, &option);
	if (one_in(worker, 20))
		len = any_number(worker);
	return getsockopt(any_fd(worker), level, option, value, &len);
}

static long call_name(struct worker *worker)
{
	socklen_t len = any_length(worker, sizeof(struct sockaddr_in));
	void *memory = any_memory(worker, sizeof(struct sockaddr_storage));

	if (one_in(worker, 2))
		return getsockname(any_fd(worker), memory, &len);
	return getpeername(any_fd(worker), memory, &len);
}

static long call_shutdown(struct worker *worker)
{
	return shutdown(any_fd(worker), one_in(worker, 10) ? any_number(worker) : below(worker, 3));
}

static long call_ioctl(struct worker *worker)
{
	static const unsigned long requests[] = {
		FIONREAD, SIOCOUTQ, SIOCGSTAMP_OLD, SIOCGIFCONF, SIOCGIFADDR, SIOCGIFNAME,
		SIOCGIFINDEX, SIOCGIFFLAGS, SIOCGIFMTU, SIOCGIFHWADDR, SIOCGIFNETMASK,
		SIOCGIFBRDADDR, SIOCSIFADDR, SIOCSIFFLAGS, SIOCADDRT, SIOCATMARK, FIOASYNC,
	};
	unsigned long request = PICK(worker, requests);
	char *memory = any_memory(worker, 64);

	if (one_in(worker, 20))
		request = 0x8900 + below(worker, 256);
	if (memory >= worker->page && memory < worker->page + PAGES * 4096 - 64)
		strcpy(memory, one_in(worker, 2) ? "gonet0" : "lo");
	return ioctl(any_fd(worker), request, memory);
}

static long call_poll(struct worker *worker)
{
	struct pollfd fds[4];
	int i;

	for (i = 0; i < 4; i++)
		fds[i] = (struct pollfd) { .fd = any_fd(worker), .events = number(worker) };
	return poll(fds, 4, 0);
}

/* An epoll that lives no longer than the call, with sockets that may be closed by others. */
static long call_epoll(struct worker *worker)
{
	struct epoll_event event = { .events = number(worker) & ~EPOLLEXCLUSIVE };
	int epoll = epoll_create1(EPOLL_CLOEXEC), i;
	long result;

	for (i = 0; i < 3; i++)
		epoll_ctl(epoll, EPOLL_CTL_ADD, any_fd(worker), &event);
	result = epoll_wait(epoll, &event, 1, 0);
	close(epoll);
	return result;
}

static long call_listen(struct worker *worker)
{
	if (one_in(worker, 2))
		return listen(any_fd(worker), any_number(worker));
	return keep(worker, accept4(any_fd(worker), NULL, NULL, SOCK_NONBLOCK));
}

static long call_fcntl(struct worker *worker)
{
	int fd = any_fd(worker);

	if (one_in(worker, 2))
		return fcntl(fd, F_SETOWN, getpid());
	return fcntl(fd, F_SETFL, O_NONBLOCK | (one_in(worker, 2) ? O_ASYNC : 0));
}

static long call_readwrite(struct worker *worker)
{
	struct iovec iov[2];
	int i;

	for (i = 0; i < 2; i++) {
		iov[i].iov_len = below(worker, 3000);
		iov[i].iov_base = any_memory(worker, iov[i].iov_len);
	}
	if (one_in(worker, 2))
		return writev(any_fd(worker), iov, 2);
	return readv(any_fd(worker), iov, 2);
}

static long call_splice(struct worker *worker)
{
	long result = -1;
	int ends[2];

	if (pipe2(ends, O_NONBLOCK | O_CLOEXEC))
		return -1;
	if (one_in(worker, 2)) {
		result = splice(any_fd(worker), NULL, ends[1], NULL, below(worker, 70000),
				SPLICE_F_NONBLOCK);
	} else if (write(ends[1], worker->page, below(worker, 4000)) >= 0) {
		result = splice(ends[0], NULL, any_fd(worker), NULL, below(worker, 4000),
				SPLICE_F_NONBLOCK);
	}
	close(ends[0]);
	close(ends[1]);
	return result;
}

static long call_mmap(struct worker *worker)
{
	void *at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, any_fd(worker), 0);

	if (at == MAP_FAILED)
		return -1;
	return munmap(at, 4096);
}

/* A socket on its way through another, which may be closed before it arrives. */
static long call_pass(struct worker *worker)
{
	int ends[2], fd = worker->fd[below(worker, SLOTS)];
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	union control control = { 0 };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = CMSG_SPACE(sizeof(fd)) };
	long result;

	if (fd < 0 || socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends))
		return -1;
	control.header = (struct cmsghdr) { CMSG_LEN(sizeof(fd)), SOL_SOCKET, SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	result = sendmsg(ends[0], &message, 0);
	if (result >= 0 && one_in(worker, 2)) {
		result = recvmsg(ends[1], &message, MSG_CMSG_CLOEXEC);
		if (result >= 0 && message.msg_controllen) {
			memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
			result = keep(worker, fd);
		}
	}
	close(ends[0]);
	close(ends[1]);
	return result;
}

/* How often each is made, in proportion. */
static const struct {
	long (*call)(struct worker *worker);
	unsigned int share;
} calls[] = {
	{ call_socket, 8 }, { call_close, 3 }, { call_dup, 1 }, { call_bind, 8 },
	{ call_connect, 5 }, { call_sendto, 15 }, { call_sendmsg, 12 }, { call_recvmsg, 12 },
	{ call_many, 3 }, { call_setsockopt, 20 }, { call_getsockopt, 8 }, { call_name, 2 },
	{ call_shutdown, 1 }, { call_ioctl, 4 }, { call_poll, 3 }, { call_epoll, 2 },
	{ call_listen, 1 }, { call_fcntl, 2 }, { call_readwrite, 4 }, { call_splice, 1 },
	{ call_mmap, 1 }, { call_pass, 1 },
};

const char * const call_names[CALLS] = {
	"socket", "close", "dup", "bind", "connect", "sendto", "sendmsg", "recvmsg", "mmsg",
	"setsockopt", "getsockopt", "name", "shutdown", "ioctl", "poll", "epoll", "listen",
	"fcntl", "readwrite", "splice", "mmap", "pass",
};

/* Return: the number of the call that was made, and in @success whether it succeeded. */
unsigned int make_call(struct worker *worker, bool *success)
{
	unsigned int i, total = 0, at;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		total += calls[i].share;
	at = below(worker, total);
	for (i = 0; at >= calls[i].share; i++)
		at -= calls[i].share;
	*success = calls[i].call(worker) >= 0;
	return i;
}

/* Sockets that are there before the rights go: raw ones too. */
void open_first(struct worker *worker, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		int type = i % 2 ? SOCK_RAW : SOCK_DGRAM;

		worker->fd[i] = socket(worker->family, type | SOCK_NONBLOCK,
				       i % 2 ? 200 + i : i % 4 ? IPPROTO_ICMP : 0);
	}
}
