/* timestamp: each value with the time it came. See weir/timing.h. */
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/timing.h>

static void timestamp_next(struct weir_node *node, weir_value value)
{
	int64_t now = weir_loop_wall_clock(weir_node_loop(node));

	weir_emit_result(node, weir_make_map((const struct weir_member[]){ { weir_string_static("value"), value },
						     { weir_string_static("timestamp"), weir_int(now) } },
				       2));
}

static const struct weir_node_class timestamp_class = {
	.name = "timestamp",
	.next = timestamp_next,
};

weir_observable *weir_timestamp(weir_observable *source)
{
	return weir_extend(source, &timestamp_class, NULL);
}
