/*
 * A piece of an HTTP field value, and the few lexical rules that the header parsers share (RFC 9110 §5.6).
 * A text is a borrowed view without NUL at its end; bytes == NULL says that the field was absent.
 */
#ifndef WEIR_IO_HEADER_TEXT_H
#define WEIR_IO_HEADER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weir_header_text {
	const char *bytes;
	size_t length;
};

/* Room for any message of the header parsers, NUL included. */
#define WEIR_HEADER_MESSAGE_SIZE 192

/* A view of a C string; absent for NULL. */
struct weir_header_text weir_header_text_of(const char *string);

/* Without the spaces and tabs around it. */
struct weir_header_text weir_header_text_trim(struct weir_header_text text);

/* Equal but for the case of ASCII letters, in every locale. */
bool weir_header_text_equals(struct weir_header_text text, const char *other, size_t other_length);

/*
 * Reads 1*DIGIT [ "." 1*DIGIT ] at the start of the text. *ret_whole is cut to `maximum` (at most UINT64_MAX / 10 - 1),
 * *ret_nanoseconds is the fraction in billionths, cut after nine digits. Returns the bytes read, 0 if there is no
 * number.
 */
size_t weir_header_text_number(
	struct weir_header_text text, uint64_t maximum, uint64_t *ret_whole, int64_t *ret_nanoseconds);

/* whole seconds + nanoseconds, cut to maximum_ns; all at least 0. */
int64_t weir_header_nanoseconds(uint64_t seconds, int64_t nanoseconds, int64_t maximum_ns);

/* Writes "<problem>: <value>" with the value clipped and made printable. message may be NULL, otherwise it takes
 * WEIR_HEADER_MESSAGE_SIZE bytes. Returns -EBADMSG. */
int weir_header_failure(char *message, const char *problem, struct weir_header_text value);

#endif
