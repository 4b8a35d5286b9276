/* on_overflow: what to do with items that come faster than they are asked for. See weir/demand.h. */
#include <weir/demand.h>
#include <weir/operator.h>

#include "kit/drain.h"

struct on_overflow_config {
	enum weir_overflow_policy policy;
	size_t capacity;
};

struct on_overflow {
	struct weir_node node;
	struct weir_drain waiting;
};

static struct on_overflow *on_overflow_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct on_overflow, node);
}

static void on_overflow_start(struct weir_node *node)
{
	const struct on_overflow_config *config = node->config;

	weir_drain_init(&on_overflow_of(node)->waiting, node, config->capacity);
}

/* There is no room for `value`. */
static void on_overflow_fail(struct weir_node *node, weir_value value, int code)
{
	const struct on_overflow_config *config = node->config;

	weir_drain_drop(&on_overflow_of(node)->waiting);
	weir_drop(node, value);
	if (code == WEIR_EOVERFLOW)
		weir_emit_failure(node, code, "nobody has asked for this item, and %zu wait already", config->capacity);
	else
		weir_emit_failure(node, code, "out of memory");
}

static void on_overflow_next(struct weir_node *node, weir_value value)
{
	struct weir_drain *waiting = &on_overflow_of(node)->waiting;
	const struct on_overflow_config *config = node->config;
	int result = config->policy == WEIR_OVERFLOW_ERROR && node->demand == 0 ? -WEIR_EOVERFLOW
										: weir_drain_push(waiting, value);

	if (WEIR_LIKELY(result == 0))
		return;
	if (result == -WEIR_EOVERFLOW && config->policy == WEIR_OVERFLOW_DROP_NEWEST) {
		weir_drop(node, value);
	} else if (result == -WEIR_EOVERFLOW && config->policy == WEIR_OVERFLOW_DROP_OLDEST) {
		weir_value oldest = weir_queue_pop(&waiting->queue);

		weir_queue_push(&waiting->queue, value); /* there is room now */
		weir_drop(node, oldest);
	} else {
		on_overflow_fail(node, value, -result);
	}
}

static void on_overflow_error(struct weir_node *node, weir_error *error)
{
	weir_drain_drop(&on_overflow_of(node)->waiting);
	weir_emit_error(node, error);
}

static void on_overflow_complete(struct weir_node *node)
{
	weir_drain_complete(&on_overflow_of(node)->waiting);
}

static void on_overflow_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	weir_drain_run(&on_overflow_of(node)->waiting);
}

static const struct weir_node_class on_overflow_class = {
	.name = "on_overflow",
	.size = sizeof(struct on_overflow),
	.config_size = sizeof(struct on_overflow_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = on_overflow_start,
	.next = on_overflow_next,
	.error = on_overflow_error,
	.complete = on_overflow_complete,
	.request = on_overflow_request,
};

weir_observable *weir_on_overflow(weir_observable *source, enum weir_overflow_policy policy, size_t capacity)
{
	switch (policy) {
	case WEIR_OVERFLOW_BUFFER:
	case WEIR_OVERFLOW_DROP_OLDEST:
	case WEIR_OVERFLOW_DROP_NEWEST:
		if (capacity == 0)
			return weir_reject(
				source, "on_overflow", "the capacity is 0; this policy needs room for 1 item or more");
		break;
	case WEIR_OVERFLOW_LATEST:
		policy = WEIR_OVERFLOW_DROP_OLDEST;
		capacity = 1;
		break;
	case WEIR_OVERFLOW_ERROR:
		capacity = 0;
		break;
	default:
		return weir_reject(source, "on_overflow", "%d is no policy", (int)policy);
	}
	return weir_extend(source, &on_overflow_class, &(struct on_overflow_config){ policy, capacity });
}
