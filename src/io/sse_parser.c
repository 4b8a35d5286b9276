/* Parses text/event-stream. See sse_parser.h. */
#include "io/sse_parser.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";
static const unsigned char byte_order_mark_length = sizeof byte_order_mark - 1;

void weir_sse_parser_init(struct weir_sse_parser *parser, const struct weir_sse_callbacks *callbacks, void *context,
	size_t max_event_size)
{
	*parser = (struct weir_sse_parser){
		.callbacks = *callbacks,
		.context = context,
		.max_event_size = max_event_size > 0 ? max_event_size : WEIR_SSE_DEFAULT_MAX_EVENT_SIZE,
	};
}

static void clear_event(struct weir_sse_parser *parser)
{
	parser->event_size = 0;
	parser->has_data = false;
	parser->is_skipping = false;
	parser->borrowed_data = NULL;
	parser->data.length = 0;
	parser->type.length = 0;
}

/* Skips the rest of the line and, but for id and retry, of the event. */
static int lose_event(struct weir_sse_parser *parser, int code, size_t size)
{
	bool is_reported = parser->is_skipping && code == -EMSGSIZE;

	clear_event(parser);
	parser->is_skipping = true;
	parser->field = WEIR_SSE_IGNORED;
	if (is_reported)
		return 0;
	if (code == -EMSGSIZE)
		snprintf(parser->message, sizeof parser->message, "event is too large: %zu bytes so far, limit %zu",
			size, parser->max_event_size);
	else
		snprintf(parser->message, sizeof parser->message, "no memory for an event of %zu bytes so far", size);
	return code;
}

/* Counts bytes towards the event's size. *ret_fits is false if they must not be kept. */
static int count_bytes(struct weir_sse_parser *parser, size_t length, bool *ret_fits)
{
	*ret_fits = length <= parser->max_event_size - parser->event_size;
	if (!*ret_fits)
		return lose_event(parser, -EMSGSIZE, parser->event_size + length);
	parser->event_size += length;
	return 0;
}

/* The data in the piece being pushed is about to change or to go away. */
static int keep_borrowed_data(struct weir_sse_parser *parser)
{
	const char *borrowed = parser->borrowed_data;

	if (!borrowed)
		return 0;
	parser->borrowed_data = NULL;
	if (weir_byte_buffer_append(&parser->data, borrowed, parser->borrowed_length) < 0)
		return lose_event(parser, -ENOMEM, parser->event_size);
	return 0;
}

static int append_data(struct weir_sse_parser *parser, const char *bytes, size_t length)
{
	int result;

	if (!parser->borrowed_data && parser->data.length == 0) {
		parser->borrowed_data = bytes;
		parser->borrowed_length = length;
		return 0;
	}
	result = keep_borrowed_data(parser);
	if (result < 0)
		return result;
	if (weir_byte_buffer_append(&parser->data, bytes, length) < 0)
		return lose_event(parser, -ENOMEM, parser->event_size);
	return 0;
}

static int take_value(struct weir_sse_parser *parser, const char *bytes, size_t length)
{
	struct weir_byte_buffer *target = parser->field == WEIR_SSE_ID ? &parser->incoming_id : &parser->type;
	bool fits;
	int result;

	switch (parser->field) {
	case WEIR_SSE_IGNORED:
	case WEIR_SSE_COMMENT:
		return 0;
	case WEIR_SSE_RETRY:
		for (; length > 0; bytes++, length--) {
			uint64_t digit = (uint64_t)(unsigned char)*bytes - '0';

			if (digit > 9) {
				parser->retry_is_bogus = true;
				continue;
			}
			parser->retry_has_digits = true;
			parser->retry_milliseconds = parser->retry_milliseconds * 10 + digit;
			if (parser->retry_milliseconds > WEIR_SSE_MAX_RETRY_MILLISECONDS)
				parser->retry_milliseconds = WEIR_SSE_MAX_RETRY_MILLISECONDS;
		}
		return 0;
	case WEIR_SSE_DATA:
	case WEIR_SSE_EVENT:
	case WEIR_SSE_ID:
		break;
	}
	result = count_bytes(parser, length, &fits);
	if (!fits)
		return result;
	if (parser->field == WEIR_SSE_DATA)
		return append_data(parser, bytes, length);
	if (weir_byte_buffer_append(target, bytes, length) < 0)
		return lose_event(parser, -ENOMEM, parser->event_size);
	return 0;
}

