/* A deadline that moves with every item. See kit/watchdog.h. */
#include "kit/watchdog.h"

#include <weir/loop.h>

static void watchdog_on_timer(struct weir_timer *timer)
{
	struct weir_watchdog *watchdog = WEIR_CONTAINER_OF(timer, struct weir_watchdog, timer);
	weir_time deadline = watchdog->deadline;
	weir_time now = weir_loop_now(timer->loop);

	watchdog->armed = WEIR_FOREVER;
	if (deadline > now) {
		weir_watchdog_set(watchdog, deadline);
	} else if (watchdog->within_grace != deadline) {
		watchdog->within_grace = watchdog->armed = deadline;
		weir_timer_start(timer, 0);
	} else {
		watchdog->deadline = WEIR_FOREVER;
		watchdog->passed(watchdog);
	}
}

void weir_watchdog_init(
	struct weir_watchdog *watchdog, struct weir_node *node, void (*passed)(struct weir_watchdog *watchdog))
{
	watchdog->passed = passed;
	watchdog->deadline = watchdog->armed = watchdog->within_grace = WEIR_FOREVER;
	weir_timer_init(&watchdog->timer, node, watchdog_on_timer);
}
