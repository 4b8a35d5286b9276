/* What every part needs: memory, text, clocks, lists of records. See main.c. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "feed_server.h"

void __attribute__((noreturn, format(printf, 2, 3))) die(int status, const char *format, ...)
{
	va_list arguments;

	fputs("feed_server: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	_exit(status); /* no leak check: what was built so far goes with the process */
}

void *must(void *memory)
{
	if (!memory)
		die(1, "out of memory");
	return memory;
}

char *__attribute__((format(printf, 1, 2))) format_text(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	size_t length;
	FILE *stream = must(open_memstream(&text, &length));

	va_start(arguments, format);
	vfprintf(stream, format, arguments);
	va_end(arguments);
	fclose(stream);
	return must(text);
}

double monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int64_t epoch_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

uint64_t fnv1a(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	return hash;
}

void items_add(struct items *items, struct item item)
{
	if (items->count == items->capacity) {
		items->capacity = items->capacity ? items->capacity * 2 : 64;
		items->at = must(reallocarray(items->at, items->capacity, sizeof *items->at));
	}
	items->at[items->count++] = item;
}

void items_finish(struct items *items)
{
	for (size_t i = 0; i < items->count; i++) {
		free(items->at[i].id);
		free(items->at[i].json);
		free(items->at[i].type);
	}
	free(items->at);
	*items = (struct items){ 0 };
}
