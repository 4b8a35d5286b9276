/* transform_array: what a function makes of arrays of values. See weir/transforming.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/batch.h"
#include "kit/drain.h"

struct transform_array_config {
	weir_array_transformer transformer;
	void *context;
	size_t growth;
};

struct transform_array {
	struct weir_node node;
	struct weir_drain waiting;
	uint64_t asked; /* and not arrived */
	bool source_completed;
};

static void transform_array_ask(struct transform_array *self)
{
	uint64_t wanted = self->node.demand;

	if (self->source_completed || !weir_is_open(&self->node) || weir_queue_count(&self->waiting.queue) > 0 ||
		wanted <= self->asked)
		return;

	uint64_t more = wanted == WEIR_UNBOUNDED ? WEIR_UNBOUNDED : wanted - self->asked;

	self->asked = wanted;
	weir_request_upstream(&self->node, more);
}

static void transform_array_start(struct weir_node *node)
{
	weir_drain_init(&WEIR_CONTAINER_OF(node, struct transform_array, node)->waiting, node, 0);
}

/* Together if they are asked for, else as they will be. */
static void transform_array_emit(struct transform_array *self, const weir_value *results, size_t count)
{
	struct weir_node *node = &self->node;

	if (WEIR_LIKELY(
		    !self->waiting.running && weir_queue_count(&self->waiting.queue) == 0 && node->demand >= count)) {
		weir_batch_emit_results(node, results, count);
		return;
	}
	for (size_t index = 0; index < count; index++) {
		if (weir_is_error(results[index]) || !weir_is_open(node)) {
			weir_batch_emit_results(node, results + index, count - index);
			return;
		}
		if (weir_drain_push(&self->waiting, results[index]) < 0) {
			weir_batch_release(results + index, count - index);
			weir_emit_failure(node, ENOMEM, "out of memory");
			return;
		}
	}
}

static void transform_array_run(struct weir_node *node, const weir_value *values, size_t count)
{
	const struct transform_array_config *config = node->config;
	weir_value results[WEIR_BATCH_MAX];
	int made = config->transformer(values, count, results, count * config->growth, config->context);

	weir_batch_release(values, count);
	if (made < 0)
		weir_emit_failure(node, -made, "the transformer failed");
	else if ((size_t)made > count * config->growth)
		weir_emit_failure(node, EINVAL,
			"the transformer says that it has made %d values; there was room for %zu", made,
			count * config->growth);
	else
		transform_array_emit(WEIR_CONTAINER_OF(node, struct transform_array, node), results, (size_t)made);
}

static void transform_array_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	const struct transform_array_config *config = node->config;
	struct transform_array *self = WEIR_CONTAINER_OF(node, struct transform_array, node);

	if (self->asked != WEIR_UNBOUNDED)
		self->asked -= count;
	while (count > 0 && weir_is_open(node)) {
		size_t chunk = count < WEIR_BATCH_MAX / config->growth ? count : WEIR_BATCH_MAX / config->growth;

		transform_array_run(node, values, chunk);
		values += chunk;
		count -= chunk;
	}
	weir_batch_release(values, count);
	transform_array_ask(self);
}

static void transform_array_next(struct weir_node *node, weir_value value)
{
	transform_array_next_batch(node, &value, 1);
}

static void transform_array_complete(struct weir_node *node)
{
	struct transform_array *self = WEIR_CONTAINER_OF(node, struct transform_array, node);

	self->source_completed = true;
	weir_drain_complete(&self->waiting);
}

static void transform_array_request(struct weir_node *node, uint64_t count)
{
	struct transform_array *self = WEIR_CONTAINER_OF(node, struct transform_array, node);

	(void)count;
	weir_drain_run(&self->waiting);
	transform_array_ask(self);
}

static const struct weir_node_class transform_array_class = {
	.name = "transform_array",
	.size = sizeof(struct transform_array),
	.config_size = sizeof(struct transform_array_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = transform_array_start,
	.next = transform_array_next,
	.next_batch = transform_array_next_batch,
	.complete = transform_array_complete,
	.request = transform_array_request,
};

weir_observable *weir_transform_array(
	weir_observable *source, weir_array_transformer transformer, void *context, size_t growth)
{
	if (transformer == NULL)
		return weir_reject(source, "transform_array", "the transformer is NULL");
	if (growth < 1 || growth > WEIR_BATCH_MAX)
		return weir_reject(source, "transform_array", "%zu results for a value; 1 to %d are allowed", growth,
			WEIR_BATCH_MAX);
	return weir_extend(
		source, &transform_array_class, &(struct transform_array_config){ transformer, context, growth });
}
