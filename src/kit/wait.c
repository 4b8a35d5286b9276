/* A wait that a span of time or a notifier ends. See kit/wait.h. */
#include "kit/wait.h"

#include <weir/loop.h>

static void wait_on_timer(struct weir_timer *timer)
{
	struct weir_wait *wait = WEIR_CONTAINER_OF(timer, struct weir_wait, timer);

	if (weir_loop_now(timer->loop) < wait->end)
		weir_timer_start_at(timer, wait->end);
	else
		wait->wait_class->over(wait);
}

static void wait_on_notifier_next(struct weir_inner *inner, weir_value value)
{
	struct weir_wait *wait = WEIR_CONTAINER_OF(inner, struct weir_wait, notifier);

	weir_release(value);
	weir_inner_stop(inner);
	if (weir_is_open(wait->node))
		wait->wait_class->over(wait);
}

static void wait_on_notifier_complete(struct weir_inner *inner)
{
	struct weir_wait *wait = WEIR_CONTAINER_OF(inner, struct weir_wait, notifier);

	if (wait->wait_class->given_up != NULL)
		wait->wait_class->given_up(wait);
}

static const struct weir_inner_class wait_notifier = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = wait_on_notifier_next,
	.complete = wait_on_notifier_complete,
};

void weir_wait_init(struct weir_wait *wait, struct weir_node *node, const struct weir_wait_class *wait_class,
	const struct weir_wait_config *config)
{
	wait->wait_class = wait_class;
	wait->config = config;
	wait->node = node;
	if (config->project != NULL)
		weir_inner_init(&wait->notifier, node, &wait_notifier);
	else
		weir_timer_init(&wait->timer, node, wait_on_timer);
}

static void begin_span(struct weir_wait *wait)
{
	wait->end = weir_time_after(weir_loop_now(weir_node_loop(wait->node)), wait->config->span);
	if (!weir_timer_is_active(&wait->timer))
		weir_timer_start_at(&wait->timer, wait->end);
}

static void begin_notifier(struct weir_wait *wait, weir_value value)
{
	weir_inner_stop(&wait->notifier);
	if (!weir_is_open(wait->node))
		return;

	/* The node may let go of it, by a cancel from inside the callback. */
	weir_value kept = weir_retain(value);

	weir_inner_switch_to(&wait->notifier, wait->config->project(kept, wait->config->context));
	weir_release(kept);
}

void weir_wait_begin(struct weir_wait *wait, weir_value value)
{
	if (wait->config->project != NULL)
		begin_notifier(wait, value);
	else
		begin_span(wait);
}

void weir_wait_put_off(struct weir_wait *wait)
{
	if (wait->config->project == NULL && weir_timer_is_active(&wait->timer))
		begin_span(wait);
}

void weir_wait_stop(struct weir_wait *wait)
{
	if (wait->config->project != NULL)
		weir_inner_stop(&wait->notifier);
	else
		weir_timer_stop(&wait->timer);
}
