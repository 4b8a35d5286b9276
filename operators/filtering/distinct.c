/* distinct: values that have not been there before. See weir/filtering.h. */
#include <errno.h>

#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/batch.h"
#include "kit/inner.h"
#include "kit/set.h"

struct distinct {
	struct weir_node node;
	struct weir_inner flush;
	struct weir_set keys;
};

static void distinct_on_flush_next(struct weir_inner *inner, weir_value value)
{
	weir_release(value);
	weir_set_clear(&WEIR_CONTAINER_OF(inner, struct distinct, flush)->keys);
}

static const struct weir_inner_class distinct_flush = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = distinct_on_flush_next,
};

static void distinct_start(struct weir_node *node)
{
	struct distinct *self = WEIR_CONTAINER_OF(node, struct distinct, node);
	const struct weir_distinct_options *config = node->config;

	weir_set_init(&self->keys, config->limit);
	if (config->flush == NULL)
		return;
	weir_inner_init(&self->flush, node, &distinct_flush);
	weir_start_upstream(node);
	if (weir_is_open(node))
		weir_inner_switch_to_borrowed(&self->flush, config->flush);
}

static void distinct_next(struct weir_node *node, weir_value value)
{
	struct distinct *self = WEIR_CONTAINER_OF(node, struct distinct, node);
	const struct weir_distinct_options *config = node->config;
	weir_value key = config->key != NULL ? config->key(value, config->context) : weir_retain(value);

	if (weir_is_error(key) || !weir_is_open(node)) {
		weir_release(value);
		weir_emit_result(node, key);
		return;
	}

	int verdict = weir_set_add(&self->keys, key);

	if (verdict > 0) {
		weir_emit_next(node, value);
		return;
	}
	weir_release(value);
	if (verdict < 0)
		weir_emit_failure(node, -verdict, "out of memory");
	else
		weir_request_replacement(node);
}

static int distinct_is_new(struct weir_node *node, weir_value value)
{
	return weir_set_add(&WEIR_CONTAINER_OF(node, struct distinct, node)->keys, weir_retain(value));
}

static void distinct_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	int result = weir_batch_filter(node, values, count, distinct_is_new);

	if (result < 0)
		weir_emit_failure(node, -result, "out of memory");
}

static void distinct_finish(struct weir_node *node)
{
	weir_set_finish(&WEIR_CONTAINER_OF(node, struct distinct, node)->keys);
}

static const struct weir_node_class distinct_class = {
	.name = "distinct",
	.size = sizeof(struct distinct),
	.config_size = sizeof(struct weir_distinct_options),
	.start = distinct_start,
	.next = distinct_next,
	.finish = distinct_finish,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_distinct_options, flush) },
};

/* Without callbacks and flush nothing can tell that the new ones of a batch are passed on together. */
static const struct weir_node_class distinct_plain_class = {
	.name = "distinct",
	.size = sizeof(struct distinct),
	.config_size = sizeof(struct weir_distinct_options),
	.start = distinct_start,
	.next = distinct_next,
	.next_batch = distinct_next_batch,
	.finish = distinct_finish,
};

weir_observable *weir_distinct(weir_observable *source, const weir_distinct_options *options)
{
	bool is_plain = options == NULL || (options->key == NULL && options->flush == NULL);

	return weir_extend(source, is_plain ? &distinct_plain_class : &distinct_class,
		options != NULL ? options : &(weir_distinct_options){ 0 });
}
