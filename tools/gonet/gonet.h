/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the command line tool share. */
#ifndef GONET_H
#define GONET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>
#include <libmnl/libmnl.h>
#include <linux/gonet_netlink.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * enum status - exit statuses, as iproute2 has them
 * @OK: done
 * @FAILED: could not be done, other than by the kernel's word
 * @REFUSED: the kernel said no
 * @USAGE: the command line makes no sense
 */
enum status {
	OK = 0,
	FAILED = 1,
	REFUSED = 2,
	USAGE = 255,
};

/**
 * struct options - what the options before the object say
 * @json: print JSON
 * @pretty: and lay it out for people
 * @oneline: print each object on a line of its own
 * @brief: print the most important columns only
 * @stats: print more figures; given so many times
 * @details: print what is usually left out
 */
struct options {
	bool json;
	bool pretty;
	bool oneline;
	bool brief;
	int stats;
	int details;
};

extern struct options options;

/* args.c: the words of a command line. */

/**
 * struct args - words not yet read
 * @argv: the next one
 * @argc: how many
 */
struct args {
	char **argv;
	int argc;
};

/**
 * struct command - a word and what it does
 * @name: the word; any beginning of it will do
 * @run: reads the words that follow
 */
struct command {
	const char *name;
	enum status (*run)(struct args *args);
};

bool matches(const char *word, const char *name);
const char *peek(const struct args *args);
const char *shift(struct args *args);
enum status run_command(struct args *args, const struct command *commands, size_t count,
			const char *object, enum status (*without)(struct args *args));
bool wants_help(const char *word, const char *usage);
enum status value(struct args *args, const char **word);
enum status invalid(const char *what, const char *word);
enum status missing(const char *what);
enum status duplicate(const char *key, const char *word);
enum status value_number(struct args *args, const char *what, unsigned long min,
			 unsigned long max, unsigned long *number);
enum status value_once(struct args *args, const char *key, const char **word);

/**
 * struct prefix - an address or a network
 * @given: there is one
 * @plen_given: with a length
 * @family: AF_INET
 * @plen: length of the prefix in bits
 * @addr: network byte order
 */
struct prefix {
	bool given;
	bool plen_given;
	uint8_t family;
	uint8_t plen;
	uint8_t addr[4];
};

enum status parse_address(const char *word, struct prefix *prefix);
enum status parse_prefix(const char *word, struct prefix *prefix);
enum status parse_mac(const char *word, uint8_t mac[6]);
bool prefix_covers(const struct prefix *outer, const struct prefix *inner);
bool prefix_equal(const struct prefix *a, const struct prefix *b);

/* names.c: numbers that have names. */
const char *scope_name(uint8_t scope);
int scope_number(const char *name);
const char *protocol_name(uint8_t protocol);
int protocol_number(const char *name);
const char *route_type_name(uint8_t type);
int route_type_number(const char *name);
const char *nud_name(uint8_t state);
int nud_number(const char *name);

/* nl.c: talking to the kernel. */
typedef enum status (*nl_reader_t)(const struct nlattr *const tb[], void *arg);

enum status nl_open(void);
void nl_close(void);
struct mnl_socket *nl_socket(struct mnl_socket **nl);
enum status nl_join_events(struct mnl_socket *nl);
struct nlmsghdr *nl_begin(uint8_t cmd, uint16_t flags);
enum status nl_change(struct nlmsghdr *nlh);
enum status nl_remove(struct nlmsghdr *nlh, unsigned int *count);
enum status nl_get(struct nlmsghdr *nlh, uint16_t max, nl_reader_t reader, void *arg);
enum status nl_get_more(struct nlmsghdr *nlh, uint16_t max, nl_reader_t reader, void *arg);
enum status nl_dump_request(struct nlmsghdr *nlh, uint16_t max, nl_reader_t reader, void *arg);
enum status nl_dump(uint8_t cmd, uint16_t max, nl_reader_t reader, void *arg);
void nl_parse(const struct nlmsghdr *nlh, const struct nlattr **tb, uint16_t max);
void nl_print_error(const struct nlmsghdr *nlh, int error);
uint16_t nl_family_id(void);

uint64_t attr_number(const struct nlattr *attr);
const char *attr_string(const struct nlattr *attr);
void attr_prefix(const struct nlattr *attr, struct prefix *prefix);
bool attr_mac(const struct nlattr *attr, uint8_t mac[6]);
void put_prefix(struct nlmsghdr *nlh, uint16_t type, const struct prefix *prefix);

/* print.c: text and JSON. */
const char *text_addr(const struct prefix *prefix);
const char *text_prefix(const struct prefix *prefix);
const char *text_mac(const uint8_t mac[6]);
void json_str(struct json_object *object, const char *key, const char *text);
void json_num(struct json_object *object, const char *key, uint64_t number);
void json_yes(struct json_object *object, const char *key, bool value);
void json_print(struct json_object *object);
const char *line_break(void);
enum status help(const char *text);
void print_flushed(unsigned int count, const char *what);

/* link.c */

/**
 * struct link - an interface
 * @next: the one with the next number
 * @index: its number
 * @peer_index: the native end's, or 0
 * @mtu: its MTU
 * @name: its name
 * @mac: the stack's own MAC address
 * @peer_mac: the native end's
 * @up: the stack's side is up
 * @running: both are
 * @rx_packets: received by the stack
 * @rx_bytes: received by the stack
 * @tx_packets: sent by the stack
 * @tx_bytes: sent by the stack
 */
struct link {
	struct link *next;
	uint32_t index;
	uint32_t peer_index;
	uint32_t mtu;
	char name[GONET_IFNAME_SIZE];
	uint8_t mac[6];
	uint8_t peer_mac[6];
	bool up;
	bool running;
	uint64_t rx_packets;
	uint64_t rx_bytes;
	uint64_t tx_packets;
	uint64_t tx_bytes;
};

enum status links_load(void);
void links_forget(void);
const struct link *links_first(void);
const char *link_name(uint32_t index);
enum status link_find(const char *name, uint32_t *index);
void link_learn(const struct nlattr *const tb[]);
void link_print(const struct link *link);
struct json_object *link_json(const struct link *link);
enum status do_link(struct args *args);

/* addr.c, route.c, neigh.c: one line for each object, as show and monitor print it. */
void addr_print_line(const struct nlattr *const tb[]);
void route_print_line(const struct nlattr *const tb[]);
void neigh_print_line(const struct nlattr *const tb[]);
struct json_object *addr_json(const struct nlattr *const tb[]);
struct json_object *route_json(const struct nlattr *const tb[]);
struct json_object *neigh_json(const struct nlattr *const tb[]);

enum status do_addr(struct args *args);
enum status do_route(struct args *args);
enum status do_neigh(struct args *args);
enum status do_stat(struct args *args);
enum status do_proc(struct args *args);
enum status do_chan(struct args *args);
enum status do_graph(struct args *args);
enum status do_socket(struct args *args);
enum status do_ping(struct args *args);
enum status do_monitor(struct args *args);
enum status do_maddr(struct args *args);

#endif /* GONET_H */
