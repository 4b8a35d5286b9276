/*
 * Parses the bytes of text/event-stream by the WHATWG HTML standard, §9.2.5 (grammar) and §9.2.6 (interpretation).
 *
 * Bytes come in arbitrary pieces; the same events come out however they are split. Where a rule is not the standard's,
 * it is marked (weir).
 *
 *  - One byte order mark at the start of a connection is dropped; any later one is data.
 *  - A line ends with LF, CR or CRLF. A CR ends its line at once, even as the last byte of a piece;
 *    an LF that then comes first in the next piece belongs to it.
 *  - `data` lines are joined by LF. A blank line dispatches the event if there was a data line, and commits the id in
 *    any case. The event type goes back to "message" after each blank line, the id stays until it is set again.
 *  - An id that holds U+0000 is ignored, an empty one resets the id. `retry` counts if it is one or more ASCII digits,
 *    at the end of its own line.
 *  - Type, data and id are always valid UTF-8: what is ill-formed is replaced by U+FFFD.
 *  - Unknown fields and comments are skipped without being kept, whatever their length.
 *  - What the end of the stream cuts off is discarded: see weir_sse_parser_reset_connection().
 *  - (weir) A new connection goes on with the last id, as browsers do; by the letter its first event would clear it.
 *  - (weir) An event whose type, data (with its inner LFs) and id, as bytes on the wire, exceed the maximum size is
 *    reported once and skipped up to its blank line; the parser goes on behind it. Its id still counts, so that a new
 *    connection does not fetch the same event again; so do its `retry` lines. U+FFFD can make what is handed out up
 *    to three times as long as the maximum.
 */
#ifndef WEIR_IO_SSE_PARSER_H
#define WEIR_IO_SSE_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/byte_buffer.h"

#define WEIR_SSE_DEFAULT_MAX_EVENT_SIZE ((size_t)1024 * 1024)

/* (weir) A longer reconnection time is cut to this day, so that it can be turned into nanoseconds and a hostile server
 * cannot park a client for ever. There is no lower bound here: whoever reconnects must guard against zero. */
#define WEIR_SSE_MAX_RETRY_MILLISECONDS ((uint64_t)24 * 60 * 60 * 1000)

/* Not terminated by NUL, may contain it (data, type); never NULL; valid for the call only. */
struct weir_sse_event {
	const char *type; /* "message" if the stream gave none */
	size_t type_length;
	const char *data;
	size_t data_length;
	const char *id; /* the last one committed, this event's own included */
	size_t id_length;
};

/* They must not call functions on the parser. Only `event` is required. */
struct weir_sse_callbacks {
	/* Return false to pause: push returns after this event. */
	bool (*event)(void *context, const struct weir_sse_event *event);
	/* At the end of a comment line: servers send them as heartbeats. */
	void (*comment)(void *context);
	void (*retry)(void *context, uint64_t milliseconds);
};

enum weir_sse_stage {
	WEIR_SSE_IN_NAME, /* also: at the start of a line */
	WEIR_SSE_BEHIND_COLON, /* one space is due to be dropped */
	WEIR_SSE_IN_VALUE,
};

enum weir_sse_field {
	WEIR_SSE_IGNORED,
	WEIR_SSE_COMMENT,
	WEIR_SSE_DATA,
	WEIR_SSE_EVENT,
	WEIR_SSE_ID,
	WEIR_SSE_RETRY,
};

/* The owner reads `message` only. */
struct weir_sse_parser {
	struct weir_sse_callbacks callbacks;
	void *context;
	size_t max_event_size;

	/* the connection */
	unsigned char bom_bytes_seen; /* 3: the start of the stream is behind us */
	bool swallows_line_feed; /* the last byte was a CR */

	/* the line */
	enum weir_sse_stage stage;
	enum weir_sse_field field; /* meaningful behind the name */
	char name[8]; /* longer than any known name; a name that fills it is unknown */
	size_t name_length;
	size_t data_line_start; /* what is in front of it is valid UTF-8: the lines before */
	struct weir_byte_buffer incoming_id;
	uint64_t retry_milliseconds;
	bool retry_has_digits;
	bool retry_is_bogus;

	/* the event */
	size_t event_size; /* what counts towards max_event_size */
	bool has_data;
	bool is_skipping; /* the event was reported as lost */
	const char *borrowed_data; /* unless NULL, all data so far: a part of the piece being pushed, or constant */
	size_t borrowed_length;
	struct weir_byte_buffer data; /* the data so far while nothing is borrowed */
	struct weir_byte_buffer type;
	struct weir_byte_buffer pending_id; /* NUL behind its end, like last_id */
	bool has_pending_id;

	/* across connections */
	struct weir_byte_buffer last_id;

	char message[128]; /* what the last negative return code means */
};

/* Copies the callbacks; max_event_size in bytes, 0: WEIR_SSE_DEFAULT_MAX_EVENT_SIZE. Allocates nothing. */
void weir_sse_parser_init(struct weir_sse_parser *parser, const struct weir_sse_callbacks *callbacks, void *context,
	size_t max_event_size);

/*
 * Takes the next piece of the stream and calls back for what ends in it.
 *
 * *ret_consumed is always set; less than length means: push the rest again, when ready after a pause (return 0) or at
 * once after an error. An error costs one event and leaves the parser usable; it goes on behind that event:
 *   -EMSGSIZE  the event is larger than the maximum
 *   -ENOMEM    the event could not be kept
 */
int weir_sse_parser_push(struct weir_sse_parser *parser, const char *bytes, size_t length, size_t *ret_consumed);

/* Ends this connection: discards the line and the event in progress and expects the start of a new stream.
 * The last id is kept. Returns whether anything but comments was discarded. */
bool weir_sse_parser_reset_connection(struct weir_sse_parser *parser);

/* The id to send as Last-Event-ID, terminated by NUL and without NUL, CR and LF; "" for none, then the header is not
 * sent. Valid until the next push, set or finish. */
const char *weir_sse_parser_last_id(const struct weir_sse_parser *parser);

/* Restores an id, say from a file. 0, -ENOMEM, or -EINVAL if it holds NUL, CR or LF or is not UTF-8 (the id is then as
 * before). */
int weir_sse_parser_set_last_id(struct weir_sse_parser *parser, const char *id, size_t length);

/* Frees what the parser holds. */
void weir_sse_parser_finish(struct weir_sse_parser *parser);

#endif
