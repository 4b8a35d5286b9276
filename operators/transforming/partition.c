/* partition: the values that satisfy a predicate, and the others. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

struct partition_config {
	weir_predicate predicate;
	weir_predicate_indexed predicate_indexed; /* if `predicate` is NULL */
	void *context;
	bool wanted;
};

struct partition {
	struct weir_node node;
	uint64_t index;
};

static weir_value partition_step(struct weir_node *node, weir_value value)
{
	struct partition *self = WEIR_CONTAINER_OF(node, struct partition, node);
	const struct partition_config *config = node->config;
	int verdict = config->predicate != NULL ? config->predicate(value, config->context)
						: config->predicate_indexed(value, self->index++, config->context);

	if (verdict >= 0 && (verdict > 0) == config->wanted)
		return value;
	weir_release(value);
	return verdict < 0 ? weir_fail(-verdict, "the predicate failed") : weir_nothing();
}

static const struct weir_node_class partition_class = {
	.name = "partition",
	.size = sizeof(struct partition),
	.config_size = sizeof(struct partition_config),
	.step = partition_step,
};

static weir_observable *partition_new(
	weir_observable *source, struct partition_config config, weir_observable **ret_others)
{
	if (ret_others == NULL)
		return weir_reject(source, partition_class.name, "there is no place for the others");
	if (config.predicate == NULL && config.predicate_indexed == NULL) {
		*ret_others = weir_reject(NULL, partition_class.name, "the predicate is NULL");
		return weir_reject(source, partition_class.name, "the predicate is NULL");
	}
	*ret_others = weir_extend(source != NULL ? weir_ref(source) : NULL, &partition_class, &config);
	config.wanted = true;
	return weir_extend(source, &partition_class, &config);
}

weir_observable *weir_partition(
	weir_observable *source, weir_predicate predicate, void *context, weir_observable **ret_others)
{
	return partition_new(
		source, (struct partition_config){ .predicate = predicate, .context = context }, ret_others);
}

weir_observable *weir_partition_indexed(
	weir_observable *source, weir_predicate_indexed predicate, void *context, weir_observable **ret_others)
{
	return partition_new(
		source, (struct partition_config){ .predicate_indexed = predicate, .context = context }, ret_others);
}
