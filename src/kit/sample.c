/* The newest item whenever a notifier emits. See kit/sample.h. */
#include "kit/sample.h"

#include <weir/loop.h>

static struct weir_sample *sample_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_sample, node);
}

static void sample_on_notifier_next(struct weir_inner *inner, weir_value value)
{
	struct weir_sample *sample = WEIR_CONTAINER_OF(inner, struct weir_sample, notifier);
	struct weir_node *node = &sample->node;

	weir_release(value);
	if (sample->newest.is_full && weir_loop_now(weir_node_loop(node)) >= sample->earliest)
		weir_held_emit(&sample->sample, node, weir_slot_take(&sample->newest));
}

static const struct weir_inner_class sample_notifier = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = sample_on_notifier_next,
};

/* The source first, so that an item that comes together with the notifier's is in time for it. */
void weir_sample_start(struct weir_node *node)
{
	struct weir_sample *sample = sample_of(node);
	const struct weir_sample_config *config = node->config;

	weir_inner_init(&sample->notifier, node, &sample_notifier);
	weir_start_upstream(node);
	if (weir_is_open(node))
		weir_inner_switch_to_borrowed(&sample->notifier, config->notifier);
}

void weir_sample_next(struct weir_node *node, weir_value value)
{
	weir_slot_put(&sample_of(node)->newest, value);
}

void weir_sample_complete(struct weir_node *node)
{
	struct weir_sample *sample = sample_of(node);

	weir_held_complete(&sample->sample, node);
	if (weir_is_open(node))
		weir_inner_stop(&sample->notifier);
}

void weir_sample_request(struct weir_node *node, uint64_t count)
{
	struct weir_sample *sample = sample_of(node);
	const struct weir_sample_config *config = node->config;

	(void)count;
	if (weir_held_is_full(&sample->sample))
		sample->earliest = weir_time_after(weir_loop_now(weir_node_loop(node)), config->distance);
	weir_held_request(&sample->sample, node);
}

void weir_sample_finish(struct weir_node *node)
{
	struct weir_sample *sample = sample_of(node);

	weir_held_finish(&sample->sample);
	weir_slot_clear(&sample->newest);
}