static bool name_is(const struct weir_sse_parser *parser, const char *name)
{
	return parser->name_length == strlen(name) && memcmp(parser->name, name, parser->name_length) == 0;
}

static enum weir_sse_field named_field(const struct weir_sse_parser *parser)
{
	if (parser->name_length == 0)
		return WEIR_SSE_COMMENT;
	if (name_is(parser, "id"))
		return WEIR_SSE_ID;
	if (name_is(parser, "retry"))
		return WEIR_SSE_RETRY;
	if (parser->is_skipping)
		return WEIR_SSE_IGNORED;
	if (name_is(parser, "data"))
		return WEIR_SSE_DATA;
	return name_is(parser, "event") ? WEIR_SSE_EVENT : WEIR_SSE_IGNORED;
}

static int begin_data_line(struct weir_sse_parser *parser)
{
	bool fits;
	int result = 0;

	if (parser->has_data) {
		result = count_bytes(parser, 1, &fits);
		if (fits)
			result = append_data(parser, "\n", 1);
	}
	if (!parser->is_skipping) {
		parser->has_data = true;
		parser->data_line_start = parser->data.length;
	}
	return result;
}

/* The name of the line is complete. */
static int begin_value(struct weir_sse_parser *parser)
{
	parser->stage = WEIR_SSE_BEHIND_COLON;
	parser->field = named_field(parser);
	switch (parser->field) {
	case WEIR_SSE_DATA:
		return begin_data_line(parser);
	case WEIR_SSE_EVENT:
		parser->type.length = 0;
		return 0;
	case WEIR_SSE_ID:
		parser->incoming_id.length = 0;
		return 0;
	case WEIR_SSE_RETRY:
		parser->retry_milliseconds = 0;
		parser->retry_has_digits = false;
		parser->retry_is_bogus = false;
		return 0;
	case WEIR_SSE_IGNORED:
	case WEIR_SSE_COMMENT:
		break;
	}
	return 0;
}

static void take_name(struct weir_sse_parser *parser, const char *bytes, size_t length)
{
	size_t room = sizeof parser->name - parser->name_length;

	if (length > room)
		length = room;
	memcpy(parser->name + parser->name_length, bytes, length);
	parser->name_length += length;
}

/* Takes what one piece holds of one line, without its end. */
static int take_line_part(struct weir_sse_parser *parser, const char *bytes, size_t length)
{
	if (parser->stage == WEIR_SSE_IN_NAME) {
		const char *colon = memchr(bytes, ':', length);
		size_t name_length = colon ? (size_t)(colon - bytes) : length;
		int result;

		take_name(parser, bytes, name_length);
		if (!colon)
			return 0;
		bytes += name_length + 1;
		length -= name_length + 1;
		result = begin_value(parser);
		if (result < 0)
			return result;
	}
	if (length > 0 && parser->stage == WEIR_SSE_BEHIND_COLON) {
		parser->stage = WEIR_SSE_IN_VALUE;
		if (*bytes == ' ') {
			bytes++;
			length--;
		}
	}
	return length > 0 ? take_value(parser, bytes, length) : 0;
}

static int end_data_line(struct weir_sse_parser *parser)
{
	size_t start = parser->data_line_start;
	int result;

	if (parser->borrowed_data) {
		size_t length = parser->borrowed_length - start;

		if (weir_utf8_valid_prefix(parser->borrowed_data + start, length) == length)
			return 0;
		result = keep_borrowed_data(parser);
		if (result < 0)
			return result;
	}
	if (weir_byte_buffer_repair_utf8(&parser->data, start) < 0)
		return lose_event(parser, -ENOMEM, parser->event_size);
	return 0;
}

