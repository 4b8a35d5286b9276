/* take_last: the last values, when the source has completed. See weir/filtering.h. */
#include <errno.h>

#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/batch.h"
#include "kit/tail.h"

struct take_last_config {
	size_t count;
};

struct take_last {
	struct weir_node node;
	struct weir_tail newest;
};

static void take_last_start(struct weir_node *node)
{
	const struct take_last_config *config = node->config;

	weir_queue_init(&WEIR_CONTAINER_OF(node, struct take_last, node)->newest.queue, 0);
	if (config->count == 0)
		weir_emit_complete(node);
}

static void take_last_next(struct weir_node *node, weir_value value)
{
	struct weir_queue *newest = &WEIR_CONTAINER_OF(node, struct take_last, node)->newest.queue;
	const struct take_last_config *config = node->config;

	if (weir_queue_count(newest) == config->count)
		weir_release(weir_queue_pop(newest));
	if (weir_queue_push(newest, value) < 0) {
		weir_release(value);
		weir_emit_failure(node, ENOMEM, "out of memory");
	}
}

static void take_last_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	weir_batch_each(node, values, count, take_last_next);
}

static void take_last_complete(struct weir_node *node)
{
	weir_tail_end(&WEIR_CONTAINER_OF(node, struct take_last, node)->newest, node);
}

static void take_last_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	weir_tail_request(&WEIR_CONTAINER_OF(node, struct take_last, node)->newest, node);
}

static void take_last_finish(struct weir_node *node)
{
	weir_queue_finish(&WEIR_CONTAINER_OF(node, struct take_last, node)->newest.queue);
}

static const struct weir_node_class take_last_class = {
	.name = "take_last",
	.size = sizeof(struct take_last),
	.config_size = sizeof(struct take_last_config),
	.demand = WEIR_DEMAND_UNBOUNDED,
	.start = take_last_start,
	.next = take_last_next,
	.next_batch = take_last_next_batch,
	.complete = take_last_complete,
	.request = take_last_request,
	.finish = take_last_finish,
};

weir_observable *weir_take_last(weir_observable *source, size_t count)
{
	return weir_extend(source, &take_last_class, &(struct take_last_config){ count });
}
