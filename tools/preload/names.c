// SPDX-License-Identifier: GPL-2.0
/*
 * Name lookup for "addresses of families that this host has" (AI_ADDRCONFIG) goes by
 * the addresses of the native stack; meant is this one, which has IPv4.
 */
#include <dlfcn.h>
#include <netdb.h>
#include <sys/socket.h>

typedef int lookup_fn(const char *node, const char *service, const struct addrinfo *hints,
		      struct addrinfo **result);

__attribute__((visibility("default")))
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		struct addrinfo **result)
{
	lookup_fn *lookup = (lookup_fn *)dlsym(RTLD_NEXT, "getaddrinfo");
	struct addrinfo ours;

	if (!lookup)
		return EAI_SYSTEM;
	if (!hints || !(hints->ai_flags & AI_ADDRCONFIG) || hints->ai_family == AF_INET6)
		return lookup(node, service, hints, result);
	ours = *hints;
	ours.ai_flags &= ~AI_ADDRCONFIG;
	ours.ai_family = AF_INET;
	return lookup(node, service, &ours, result);
}