static int store_id(struct weir_byte_buffer *id)
{
	if (weir_byte_buffer_repair_utf8(id, 0) < 0 || weir_byte_buffer_reserve(id, 1) < 0)
		return -ENOMEM;
	id->bytes[id->length] = '\0';
	return 0;
}

static void swap_buffers(struct weir_byte_buffer *a, struct weir_byte_buffer *b)
{
	struct weir_byte_buffer kept = *a;

	*a = *b;
	*b = kept;
}

static int end_id_line(struct weir_sse_parser *parser)
{
	struct weir_byte_buffer *id = &parser->incoming_id;

	if (id->length > 0 && memchr(id->bytes, '\0', id->length))
		return 0;
	if (store_id(id) < 0)
		return lose_event(parser, -ENOMEM, parser->event_size);
	swap_buffers(id, &parser->pending_id);
	parser->has_pending_id = true;
	return 0;
}

static int end_field(struct weir_sse_parser *parser)
{
	switch (parser->field) {
	case WEIR_SSE_DATA:
		return end_data_line(parser);
	case WEIR_SSE_EVENT:
		if (weir_byte_buffer_repair_utf8(&parser->type, 0) < 0)
			return lose_event(parser, -ENOMEM, parser->event_size);
		return 0;
	case WEIR_SSE_ID:
		return end_id_line(parser);
	case WEIR_SSE_RETRY:
		if (parser->retry_has_digits && !parser->retry_is_bogus && parser->callbacks.retry)
			parser->callbacks.retry(parser->context, parser->retry_milliseconds);
		return 0;
	case WEIR_SSE_COMMENT:
		if (parser->callbacks.comment)
			parser->callbacks.comment(parser->context);
		return 0;
	case WEIR_SSE_IGNORED:
		break;
	}
	return 0;
}

/* A blank line. Returns whether to go on. */
static bool end_event(struct weir_sse_parser *parser)
{
	bool goes_on = true;

	if (parser->has_pending_id) {
		swap_buffers(&parser->pending_id, &parser->last_id);
		parser->has_pending_id = false;
	}
	if (parser->has_data) {
		struct weir_sse_event event = {
			.type = "message",
			.type_length = strlen("message"),
			.data = "",
			.id = weir_sse_parser_last_id(parser),
			.id_length = parser->last_id.length,
		};

		if (parser->type.length > 0) {
			event.type = parser->type.bytes;
			event.type_length = parser->type.length;
		}
		if (parser->borrowed_data) {
			event.data = parser->borrowed_data;
			event.data_length = parser->borrowed_length;
		} else if (parser->data.length > 0) {
			event.data = parser->data.bytes;
			event.data_length = parser->data.length;
		}
		goes_on = parser->callbacks.event(parser->context, &event);
	}
	clear_event(parser);
	return goes_on;
}

static int end_line(struct weir_sse_parser *parser, bool *ret_goes_on)
{
	int result = 0;

	if (parser->stage == WEIR_SSE_IN_NAME && parser->name_length == 0) {
		*ret_goes_on = end_event(parser);
		return 0;
	}
	if (parser->stage == WEIR_SSE_IN_NAME)
		result = begin_value(parser);
	if (result == 0)
		result = end_field(parser);
	parser->stage = WEIR_SSE_IN_NAME;
	parser->name_length = 0;
	return result;
}

/* The first CR or LF, or the end. Both are looked for in one pass: two memchr() would each run through lines that end
 * with the other, again for every line. */
