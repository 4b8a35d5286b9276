/* pluck: a member of each map. See weir/transforming.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/collector.h"
#include "kit/failed.h"

struct pluck_config {
	weir_value keys;
};

static void pluck_next(struct weir_node *node, weir_value value)
{
	const struct pluck_config *config = node->config;
	struct weir_iterator keys = weir_iterate(config->keys);
	weir_value member = value;
	weir_value key;

	while (weir_iterator_next(&keys, NULL, &key))
		member = weir_get_value(member, key, NULL);
	weir_retain(member);
	weir_release(value);
	weir_emit_next(node, member);
}

static const struct weir_node_class pluck_class = {
	.name = "pluck",
	.config_size = sizeof(struct pluck_config),
	.next = pluck_next,
	.config_holds = { WEIR_HOLDS_VALUE(struct pluck_config, keys) },
};

weir_observable *weir_pluck(weir_observable *source, const char *key)
{
	return weir_pluck_path(source, &key, 1);
}

weir_observable *weir_pluck_path(weir_observable *source, const char *const *keys, size_t count)
{
	struct weir_collector collector = { 0 };
	bool has_room = true;

	if (count == 0)
		return weir_reject(source, "pluck", "a path of no keys is given; at least one is needed");
	for (size_t index = 0; index < count && has_room; index++) {
		if (keys[index] == NULL) {
			weir_collector_finish(&collector);
			return weir_reject(source, "pluck", "key %zu of %zu is NULL", index, count);
		}
		has_room = weir_collector_add(&collector, weir_string(keys[index]));
	}

	weir_value path = has_room ? weir_collector_take(&collector) : weir_fail(ENOMEM, "out of memory");

	weir_collector_finish(&collector);
	if (weir_is_error(path))
		return weir_failed(source, path);
	return weir_extend(source, &pluck_class, &(struct pluck_config){ path });
}
