/* Observables collected and then joined. See kit/join_all.h. */
#include "kit/join_all.h"

#include <errno.h>

#include "base/allocator.h"
#include "kit/unwrap.h"

static struct weir_join_all *join_all_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_join_all, node);
}

static const struct weir_inner_class joined_class = { .complete = weir_inner_complete_owner };

void weir_join_all_start(struct weir_node *node)
{
	weir_inner_init(&join_all_of(node)->joined, node, &joined_class);
}

void weir_join_all_next(struct weir_node *node, weir_value value)
{
	if (!weir_collector_add(&join_all_of(node)->collector, value))
		weir_emit_failure(node, ENOMEM, "out of memory");
}

void weir_join_all_complete(struct weir_node *node)
{
	struct weir_join_all *self = join_all_of(node);
	const struct weir_join_all_config *config = node->config;
	size_t count = self->collector.count;
	weir_observable **sources = weir_allocate((count + 1) * sizeof *sources);

	if (sources == NULL) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}
	for (size_t index = 0; index < count; index++)
		sources[index] = weir_unwrap(self->collector.values[index], (void *)node->node_class->name);
	weir_collector_finish(&self->collector);

	weir_observable *joined = config->join(sources, count, config->combiner, config->context);

	weir_deallocate(sources);
	weir_inner_switch_to(&self->joined, joined);
}

void weir_join_all_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&join_all_of(node)->joined, count);
}

void weir_join_all_finish(struct weir_node *node)
{
	weir_collector_finish(&join_all_of(node)->collector);
}
