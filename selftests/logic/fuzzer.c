// SPDX-License-Identifier: GPL-2.0
/*
 * Stands in for libFuzzer where there is none: calls the fuzzing function with
 * random bytes of random length, and with mutations of the input before.
 * Options as libFuzzer's -runs= and -max_len=; the others are ignored.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	unsigned long runs = 200000, max_len = 4096, i;
	size_t size = 0, j;
	uint8_t *data = NULL;

	for (int a = 1; a < argc; a++) {
		if (!strncmp(argv[a], "-runs=", 6))
			runs = strtoul(argv[a] + 6, NULL, 10);
		if (!strncmp(argv[a], "-max_len=", 9))
			max_len = strtoul(argv[a] + 9, NULL, 10);
	}
	for (i = 0; i < runs; i++) {
		/* A heap block of the exact size, so that the sanitizer sees its end. */
		if (i % 64 == 0 || !size) {
			size = ktap_random(i % 3 ? 80 : (unsigned int)max_len) + 1;
			data = malloc(size);
			for (j = 0; j < size; j++)
				data[j] = (uint8_t)ktap_random(256);
		}
		LLVMFuzzerTestOneInput(data, size);
		for (j = ktap_random(4) + 1; j; j--)
			data[ktap_random((unsigned int)size)] = (uint8_t)ktap_random(256);
		if (i % 64 == 63 || i + 1 == runs)
			free(data);
	}
	printf("%lu runs\n", runs);
	return 0;
}
