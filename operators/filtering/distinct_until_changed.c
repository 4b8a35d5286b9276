/* distinct_until_changed: values that differ from the one passed on before. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/changed.h"

static const struct weir_node_class distinct_until_changed_class = {
	.name = "distinct_until_changed",
	.size = sizeof(struct weir_changed),
	.config_size = sizeof(struct weir_changed_config),
	.step = weir_changed_step,
	.finish = weir_changed_finish,
};

/* Without callbacks nothing can tell that the new ones of a batch are passed on together. */
static const struct weir_node_class distinct_until_changed_plain_class = {
	.name = "distinct_until_changed",
	.size = sizeof(struct weir_changed),
	.next = weir_changed_next_plain,
	.next_batch = weir_changed_next_batch,
	.finish = weir_changed_finish,
};

weir_observable *weir_distinct_until_changed(
	weir_observable *source, const weir_distinct_until_changed_options *options)
{
	if (options == NULL || (options->key == NULL && options->equal == NULL))
		return weir_extend(source, &distinct_until_changed_plain_class, NULL);
	return weir_extend(source, &distinct_until_changed_class,
		&(struct weir_changed_config){ options->key, weir_nil(), options->equal, options->context });
}
