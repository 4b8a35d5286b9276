/*
 * A deadline that moves with every item: moving it costs a store, the timer follows when it runs out. What happens in the
 * very turn in which the deadline passes is still in time: the loop gets one more turn before the watchdog barks.
 */
#ifndef WEIR_KIT_WATCHDOG_H
#define WEIR_KIT_WATCHDOG_H

#include <weir/operator.h>

struct weir_watchdog {
	struct weir_timer timer;
	void (*passed)(struct weir_watchdog *watchdog);
	weir_time deadline;
	weir_time armed; /* when the timer runs out; never later than the deadline. FOREVER: not */
	weir_time within_grace; /* the deadline that has passed, but for the turn of grace */
};

/* In `start`. There is no deadline yet. */
void weir_watchdog_init(
	struct weir_watchdog *watchdog, struct weir_node *node, void (*passed)(struct weir_watchdog *watchdog));

/* Move the deadline; WEIR_FOREVER: there is none. */
static inline void weir_watchdog_set(struct weir_watchdog *watchdog, weir_time deadline)
{
	watchdog->deadline = deadline;
	if (WEIR_UNLIKELY(deadline < watchdog->armed)) {
		watchdog->armed = deadline;
		weir_timer_start_at(&watchdog->timer, deadline);
	}
}

#endif
