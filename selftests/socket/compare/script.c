// SPDX-License-Identifier: GPL-2.0
/* Takes a script apart, and writes beside each statement what it gave. */
#include <stdlib.h>
#include <string.h>

#include "run.h"

/* The table of cases is wrong: no result would mean anything. */
_Noreturn void broken(const char *what, const char *word)
{
	fflush(stdout);
	fprintf(stderr, "compare: %s: %s\n", what, word);
	exit(2);
}

/* The word, counted from 0 without those that are KEY=VALUE; NULL if there is none. */
const char *word_at(const struct words *words, int at)
{
	int i;

	for (i = 0; i < words->n; i++) {
		if (!strchr(words->word[i], '=') && !at--)
			return words->word[i];
	}
	return NULL;
}

/* What stands after KEY=, or NULL. */
const char *word_key(const struct words *words, const char *key)
{
	size_t len = strlen(key);
	int i;

	for (i = 0; i < words->n; i++) {
		if (!strncmp(words->word[i], key, len) && words->word[i][len] == '=')
			return words->word[i] + len + 1;
	}
	return NULL;
}

long word_key_number(const struct words *words, const char *key, long otherwise)
{
	const char *word = word_key(words, key);

	return word ? number_of(word) : otherwise;
}

void script_run(struct run *run, const char *script)
{
	char *copy = strdup(script), *rest = copy, *statement, *more, *word;
	struct words words;

	while ((statement = strsep(&rest, ";"))) {
		statement += strspn(statement, " ");
		if (!*statement)
			continue;
		fprintf(run->out, "%s = ", statement);
		words.n = 0;
		for (more = statement; (word = strsep(&more, " "));) {
			if (!*word)
				continue;
			if (words.n == WORDS)
				broken("too many words", script);
			words.word[words.n++] = word;
		}
		if (!statement_run(run, &words))
			broken("no such call", words.word[0]);
		fputc('\n', run->out);
	}
	free(copy);
}
