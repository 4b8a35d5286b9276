/* Whole answers, for what asks again and again. */
#ifndef WEIR_IO_HTTP_FETCH_H
#define WEIR_IO_HTTP_FETCH_H

#include <weir/limiter.h>

#include "io/http_failure.h"
#include "io/http_request.h"

#define WEIR_FETCH_MAX_BODY_SIZE (UINT64_C(16) << 20)

/* Which answers are no failure. */
enum weir_fetch_policy {
	WEIR_FETCH_ACCEPTS_200, /* 200 to 299 */
	WEIR_FETCH_ACCEPTS_304, /* these, and "not modified" */
};

/* As weir_http_fetch(). Consumes the request. `limiter` is told what the answer says about quotas; borrowed, may be NULL. */
weir_observable *weir_http_fetch_from_request(
	struct weir_http_request request, enum weir_fetch_policy policy, weir_limiter *limiter);

#endif
