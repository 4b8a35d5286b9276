/* One request of a series: let through by a limiter, repeated when it fails. */
#ifndef WEIR_IO_PAGE_REQUEST_H
#define WEIR_IO_PAGE_REQUEST_H

#include <weir/pages.h>
#include <weir/recovering.h>

#include "io/http_fetch.h"

/* What holds for all requests of a series. */
struct weir_page_policy {
	weir_limiter *limiter; /* NULL: none */
	bool repeats;
	struct weir_retry_options retry; /* owns its `wake` */
};

struct weir_page_policy weir_page_policy_copy(weir_limiter *limiter, const struct weir_retry_options *retry);

void weir_page_policy_finish(struct weir_page_policy *policy);

/* The answer of weir_http_fetch(). Consumes the request; `policy` is borrowed for the observable's life. */
weir_observable *weir_page_request(
	struct weir_http_request request, enum weir_fetch_policy fetch, const struct weir_page_policy *policy);

#endif
