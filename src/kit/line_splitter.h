/*
 * Splits bytes that arrive in arbitrary pieces into lines, for NDJSON and plain text.
 *
 * A line ends with LF; one CR in front of it belongs to the line end. A lone CR is data. Lines are handed out as they
 * are: encoding, byte order marks and NUL are the business of whoever decodes them. The same lines come out however the
 * bytes are split. A line that lies inside one piece is not copied.
 */
#ifndef WEIR_KIT_LINE_SPLITTER_H
#define WEIR_KIT_LINE_SPLITTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/byte_buffer.h"

#define WEIR_LINE_SPLITTER_DEFAULT_MAX_LENGTH ((size_t)1024 * 1024)

/* The bytes are valid for the call only and hold no line end. Return false to pause: push returns after this line.
 * It must not call functions on the splitter. */
typedef bool (*weir_line_callback)(void *context, const char *bytes, size_t length);

struct weir_line_splitter_options {
	size_t max_line_length; /* bytes without the line end; 0: WEIR_LINE_SPLITTER_DEFAULT_MAX_LENGTH */
	bool skips_blank_lines; /* lines without a single byte are keep-alives and not handed out */
	bool rejects_partial_last_line; /* what follows the last line end is a truncation, not a line */
};

struct weir_line_splitter {
	struct weir_line_splitter_options options;
	weir_line_callback callback;
	void *context;
	struct weir_byte_buffer partial; /* the start of a line that an earlier push ended in */
	bool is_skipping; /* inside a line that was reported as too long */
	uint64_t line_number; /* of the line handed out or reported last, from 1, blank and oversized ones included */
	char message[128]; /* what the last negative return code means */
};

/* The options may be NULL: all default. Allocates nothing. The splitter must not be moved while a push runs. */
void weir_line_splitter_init(struct weir_line_splitter *splitter, const struct weir_line_splitter_options *options,
	weir_line_callback callback, void *context);

/*
 * Takes the next piece of the input and hands out the lines that end in it.
 *
 * *ret_consumed is always set; less than length means: push the rest again, when ready after a pause (return 0) or at
 * once after an error. An error concerns one line; the splitter stays usable and goes on behind that line:
 *   -EMSGSIZE  a line grew over the maximum: reported once, as soon as it is known
 *   -ENOMEM    a line split over pieces could not be kept
 */
int weir_line_splitter_push(
	struct weir_line_splitter *splitter, const char *bytes, size_t length, size_t *ret_consumed);

/*
 * Says that the input is over. A last line without LF is handed out (a CR at its end is dropped), or, if the options
 * reject it, -EPROTO. The callback's answer is ignored. Afterwards the splitter is as after init.
 */
int weir_line_splitter_end(struct weir_line_splitter *splitter);

/* Forgets the partial line and the line number, for a new input. */
void weir_line_splitter_reset(struct weir_line_splitter *splitter);

/* Frees what the splitter holds. */
void weir_line_splitter_finish(struct weir_line_splitter *splitter);

#endif
