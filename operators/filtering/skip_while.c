/* skip_while: everything from the first value on that does not satisfy a predicate. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

struct skip_while_config {
	weir_predicate predicate;
	void *context;
};

struct skip_while {
	struct weir_node node;
	bool passing;
};

static void skip_while_next(struct weir_node *node, weir_value value)
{
	struct skip_while *self = WEIR_CONTAINER_OF(node, struct skip_while, node);
	const struct skip_while_config *config = node->config;
	int verdict = self->passing ? 0 : config->predicate(value, config->context);

	if (verdict == 0) {
		self->passing = true;
		weir_emit_next(node, value);
		return;
	}
	weir_release(value);
	if (verdict < 0)
		weir_emit_failure(node, -verdict, "the predicate failed");
	else
		weir_request_replacement(node);
}

static const struct weir_node_class skip_while_class = {
	.name = "skip_while",
	.size = sizeof(struct skip_while),
	.config_size = sizeof(struct skip_while_config),
	.next = skip_while_next,
};

weir_observable *weir_skip_while(weir_observable *source, weir_predicate predicate, void *context)
{
	if (predicate == NULL)
		return weir_reject(source, "skip_while", "the predicate is NULL");
	return weir_extend(source, &skip_while_class, &(struct skip_while_config){ predicate, context });
}