static const char *find_line_end(const char *at, const char *end)
{
	const uint64_t low_bits = 0x0101010101010101u, high_bits = 0x8080808080808080u;

	while (end - at >= (ptrdiff_t)sizeof(uint64_t)) {
		uint64_t word, line_feeds, carriage_returns;

		memcpy(&word, at, sizeof word);
		line_feeds = word ^ (low_bits * '\n');
		carriage_returns = word ^ (low_bits * '\r');
		if ((((line_feeds - low_bits) & ~line_feeds) | ((carriage_returns - low_bits) & ~carriage_returns)) &
			high_bits)
			break;
		at += sizeof word;
	}
	while (at < end && *at != '\n' && *at != '\r')
		at++;
	return at;
}

static const char *skip_byte_order_mark(struct weir_sse_parser *parser, const char *at, const char *end)
{
	while (at < end && parser->bom_bytes_seen < byte_order_mark_length) {
		if (*at != byte_order_mark[parser->bom_bytes_seen]) {
			/* Not one after all: the bytes begin the name of the first line. */
			take_name(parser, byte_order_mark, parser->bom_bytes_seen);
			parser->bom_bytes_seen = byte_order_mark_length;
			break;
		}
		parser->bom_bytes_seen++;
		at++;
	}
	return at;
}

int weir_sse_parser_push(struct weir_sse_parser *parser, const char *bytes, size_t length, size_t *ret_consumed)
{
	const char *at, *end;
	bool goes_on = true;
	int result = 0, kept;

	*ret_consumed = 0;
	if (length == 0)
		return 0;
	end = bytes + length;
	at = skip_byte_order_mark(parser, bytes, end);
	while (at < end && goes_on && result == 0) {
		const char *line_end;

		if (parser->swallows_line_feed) {
			parser->swallows_line_feed = false;
			if (*at == '\n') {
				at++;
				continue;
			}
		}
		line_end = find_line_end(at, end);
		result = take_line_part(parser, at, (size_t)(line_end - at));
		at = line_end;
		if (result < 0 || line_end == end)
			break;
		parser->swallows_line_feed = *line_end == '\r';
		at = line_end + 1;
		result = end_line(parser, &goes_on);
	}
	kept = keep_borrowed_data(parser);
	*ret_consumed = (size_t)(at - bytes);
	return result < 0 ? result : kept;
}

bool weir_sse_parser_reset_connection(struct weir_sse_parser *parser)
{
	bool is_comment = parser->stage != WEIR_SSE_IN_NAME && parser->field == WEIR_SSE_COMMENT;
	bool is_mid_line = (parser->stage != WEIR_SSE_IN_NAME || parser->name_length > 0) && !is_comment;
	bool was_unfinished = is_mid_line || parser->has_data || parser->type.length > 0 || parser->has_pending_id;

	clear_event(parser);
	parser->bom_bytes_seen = 0;
	parser->swallows_line_feed = false;
	parser->stage = WEIR_SSE_IN_NAME;
	parser->name_length = 0;
	parser->has_pending_id = false;
	return was_unfinished;
}

const char *weir_sse_parser_last_id(const struct weir_sse_parser *parser)
{
	return parser->last_id.length > 0 ? parser->last_id.bytes : "";
}

int weir_sse_parser_set_last_id(struct weir_sse_parser *parser, const char *id, size_t length)
{
	struct weir_byte_buffer copy = { 0 };

	for (size_t i = 0; i < length; i++)
		if (id[i] == '\0' || id[i] == '\r' || id[i] == '\n')
			return -EINVAL;
	if (weir_utf8_valid_prefix(id, length) < length)
		return -EINVAL;
	if (weir_byte_buffer_append(&copy, id, length) < 0 || store_id(&copy) < 0) {
		weir_byte_buffer_finish(&copy);
		return -ENOMEM;
	}
	weir_byte_buffer_finish(&parser->last_id);
	parser->last_id = copy;
	return 0;
}

void weir_sse_parser_finish(struct weir_sse_parser *parser)
{
	weir_byte_buffer_finish(&parser->incoming_id);
	weir_byte_buffer_finish(&parser->data);
	weir_byte_buffer_finish(&parser->type);
	weir_byte_buffer_finish(&parser->pending_id);
	weir_byte_buffer_finish(&parser->last_id);
}
