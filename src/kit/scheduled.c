/* Signals that wait, each with a timer of its own. See kit/scheduled.h. */
#include "kit/scheduled.h"

#include "base/allocator.h"
#include "core/block.h"

struct signal {
	struct weir_timer timer;
	struct weir_link link; /* in `signals` */
	weir_value value;
};

static weir_value take(struct signal *signal)
{
	weir_value value = signal->value;

	weir_list_remove(&signal->link);
	weir_pool_return(signal, sizeof *signal);
	return value;
}

static void signal_due(struct weir_timer *timer)
{
	struct weir_scheduled *scheduled = timer->context;

	scheduled->due(scheduled->node, take(WEIR_CONTAINER_OF(timer, struct signal, timer)));
}

static void scheduled_stop(struct weir_resource *resource)
{
	struct weir_scheduled *scheduled = WEIR_CONTAINER_OF(resource, struct weir_scheduled, resource);

	while (!weir_list_is_empty(&scheduled->signals)) {
		struct signal *signal = WEIR_CONTAINER_OF(scheduled->signals.next, struct signal, link);

		weir_timer_stop(&signal->timer);
		weir_release(take(signal));
	}
}

void weir_scheduled_init(struct weir_scheduled *scheduled, struct weir_node *node,
	void (*due)(struct weir_node *node, weir_value signal))
{
	scheduled->node = node;
	scheduled->due = due;
	weir_link_init(&scheduled->signals);
	weir_attach(node, &scheduled->resource, scheduled_stop);
}

void weir_scheduled_put(struct weir_scheduled *scheduled, weir_value value, weir_duration delay)
{
	struct weir_node *node = scheduled->node;
	struct signal *signal = weir_pool_take(sizeof *signal);

	if (signal == NULL) {
		weir_release(value);
		weir_emit_error(node, weir_as_error(weir_no_memory()));
		return;
	}
	/* It stops with the others, not by itself; but as a timer of the node it holds the subscription while it runs. */
	weir_timer_init_on(&signal->timer, weir_node_loop(node), signal_due);
	signal->timer.subscription = node->subscription;
	signal->timer.context = scheduled;
	signal->value = value;
	weir_link_init(&signal->link);
	weir_list_append(&scheduled->signals, &signal->link);
	weir_timer_start(&signal->timer, delay);
}
