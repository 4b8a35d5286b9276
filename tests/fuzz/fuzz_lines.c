/* libFuzzer: the same lines come out in one piece, byte by byte, and cut as the first bytes say. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/line_splitter.h"

struct run {
	struct weir_line_splitter splitter;
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

static bool on_line(void *context, const char *bytes, size_t length)
{
	struct run *run = context;

	check(length <= run->splitter.options.max_line_length);
	check(length > 0 || !run->splitter.options.skips_blank_lines);
	check(length == 0 || !memchr(bytes, '\n', length));
	fprintf(run->log, "%llu:%zu:", (unsigned long long)run->splitter.line_number, length);
	fwrite(bytes, 1, length, run->log);
	return !run->pauses;
}

static void push(struct run *run, const uint8_t *bytes, size_t length)
{
	char *piece = malloc(length > 0 ? length : 1);
	size_t at = 0;

	memcpy(piece, bytes, length);
	while (at < length) {
		size_t consumed;
		int result = weir_line_splitter_push(&run->splitter, piece + at, length - at, &consumed);

		if (result < 0)
			fprintf(run->log, "!%d@%llu", result, (unsigned long long)run->splitter.line_number);
		check(consumed > 0);
		at += consumed;
	}
	free(piece);
}

/* Byte 0: the maximum, 0 for the default; byte 1: the options. */
static void run_pieces(struct run *run, const uint8_t *data, size_t size, size_t piece, bool pauses)
{
	struct weir_line_splitter_options options = {
		.max_line_length = data[0],
		.skips_blank_lines = data[1] & 1,
		.rejects_partial_last_line = data[1] & 2,
	};

	*run = (struct run){ .pauses = pauses };
	run->log = open_memstream(&run->text, &run->length);
	weir_line_splitter_init(&run->splitter, &options, on_line, run);
	for (size_t at = 2; at < size; at += piece)
		push(run, data + at, size - at < piece ? size - at : piece);
	fprintf(run->log, "end%d", weir_line_splitter_end(&run->splitter));
	fclose(run->log);
	weir_line_splitter_finish(&run->splitter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run whole, bytewise, cut;

	if (size < 2)
		return 0;
	run_pieces(&whole, data, size, size, false);
	run_pieces(&bytewise, data, size, 1, false);
	run_pieces(&cut, data, size, (size_t)(data[1] >> 2) + 2, true);
	check(whole.length == bytewise.length && memcmp(whole.text, bytewise.text, whole.length) == 0);
	check(whole.length == cut.length && memcmp(whole.text, cut.text, whole.length) == 0);
	free(whole.text);
	free(bytewise.text);
	free(cut.text);
	return 0;
}
