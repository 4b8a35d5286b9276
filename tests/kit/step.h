/*
 * A virtual loop, one callback at a time: what weir_loop_run() does, but it can be looked at, and things can be done to
 * it, between any two callbacks.
 */
#ifndef TESTS_KIT_STEP_H
#define TESTS_KIT_STEP_H

#include "core/loop.h"
#include "core/subscription.h"

/* Run what was posted, or one timer, or let the clock jump. False when nothing is left to do, or not before `deadline`.
 */
static inline bool step_loop(weir_loop *loop, weir_time deadline)
{
	bool stepped = true;

	loop->in_turn = true;
	if (loop->first_post != NULL) {
		weir_loop_turn(loop, -1);
	} else {
		struct weir_timer *timer = weir_wheel_pop(&loop->wheel, loop->now);
		weir_time due = weir_wheel_next_due(&loop->wheel);

		if (timer != NULL) {
			struct weir_subscription *subscription = timer->subscription;

			if (subscription != NULL)
				weir_enter(subscription);
			timer->expired(timer);
			if (subscription != NULL)
				weir_leave(subscription);
		} else if (due != WEIR_FOREVER && due <= deadline) {
			loop->now = due > loop->now ? due : loop->now;
		} else {
			stepped = false;
		}
	}
	loop->in_turn = false;
	return stepped;
}

#endif
