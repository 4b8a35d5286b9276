/* time_interval: each value with the time since the one before. See weir/timing.h. */
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/timing.h>

struct time_interval {
	struct weir_node node;
	weir_time previous;
};

static void time_interval_start(struct weir_node *node)
{
	WEIR_CONTAINER_OF(node, struct time_interval, node)->previous = weir_loop_now(weir_node_loop(node));
}

static void time_interval_next(struct weir_node *node, weir_value value)
{
	struct time_interval *self = WEIR_CONTAINER_OF(node, struct time_interval, node);
	weir_time now = weir_loop_now(weir_node_loop(node));
	weir_duration span = now - self->previous;

	self->previous = now;
	weir_emit_result(node, weir_make_map((const struct weir_member[]){ { weir_string_static("value"), value },
						     { weir_string_static("interval"), weir_int(span) } },
				       2));
}

static const struct weir_node_class time_interval_class = {
	.name = "time_interval",
	.size = sizeof(struct time_interval),
	.start = time_interval_start,
	.next = time_interval_next,
};

weir_observable *weir_time_interval(weir_observable *source)
{
	return weir_extend(source, &time_interval_class, NULL);
}
