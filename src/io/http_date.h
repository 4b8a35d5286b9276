/* HTTP-date in its three formats (RFC 9110 §5.6.7), without the C library's time zones and locales. */
#ifndef WEIR_IO_HTTP_DATE_H
#define WEIR_IO_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/header_text.h"

/*
 * Reads IMF-fixdate ("Sun, 06 Nov 1994 08:49:37 GMT"), RFC 850 ("Sunday, 06-Nov-94 08:49:37 GMT") or asctime
 * ("Sun Nov  6 08:49:37 1994") into seconds since 1970-01-01 UTC. Names match in any case; the day of the week must be
 * a name but is not checked against the date. Second 60 is accepted. now_seconds decides the century of a two-digit
 * year: the last year with these digits that is at most 50 years ahead. Returns false, and leaves the result alone, for
 * anything else.
 */
bool weir_http_date_parse(struct weir_header_text text, int64_t now_seconds, int64_t *ret_seconds);

/* When a response was made, in nanoseconds since 1970: its Date field, or wall_clock_ns if that is absent, malformed or
 * beyond what int64_t nanoseconds hold. What a header says about time is measured against this, so that a wrong local
 * clock does no harm. */
int64_t weir_http_response_time(struct weir_header_text date, int64_t wall_clock_ns);

#endif
