/*
 * What must hold after every test of a suite, in its `.fini`. Criterion does not count what a teardown asserts, so this
 * ends the process: the program fails.
 */
#ifndef TESTS_KIT_TEARDOWN_H
#define TESTS_KIT_TEARDOWN_H

#include <stdio.h>
#include <stdlib.h>

#include <weir/loop.h>

#include "kit/faults.h"

#define MUST_HOLD(condition, ...) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "after the test: " __VA_ARGS__); \
			fputc('\n', stderr); \
			abort(); \
		} \
	} while (0)

/* Frees the loop; no timer, no subscription and no block of memory may be left. */
static inline void leave_nothing(weir_loop *loop)
{
	if (loop != NULL) {
		MUST_HOLD(weir_loop_timer_count(loop) == 0, "%zu timers are left", weir_loop_timer_count(loop));
		MUST_HOLD(weir_loop_subscription_count(loop) == 0, "%zu subscriptions are left",
			weir_loop_subscription_count(loop));
		weir_loop_free(loop);
	}
	MUST_HOLD(faults_live_blocks() == 0, "%zu blocks of memory are left", faults_live_blocks());
}

#endif
