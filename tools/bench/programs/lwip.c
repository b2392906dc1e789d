// SPDX-License-Identifier: GPL-2.0
/*
 * lwIP for load-lwip: Debian's library, whose thread is this process's, with an address
 * behind a TAP device that is there and up.
 *
 * The library has a driver for TAP devices, but it writes frames of full size beyond
 * buffers of its pool; this one has buffers of the frames' size.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <lwip/etharp.h>
#include <lwip/netif.h>
#include <lwip/tcpip.h>

#include "load.h"

#define MTU		1500
#define FRAME_MAX	(MTU + 14)

static struct netif device;
static const char *own_address;
static int tap_fd;
static sem_t ready;

/* Frames are one buffer, as the library is built (LWIP_NETIF_TX_SINGLE_PBUF), or few. */
static err_t output(struct netif *netif, struct pbuf *p)
{
	uint8_t frame[FRAME_MAX];

	(void)netif;
	if (p->tot_len > sizeof(frame))
		return ERR_BUF;
	pbuf_copy_partial(p, frame, p->tot_len, 0);
	return write(tap_fd, frame, p->tot_len) == p->tot_len ? ERR_OK : ERR_IF;
}

static void *input(void *unused)
{
	uint8_t frame[FRAME_MAX];
	struct pbuf *p;
	ssize_t len;

	(void)unused;
	while ((len = read(tap_fd, frame, sizeof(frame))) > 0) {
		p = pbuf_alloc(PBUF_RAW, len, PBUF_RAM);
		if (!p)
			continue;
		pbuf_take(p, frame, len);
		if (device.input(p, &device) != ERR_OK)
			pbuf_free(p);
	}
	err(1, "the TAP device");
}

static err_t init(struct netif *netif)
{
	static const uint8_t address[] = { 2, 0x67, 0x6f, 0x6e, 0x65, 0x74 };

	netif->name[0] = 't';
	netif->name[1] = 'p';
	netif->output = etharp_output;
	netif->linkoutput = output;
	netif->mtu = MTU;
	netif->hwaddr_len = sizeof(address);
	memcpy(netif->hwaddr, address, sizeof(address));
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
	return ERR_OK;
}

/* In lwIP's own thread. */
static void add_device(void *unused)
{
	ip4_addr_t address, mask, gateway;

	(void)unused;
	ip4addr_aton(own_address, &address);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	ip4_addr_set_zero(&gateway);
	if (!netif_add(&device, &address, &mask, &gateway, NULL, init, tcpip_input))
		errx(1, "lwIP takes no device");
	netif_set_default(&device);
	netif_set_up(&device);
	netif_set_link_up(&device);
	sem_post(&ready);
}

void lwip_begin(const char *tap, const char *address)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	pthread_t thread;

	tap_fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	strncpy(request.ifr_name, tap, IFNAMSIZ - 1);
	if (tap_fd < 0 || ioctl(tap_fd, TUNSETIFF, &request))
		err(1, "the TAP device %s", tap);
	own_address = address;
	sem_init(&ready, 0, 0);
	tcpip_init(add_device, NULL);
	while (sem_wait(&ready))
		;
	if (pthread_create(&thread, NULL, input, NULL))
		errx(1, "no thread");
}
