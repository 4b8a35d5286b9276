/*
 * What servers say about their quotas: the X-RateLimit-* custom and the IETF draft's RateLimit fields.
 * All texts are borrowed; nothing allocates; `message` as in header_values.h.
 */
#ifndef WEIR_IO_RATE_LIMIT_HEADERS_H
#define WEIR_IO_RATE_LIMIT_HEADERS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/header_text.h"

/* What was not said is 0, with its has_ flag false. */
struct weir_rate_limit {
	uint64_t limit; /* requests in a window */
	uint64_t remaining; /* requests left now */
	int64_t reset_ns; /* from now until the quota is restored; >= 0 */
	int64_t window_ns; /* what `limit` refers to */
	bool has_limit, has_remaining, has_reset, has_window;
};

/*
 * Reads X-RateLimit-Limit, -Remaining and -Reset (also RateLimit-Limit and so on, of earlier drafts); absent ones are
 * allowed. Of a list only the first number counts. Reset has three vendors' meanings: above 1e12 milliseconds and above
 * 1e9 seconds since 1970, measured against now_ns (weir_http_response_time()); otherwise seconds from now, fractions
 * allowed. It is 0 when past and cut to maximum_ns (>= 0).
 * Returns 0, or -EBADMSG if one could not be read; the result then holds the others.
 */
int weir_x_rate_limit_parse(struct weir_header_text limit, struct weir_header_text remaining,
	struct weir_header_text reset, int64_t now_ns, int64_t maximum_ns, struct weir_rate_limit *ret_limit,
	char *message);

/*
 * Reads the fields of draft-ietf-httpapi-ratelimit-headers-10, `RateLimit: "name";r=42;t=17` and
 * `RateLimit-Policy: "name";q=100;w=60` (lists in the syntax of RFC 9651, several fields joined with commas); either
 * may be absent. Of several, the tightest counts: in RateLimit the fewest remaining requests per second until reset,
 * and of equals the longest wait; `limit` and `window_ns` are then those of the policy of that name. Without RateLimit,
 * the policy with the fewest requests per second. A missing t or w counts as one second in this comparison only. Quotas
 * in another unit than requests (qu) are passed over. Durations are cut to maximum_ns (>= 0). Returns 0, or -EBADMSG
 * with an empty result: RFC 9651 §4.2 has a malformed field ignored as a whole. More than 16 quotas in one field count
 * as malformed.
 */
int weir_rate_limit_parse(struct weir_header_text rate_limit, struct weir_header_text policy, int64_t maximum_ns,
	struct weir_rate_limit *ret_limit, char *message);

#endif
