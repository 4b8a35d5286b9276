/* How long to wait before the next attempt. See kit/backoff.h. */
#include "kit/backoff.h"

#include <math.h>

const char *weir_backoff_check(const struct weir_retry_options *options)
{
	if (options->initial_delay < 0)
		return "the initial delay is negative";
	if (options->max_delay < 0)
		return "the maximal delay is negative";
	if (options->reset_after < 0)
		return "the healthy time is negative";
	if (options->factor != 0 && !(options->factor >= 1 && isfinite(options->factor)))
		return "the factor is below 1 or no finite number";
	if ((int)options->jitter < WEIR_JITTER_NONE || options->jitter > WEIR_JITTER_DECORRELATED)
		return "there is no such jitter";
	return NULL;
}

static weir_duration cap_of(const struct weir_retry_options *options)
{
	return options->max_delay > 0 ? options->max_delay : WEIR_FOREVER;
}

/* Compared as doubles, so that what fits nowhere is capped before it is converted. */
static weir_duration scale(weir_duration delay, double factor, weir_duration cap)
{
	double product = delay > 0 ? rint((double)delay * factor) : 0;

	return product < (double)cap ? (weir_duration)product : cap;
}

weir_duration weir_backoff_span(const struct weir_retry_options *options, uint64_t failures)
{
	double factor = options->factor > 0 ? options->factor : 2;

	return scale(options->initial_delay, pow(factor, (double)(failures - 1)), cap_of(options));
}

void weir_backoff_init(struct weir_backoff *backoff, const struct weir_retry_options *options)
{
	weir_random_init(&backoff->random, options->seed);
}

static weir_duration between(struct weir_random *random, weir_duration least, weir_duration most)
{
	return most > least ? least + (weir_duration)weir_random_to(random, (uint64_t)(most - least)) : most;
}

weir_duration weir_backoff_next(
	struct weir_backoff *backoff, const struct weir_retry_options *options, uint64_t failures)
{
	weir_duration span = weir_backoff_span(options, failures);

	switch (options->jitter) {
	case WEIR_JITTER_FULL:
		return between(&backoff->random, 0, span);
	case WEIR_JITTER_EQUAL:
		return between(&backoff->random, span / 2, span);
	case WEIR_JITTER_DECORRELATED:
		if (failures == 1)
			backoff->previous = options->initial_delay;
		span = scale(backoff->previous, options->factor > 0 ? options->factor : 3, cap_of(options));
		backoff->previous = between(&backoff->random, options->initial_delay, span);
		return backoff->previous;
	case WEIR_JITTER_NONE:
		break;
	}
	return span;
}
