/*
 * What a client needs from the values of Link, Retry-After and Content-Type. See rate_limit_headers.h for quotas.
 * All texts are borrowed; nothing allocates. Every `message` may be NULL or takes WEIR_HEADER_MESSAGE_SIZE bytes, and
 * is written on failure only.
 */
#ifndef WEIR_IO_HEADER_VALUES_H
#define WEIR_IO_HEADER_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "io/header_text.h"

/*
 * Finds the first link with this relation type, say "next", in one Link field (RFC 8288 §3 and appendix B). Several
 * Link fields: ask each in turn, or join them with commas.
 *
 * Relation types match in any case; `rel` may be quoted or not, hold several types, and stand anywhere among the
 * parameters; only the first `rel` of a link counts. A link with an `anchor` is about another resource (§3.2) and is
 * passed over. The target is what stands between < and >, trimmed: a URI reference to be resolved against the request's
 * URI, possibly empty, not checked.
 *
 * Returns 1 and the target (a view into value), 0 if there is none, -EBADMSG if the field cannot be read up to a match:
 * taking that for "no next page" would lose the rest of the pages without a word.
 */
int weir_link_find(
	struct weir_header_text value, const char *relation, struct weir_header_text *ret_target, char *message);

/*
 * How long Retry-After asks to wait (RFC 9110 §10.2.3): delta-seconds, or an HTTP-date measured against now_ns, which
 * is weir_http_response_time(). Fractions of a second, which some servers send, are accepted. The result is in
 * nanoseconds, 0 for what is past or negative, cut to maximum_ns (>= 0). Returns 0, or -EBADMSG with *ret_delay_ns
 * untouched.
 */
int weir_retry_after_parse(
	struct weir_header_text value, int64_t now_ns, int64_t maximum_ns, int64_t *ret_delay_ns, char *message);

/* Whether a Content-Type value names this media type, say "text/event-stream" (RFC 9110 §8.3.1): in any case, whatever
 * parameters follow, be they well-formed or not, as the WHATWG MIME Sniffing standard (§4.4) has it. False if absent.
 */
bool weir_media_type_is(struct weir_header_text value, const char *type);

#endif
