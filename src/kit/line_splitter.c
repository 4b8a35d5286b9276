/* Splits pieces of bytes into lines. See line_splitter.h. */
#include "kit/line_splitter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void weir_line_splitter_init(struct weir_line_splitter *splitter, const struct weir_line_splitter_options *options,
	weir_line_callback callback, void *context)
{
	*splitter = (struct weir_line_splitter){ .callback = callback, .context = context };
	if (options)
		splitter->options = *options;
	if (splitter->options.max_line_length == 0)
		splitter->options.max_line_length = WEIR_LINE_SPLITTER_DEFAULT_MAX_LENGTH;
}

/* The length without one CR at the end, which is part of the line end, or may turn out to be with the next byte. */
static size_t without_cr(const char *bytes, size_t length)
{
	return length > 0 && bytes[length - 1] == '\r' ? length - 1 : length;
}

/* Gives up the current line. The caller skips to its end. */
static int refuse_line(struct weir_line_splitter *splitter, int code, size_t length)
{
	splitter->is_skipping = true;
	splitter->partial.length = 0;
	splitter->line_number++;
	if (code == -EMSGSIZE)
		snprintf(splitter->message, sizeof splitter->message,
			"line %llu is too long: %zu bytes so far, limit %zu", (unsigned long long)splitter->line_number,
			length, splitter->options.max_line_length);
	else
		snprintf(splitter->message, sizeof splitter->message, "line %llu: no memory for %zu bytes",
			(unsigned long long)splitter->line_number, length);
	return code;
}

static int keep_partial(struct weir_line_splitter *splitter, const char *bytes, size_t length)
{
	size_t total = splitter->partial.length + length;

	if (without_cr(bytes, length) + splitter->partial.length > splitter->options.max_line_length)
		return refuse_line(splitter, -EMSGSIZE, total);
	if (weir_byte_buffer_append(&splitter->partial, bytes, length) < 0)
		return refuse_line(splitter, -ENOMEM, total);
	return 0;
}

static int deliver(struct weir_line_splitter *splitter, const char *bytes, size_t length, bool *ret_goes_on)
{
	length = without_cr(bytes, length);
	if (length > splitter->options.max_line_length)
		return refuse_line(splitter, -EMSGSIZE, length);
	splitter->line_number++;
	if (length > 0 || !splitter->options.skips_blank_lines)
		*ret_goes_on = splitter->callback(splitter->context, bytes, length);
	splitter->partial.length = 0;
	return 0;
}

/* The length is that of the line's last part, in front of its LF. */
static int end_line(struct weir_line_splitter *splitter, const char *bytes, size_t length, bool *ret_goes_on)
{
	int result;

	if (splitter->is_skipping) {
		splitter->is_skipping = false;
		return 0;
	}
	if (splitter->partial.length == 0) {
		result = deliver(splitter, bytes, length, ret_goes_on);
	} else {
		/* A kept CR and an empty rest: the CR was not counted, the line end has come. */
		result = length > 0 ? keep_partial(splitter, bytes, length) : 0;
		if (result == 0)
			result = deliver(splitter, splitter->partial.bytes, splitter->partial.length, ret_goes_on);
	}
	splitter->is_skipping = false;
	return result;
}

int weir_line_splitter_push(struct weir_line_splitter *splitter, const char *bytes, size_t length, size_t *ret_consumed)
{
	size_t at = 0;
	bool goes_on = true;
	int result = 0;

	while (at < length && goes_on && result == 0) {
		const char *line_feed = memchr(bytes + at, '\n', length - at);

		if (line_feed) {
			size_t part = (size_t)(line_feed - (bytes + at));

			result = end_line(splitter, bytes + at, part, &goes_on);
			at += part + 1;
		} else {
			if (!splitter->is_skipping)
				result = keep_partial(splitter, bytes + at, length - at);
			at = length;
		}
	}
	*ret_consumed = at;
	return result;
}

int weir_line_splitter_end(struct weir_line_splitter *splitter)
{
	bool goes_on;
	int result = 0;

	if (splitter->partial.length > 0) {
		if (splitter->options.rejects_partial_last_line) {
			snprintf(splitter->message, sizeof splitter->message,
				"the input ended inside line %llu, after %zu bytes of it",
				(unsigned long long)splitter->line_number + 1, splitter->partial.length);
			result = -EPROTO;
		} else {
			result = deliver(splitter, splitter->partial.bytes, splitter->partial.length, &goes_on);
		}
	}
	weir_line_splitter_reset(splitter);
	return result;
}

void weir_line_splitter_reset(struct weir_line_splitter *splitter)
{
	splitter->partial.length = 0;
	splitter->is_skipping = false;
	splitter->line_number = 0;
}

void weir_line_splitter_finish(struct weir_line_splitter *splitter)
{
	weir_byte_buffer_finish(&splitter->partial);
}
