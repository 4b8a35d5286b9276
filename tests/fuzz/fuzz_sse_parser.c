/* libFuzzer: an event stream gives the same events in one piece, byte by byte, and cut as the first bytes say. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "io/sse_parser.h"

struct run {
	struct weir_sse_parser parser;
	FILE *log;
	char *text;
	size_t length;
	bool pauses;
};

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void write_text(FILE *log, const char *bytes, size_t length)
{
	check(weir_utf8_valid_prefix(bytes, length) == length);
	fprintf(log, "%zu:", length);
	fwrite(bytes, 1, length, log);
}

static bool on_event(void *context, const struct weir_sse_event *event)
{
	struct run *run = context;

	check(event->type_length > 0);
	check(!memchr(event->id, '\0', event->id_length) && event->id[event->id_length] == '\0');
	write_text(run->log, event->type, event->type_length);
	write_text(run->log, event->data, event->data_length);
	write_text(run->log, event->id, event->id_length);
	return !run->pauses;
}

static void on_comment(void *context)
{
	fputc('#', ((struct run *)context)->log);
}

static void on_retry(void *context, uint64_t milliseconds)
{
	check(milliseconds <= WEIR_SSE_MAX_RETRY_MILLISECONDS);
	fprintf(((struct run *)context)->log, "retry%llu", (unsigned long long)milliseconds);
}

/* Each piece gets its own allocation, so that a sanitizer sees a view that outlives its piece. */
static void push(struct run *run, const uint8_t *bytes, size_t length)
{
	char *piece = malloc(length > 0 ? length : 1);
	size_t at = 0;

	memcpy(piece, bytes, length);
	while (at < length) {
		size_t consumed;
		int result = weir_sse_parser_push(&run->parser, piece + at, length - at, &consumed);

		if (result < 0)
			fprintf(run->log, "!%d", result);
		check(consumed > 0 || result < 0);
		at += consumed;
	}
	free(piece);
}

static void begin(struct run *run, size_t max_event_size, bool pauses)
{
	static const struct weir_sse_callbacks callbacks = {
		.event = on_event, .comment = on_comment, .retry = on_retry
	};

	*run = (struct run){ .pauses = pauses };
	run->log = open_memstream(&run->text, &run->length);
	weir_sse_parser_init(&run->parser, &callbacks, run, max_event_size);
}

static void end(struct run *run)
{
	fprintf(run->log, "end%d%s", weir_sse_parser_reset_connection(&run->parser),
		weir_sse_parser_last_id(&run->parser));
	fclose(run->log);
	weir_sse_parser_finish(&run->parser);
}

static void check_same(const struct run *a, const struct run *b)
{
	check(a->length == b->length && memcmp(a->text, b->text, a->length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run whole, bytewise, cut;
	size_t max_event_size, piece;

	if (size < 2)
		return 0;
	max_event_size = data[0] < 128 ? data[0] : 0;
	piece = (size_t)data[1] + 2;
	data += 2;
	size -= 2;

	begin(&whole, max_event_size, false);
	push(&whole, data, size);
	end(&whole);

	begin(&bytewise, max_event_size, false);
	for (size_t i = 0; i < size; i++)
		push(&bytewise, data + i, 1);
	end(&bytewise);
	check_same(&whole, &bytewise);

	begin(&cut, max_event_size, true);
	for (size_t at = 0; at < size; at += piece)
		push(&cut, data + at, size - at < piece ? size - at : piece);
	end(&cut);
	check_same(&whole, &cut);

	free(whole.text);
	free(bytewise.text);
	free(cut.text);
	return 0;
}
