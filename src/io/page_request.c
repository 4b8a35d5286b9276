/* One request of a series. See io/page_request.h. */
#include "io/page_request.h"

#include <errno.h>

#include <weir/creating.h>
#include <weir/demand.h>
#include <weir/transforming.h>

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
	struct weir_page_policy policy = { .repeats = retry != NULL };

	if (limiter != NULL)
		policy.limiter = weir_limiter_ref(limiter);
	if (retry != NULL) {
		policy.retry = *retry;
		if (retry->should_retry == NULL)
			policy.retry.should_retry = should_repeat;
	}
	return policy;
}

void weir_page_policy_finish(struct weir_page_policy *policy)
{
	weir_limiter_unref(policy->limiter);
	if (policy->repeats)
		weir_unref(policy->retry.wake);
}

static weir_observable *answer_of(weir_value leave, void *answer)
{
	(void)leave;
	return weir_ref(answer);
}

static void forget_answer(void *answer)
{
	weir_unref(answer);
}

/* The answer, when the limiter lets the request go: each subscription asks for leave anew. */
static weir_observable *limited(weir_observable *answer, weir_limiter *limiter)
{
	weir_observable *leave = weir_rate_limit(weir_just(weir_nil()), limiter);

	return weir_with_context(weir_concat_map(leave, answer_of, answer), answer, forget_answer);
}

weir_observable *weir_page_request(
	struct weir_http_request request, enum weir_fetch_policy fetch, const struct weir_page_policy *policy)
{
	weir_observable *answer = weir_http_fetch_from_request(request, fetch, policy->limiter);

	if (policy->limiter != NULL)
		answer = limited(answer, policy->limiter);
	if (!policy->repeats)
		return answer;
	if (policy->retry.wake != NULL)
		weir_ref(policy->retry.wake);
	return weir_retry(answer, &policy->retry);
}
