/* distinct_until_changed: values that differ from the one passed on before. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

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

weir_observable *weir_distinct_until_changed(
	weir_observable *source, const weir_distinct_until_changed_options *options)
{
	return weir_extend(source, &distinct_until_changed_class,
		options != NULL ? options : &(weir_distinct_until_changed_options){ 0 });
}
