/* skip_last: all but the last values. See weir/filtering.h. */
#include <errno.h>

#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/queue.h"

struct skip_last_config {
	size_t count;
};

struct skip_last {
	struct weir_node node;
	struct weir_queue newest;
};

static void skip_last_start(struct weir_node *node)
{
	weir_queue_init(&WEIR_CONTAINER_OF(node, struct skip_last, node)->newest, 0);
}

static void skip_last_next(struct weir_node *node, weir_value value)
{
	struct skip_last *self = WEIR_CONTAINER_OF(node, struct skip_last, node);
	const struct skip_last_config *config = node->config;

	if (weir_queue_push(&self->newest, value) < 0) {
		weir_release(value);
		weir_emit_failure(node, ENOMEM, "out of memory");
	} else if (weir_queue_count(&self->newest) > config->count) {
		weir_emit_next(node, weir_queue_pop(&self->newest));
	} else {
		weir_request_replacement(node);
	}
}

static void skip_last_finish(struct weir_node *node)
{
	weir_queue_finish(&WEIR_CONTAINER_OF(node, struct skip_last, node)->newest);
}

static const struct weir_node_class skip_last_class = {
	.name = "skip_last",
	.size = sizeof(struct skip_last),
	.config_size = sizeof(struct skip_last_config),
	.start = skip_last_start,
	.next = skip_last_next,
	.finish = skip_last_finish,
};

weir_observable *weir_skip_last(weir_observable *source, size_t count)
{
	return weir_extend(source, &skip_last_class, &(struct skip_last_config){ count });
}
