/* One request of a series. See io/page_request.h. */
#include "io/page_request.h"

#include <errno.h>

/* What a second try may change: a broken connection, a time limit, a server that is busy. */
static int should_repeat(const weir_error *error, uint64_t attempt, void *context)
{
	(void)attempt;
	(void)context;
	switch (weir_error_code(error)) {
	case EINVAL:
	case ENOMEM:
	case ENOTSUP:
	case EKEYREJECTED:
	case EPROTONOSUPPORT:
	case WEIR_ELIMIT:
		return 0;
	case WEIR_EHTTP:
		break;
	default:
		return 1;
	}
	switch (weir_error_status(error)) {
	case 408:
	case 425:
	case 429:
	case 500:
	case 502:
	case 503:
	case 504:
		return 1;
	default:
		return 0;
	}
}

struct weir_page_policy weir_page_policy_copy(weir_limiter *limiter, const struct weir_retry_options *retry)
{
	struct weir_page_policy policy = { .limiter = limiter, .repeats = retry != NULL };

	if (retry != NULL) {
		policy.retry = *retry;
		if (retry->should_retry == NULL)
			policy.retry.should_retry = should_repeat;
	}
	return policy;
}

void weir_page_policy_finish(struct weir_page_policy *policy)
{
	if (policy->repeats)
		weir_unref(policy->retry.wake);
}

weir_observable *weir_page_request(
	struct weir_http_request request, enum weir_fetch_policy fetch, const struct weir_page_policy *policy)
{
	weir_observable *answer = weir_http_fetch_from_request(request, fetch);

	if (!policy->repeats)
		return answer;
	if (policy->retry.wake != NULL)
		weir_ref(policy->retry.wake);
	return weir_retry(answer, &policy->retry);
}
