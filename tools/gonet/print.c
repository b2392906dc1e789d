// SPDX-License-Identifier: GPL-2.0
/* Addresses as text, and JSON. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "gonet.h"

/**
 * text_addr() - an address as text
 * @prefix: the address
 *
 * Return: the text, until the eighth call from now.
 */
const char *text_addr(const struct prefix *prefix)
{
	static char buffers[8][INET6_ADDRSTRLEN];
	static unsigned int next;
	char *buffer = buffers[next++ % ARRAY_SIZE(buffers)];

	if (!inet_ntop(AF_INET, prefix->addr, buffer, sizeof(buffers[0])))
		strcpy(buffer, "?");
	return buffer;
}

/**
 * text_prefix() - a network as text, in routes' notation
 * @prefix: the network
 *
 * Return: the text, until the fourth call from now: "default", or the address, with
 * its prefix length unless it is a single host.
 */
const char *text_prefix(const struct prefix *prefix)
{
	static char buffers[4][INET6_ADDRSTRLEN + 4];
	static unsigned int next;
	char *buffer = buffers[next++ % ARRAY_SIZE(buffers)];

	if (!prefix->plen)
		return "default";
	if (prefix->plen == 32)
		return text_addr(prefix);
	snprintf(buffer, sizeof(buffers[0]), "%s/%u", text_addr(prefix), prefix->plen);
	return buffer;
}

/**
 * text_mac() - a MAC address as text
 * @mac: the address
 *
 * Return: the text, until the fourth call from now.
 */
const char *text_mac(const uint8_t mac[6])
{
	static char buffers[4][18];
	static unsigned int next;
	char *buffer = buffers[next++ % ARRAY_SIZE(buffers)];

	snprintf(buffer, sizeof(buffers[0]), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	return buffer;
}

/**
 * json_str() - add a text to an object
 * @object: the object
 * @key: its name
 * @text: the text
 */
void json_str(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

/**
 * json_num() - add a number to an object
 * @object: the object
 * @key: its name
 * @number: the number
 */
void json_num(struct json_object *object, const char *key, uint64_t number)
{
	json_object_object_add(object, key, json_object_new_uint64(number));
}

/**
 * json_yes() - add a truth to an object
 * @object: the object
 * @key: its name
 * @value: the truth
 */
void json_yes(struct json_object *object, const char *key, bool value)
{
	json_object_object_add(object, key, json_object_new_boolean(value));
}

/**
 * json_print() - print a document and free it
 * @object: the document
 */
void json_print(struct json_object *object)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	flags |= options.pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED :
				  JSON_C_TO_STRING_PLAIN;
	puts(json_object_to_json_string_ext(object, flags));
	json_object_put(object);
}

/**
 * line_break() - what stands between the lines of one object
 *
 * Return: a line feed, or what stands for it when each object is to have one line.
 */
const char *line_break(void)
{
	return options.oneline ? "\\" : "\n";
}

/**
 * help() - print how something is used
 * @text: the text
 *
 * Return: OK: that was what was asked for.
 */
enum status help(const char *text)
{
	fputs(text, stdout);
	return OK;
}

/**
 * print_flushed() - print how much has been removed
 * @count: how many
 * @what: of what, in the plural
 */
void print_flushed(unsigned int count, const char *what)
{
	printf(count ? "*** Deleted %u %s ***\n" : "*** Nothing to delete, %u %s ***\n", count,
	       what);
}
