/* How long to wait before the next attempt, by weir_retry_options: exponential, capped, with jitter; no overflow whatever
 * the numbers. */
#ifndef WEIR_KIT_BACKOFF_H
#define WEIR_KIT_BACKOFF_H

#include <weir/recovering.h>

#include "kit/random.h"

struct weir_backoff {
	struct weir_random random;
	weir_duration previous; /* for decorrelated jitter */
};

/* What is wrong with the options, or NULL. Static. */
const char *weir_backoff_check(const struct weir_retry_options *options);

/* Without jitter: initial_delay × factor^(failures - 1), at most max_delay. `failures` >= 1. */
weir_duration weir_backoff_span(const struct weir_retry_options *options, uint64_t failures);

void weir_backoff_init(struct weir_backoff *backoff, const struct weir_retry_options *options);

/* The wait after so many failures in a row, >= 1. */
weir_duration weir_backoff_next(
	struct weir_backoff *backoff, const struct weir_retry_options *options, uint64_t failures);

#endif
