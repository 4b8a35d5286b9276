/* distinct_until_key_changed: maps of which one member differs from the one before. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>

#include "kit/changed.h"
#include "kit/failed.h"

static const struct weir_node_class distinct_until_key_changed_class = {
	.name = "distinct_until_key_changed",
	.size = sizeof(struct weir_changed),
	.config_size = sizeof(struct weir_changed_config),
	.step = weir_changed_step,
	.finish = weir_changed_finish,
	.config_holds = { WEIR_HOLDS_VALUE(struct weir_changed_config, member) },
};

weir_observable *weir_distinct_until_key_changed(
	weir_observable *source, const char *key, weir_equality equal, void *context)
{
	if (key == NULL)
		return weir_reject(source, "distinct_until_key_changed", "the key is NULL");

	weir_value member = weir_string(key);

	if (weir_is_error(member))
		return weir_failed(source, member);
	return weir_extend(source, &distinct_until_key_changed_class,
		&(struct weir_changed_config){ NULL, member, equal, context });
}
