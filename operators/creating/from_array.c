/* from_array: the items of an array; pairs: the members of a map. See weir/creating.h. */
#include <weir/creating.h>
#include <weir/operator.h>

#include "kit/batch.h"
#include "kit/failed.h"
#include "kit/pump.h"
#include "kit/scalar.h"

struct from_array_config {
	weir_value container;
	bool is_map; /* an item is an array of key and value */
};

struct from_array {
	struct weir_node node;
	struct weir_pump pump;
	struct weir_iterator items;
};

static void from_array_start(struct weir_node *node)
{
	const struct from_array_config *config = node->config;

	WEIR_CONTAINER_OF(node, struct from_array, node)->items = weir_iterate(config->container);
}

static weir_value from_array_pair(struct from_array *self)
{
	weir_value key, item;

	weir_iterator_next(&self->items, &key, &item);
	return weir_make_array((const weir_value[]){ weir_retain(key), weir_retain(item) }, 2);
}

/* As many items as are asked for and fit; the pump has let one through. */
static void from_array_emit_batch(struct from_array *self)
{
	struct weir_node *node = &self->node;
	weir_value batch[WEIR_BATCH_MAX];
	size_t limit = node->demand < WEIR_BATCH_MAX ? (size_t)node->demand : WEIR_BATCH_MAX;
	size_t count = 0;

	while (count < limit && weir_iterator_next(&self->items, NULL, &batch[count]))
		weir_retain(batch[count++]);
	self->pump.budget -= self->pump.budget < count - 1 ? self->pump.budget : (uint32_t)count - 1;
	weir_emit_batch(node, batch, count);
}

static void from_array_emit(struct weir_node *node)
{
	struct from_array *self = WEIR_CONTAINER_OF(node, struct from_array, node);
	bool is_map = ((const struct from_array_config *)node->config)->is_map;
	bool in_batches = !is_map && weir_wants_batches(node);
	weir_value item;

	if (!weir_pump_enter(&self->pump))
		return;

	while (node->demand > 0 && self->items.index < self->items.count) {
		if (!weir_pump_continue(&self->pump, node, from_array_emit))
			return;
		if (in_batches) {
			from_array_emit_batch(self);
			continue;
		}
		if (is_map) {
			weir_emit_result(node, from_array_pair(self));
			continue;
		}
		weir_iterator_next(&self->items, NULL, &item);
		weir_emit_next(node, weir_retain(item));
	}
	weir_pump_leave(&self->pump);
	if (self->items.index == self->items.count)
		weir_emit_complete(node);
}

static void from_array_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	from_array_emit(node);
}

static const struct weir_node_class from_array_class = {
	.name = "from_array",
	.size = sizeof(struct from_array),
	.config_size = sizeof(struct from_array_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = from_array_start,
	.request = from_array_request,
	.config_holds = { WEIR_HOLDS_VALUE(struct from_array_config, container) },
};

static weir_observable *from_array_new(weir_value container, enum weir_kind kind, const char *stage)
{
	if (weir_is_error(container))
		return weir_failed(NULL, container);
	if (weir_kind(container) != kind) {
		char text[64];

		weir_print(container, text, sizeof text);
		weir_release(container);
		return weir_reject(
			NULL, stage, "%s is needed, not %s", kind == WEIR_KIND_MAP ? "a map" : "an array", text);
	}
	if (weir_length(container) == 0) {
		weir_release(container);
		return weir_scalar_empty();
	}
	return weir_create_source(&from_array_class, &(struct from_array_config){ container, kind == WEIR_KIND_MAP });
}

weir_observable *weir_from_array(weir_value array)
{
	return from_array_new(array, WEIR_KIND_ARRAY, "from_array");
}

weir_observable *weir_pairs(weir_value map)
{
	return from_array_new(map, WEIR_KIND_MAP, "pairs");
}
