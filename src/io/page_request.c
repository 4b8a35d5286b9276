/* One request of a series. See io/page_request.h. */
#include "io/page_request.h"

struct weir_page_policy weir_page_policy_copy(weir_limiter *limiter, const struct weir_retry_options *retry)
{
	(void)limiter;
	(void)retry;
	return (struct weir_page_policy){ 0 };
}

void weir_page_policy_finish(struct weir_page_policy *policy)
{
	(void)policy;
}

weir_observable *weir_page_request(
	struct weir_http_request request, enum weir_fetch_policy fetch, const struct weir_page_policy *policy)
{
	(void)policy;
	return weir_http_fetch_from_request(request, fetch);
}
