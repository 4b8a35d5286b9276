/* distinct_until_changed: values that differ from the one passed on before. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/batch.h"
#include "kit/same.h"

struct distinct_until_changed {
	struct weir_node node;
	weir_value key; /* of the last value passed on */
	bool has_key;
};

static int distinct_until_changed_compare(struct distinct_until_changed *self, weir_value key)
{
	const struct weir_distinct_until_changed_options *config = self->node.config;
	weir_value before = self->key;

	if (!self->has_key)
		return 0;
	if (config->equal == NULL)
		return weir_equal(before, key);

	/* Out of the reach of `finish` while the callback borrows it: it may cancel. */
	self->key = weir_nil();

	int verdict = config->equal(before, key, config->context);

	if (weir_is_open(&self->node))
		self->key = before;
	else
		weir_release(before);
	return verdict;
}

static void distinct_until_changed_next(struct weir_node *node, weir_value value)
{
	struct distinct_until_changed *self = WEIR_CONTAINER_OF(node, struct distinct_until_changed, node);
	const struct weir_distinct_until_changed_options *config = node->config;
	weir_value key = config->key != NULL ? config->key(value, config->context) : weir_retain(value);

	if (weir_is_error(key) || !weir_is_open(node)) {
		weir_release(value);
		weir_emit_result(node, key);
		return;
	}

	int verdict = distinct_until_changed_compare(self, key);

	if (verdict == 0 && weir_is_open(node)) {
		weir_value before = self->key;

		self->key = key;
		self->has_key = true;
		weir_release(before);
		weir_emit_next(node, value);
		return;
	}
	weir_release(key);
	weir_release(value);
	if (verdict < 0)
		weir_emit_failure(node, -verdict, "the comparison failed");
	else
		weir_request_replacement(node);
}

/* Whether a value differs from the one before; it is remembered then. Without callbacks. */
static bool distinct_until_changed_differs(struct distinct_until_changed *self, weir_value value)
{
	weir_value before = self->key;

	if (self->has_key && weir_same(before, value))
		return false;
	self->key = weir_retain(value);
	self->has_key = true;
	weir_release(before);
	return true;
}

static void distinct_until_changed_next_plain(struct weir_node *node, weir_value value)
{
	if (distinct_until_changed_differs(WEIR_CONTAINER_OF(node, struct distinct_until_changed, node), value)) {
		weir_emit_next(node, value);
		return;
	}
	weir_release(value);
	weir_request_replacement(node);
}

static void distinct_until_changed_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	struct distinct_until_changed *self = WEIR_CONTAINER_OF(node, struct distinct_until_changed, node);
	weir_value changed[WEIR_BATCH_MAX];
	size_t begin = 0;

	while (begin < count && weir_is_open(node)) {
		size_t changed_count = 0;
		size_t index = begin;

		for (; index < count && changed_count < WEIR_BATCH_MAX; index++) {
			if (distinct_until_changed_differs(self, values[index]))
				changed[changed_count++] = values[index];
			else
				weir_release(values[index]);
		}
		weir_batch_replace(node, index - begin - changed_count);
		weir_emit_batch(node, changed, changed_count);
		begin = index;
	}
	weir_batch_release(values + begin, count - begin);
}

static void distinct_until_changed_finish(struct weir_node *node)
{
	weir_release(WEIR_CONTAINER_OF(node, struct distinct_until_changed, node)->key);
}

static const struct weir_node_class distinct_until_changed_class = {
	.name = "distinct_until_changed",
	.size = sizeof(struct distinct_until_changed),
	.config_size = sizeof(struct weir_distinct_until_changed_options),
	.next = distinct_until_changed_next,
	.finish = distinct_until_changed_finish,
};

/* Without callbacks nothing can tell that the new ones of a batch are passed on together. */
static const struct weir_node_class distinct_until_changed_plain_class = {
	.name = "distinct_until_changed",
	.size = sizeof(struct distinct_until_changed),
	.config_size = sizeof(struct weir_distinct_until_changed_options),
	.next = distinct_until_changed_next_plain,
	.next_batch = distinct_until_changed_next_batch,
	.finish = distinct_until_changed_finish,
};

weir_observable *weir_distinct_until_changed(
	weir_observable *source, const weir_distinct_until_changed_options *options)
{
	if (options == NULL || (options->key == NULL && options->equal == NULL))
		return weir_extend(
			source, &distinct_until_changed_plain_class, &(weir_distinct_until_changed_options){ 0 });
	return weir_extend(source, &distinct_until_changed_class, options);
}
