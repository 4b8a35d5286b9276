/* group_by: an observable for each key, of the values with that key. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/branches.h"

struct group_by_config {
	weir_observable *source;
	weir_mapper key;
	void *context;
	weir_group_by_options options;
};

static const struct weir_node_class group_class = {
	.name = "group_by",
	WEIR_LISTENER_SLOTS,
};

/* Held; NULL when none can be made. Consumes `key`. */
static struct weir_branch *group_by_open(struct weir_branches *branches, weir_value key, uint64_t hash)
{
	const struct group_by_config *config = branches->config;
	struct weir_branch *group = weir_branches_open_for(branches, key, hash);

	if (group == NULL)
		return NULL;
	weir_branches_emit(branches, group);
	if (config->options.duration != NULL && weir_branch_is_open(group)) {
		weir_observable *handle = weir_branch_observable(group);

		weir_branch_close_by(group, config->options.duration(handle, config->context));
		weir_unref(handle);
	}
	return group;
}

static void group_by_push(struct weir_branches *branches, struct weir_branch *group, weir_value value)
{
	const struct group_by_config *config = branches->config;

	if (config->options.element != NULL) {
		weir_value element = config->options.element(value, config->context);

		weir_release(value);
		value = element;
	}
	if (weir_is_error(value))
		weir_branches_fail(branches, value);
	else if (weir_branch_is_open(group))
		weir_branch_next(group, value);
	else
		weir_branches_drop(branches, value);
}

static void group_by_next(struct weir_branches *branches, weir_value value)
{
	const struct group_by_config *config = branches->config;
	weir_value key = config->key(value, config->context);
	struct weir_branch *group;
	uint64_t hash;

	if (weir_is_error(key)) {
		weir_release(value);
		weir_branches_fail(branches, key);
		return;
	}
	hash = weir_hash(key);
	group = weir_branches_find(branches, key, hash);
	if (WEIR_LIKELY(group != NULL)) {
		weir_release(key);
		weir_hub_ref(&group->hub);
	} else {
		group = group_by_open(branches, key, hash);
	}
	if (group == NULL) {
		weir_branches_drop(branches, value);
		return;
	}
	group_by_push(branches, group, value);
	weir_hub_unref(&group->hub);
}

static const struct weir_branches_class group_by_branches = {
	.size = sizeof(struct weir_branches),
	.listener_class = &group_class,
	.next = group_by_next,
};

static void group_by_start(struct weir_node *node)
{
	const struct group_by_config *config = node->config;
	struct weir_branches *branches = weir_branches_new(node, &group_by_branches, config->options.waiting);

	if (branches == NULL)
		return;
	if (config->options.connector.kind != WEIR_CONNECTOR_SUBJECT)
		branches->connector = &config->options.connector;
	weir_branches_connect(branches, config->source);
}

static const struct weir_node_class group_by_class = {
	.name = "group_by",
	.size = sizeof(struct weir_branches_node),
	.config_size = sizeof(struct group_by_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = group_by_start,
	.request = weir_branches_request,
	.finish = weir_branches_finish,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct group_by_config, source),
		WEIR_HOLDS_VALUE(struct group_by_config, options.connector.initial) },
};

weir_observable *weir_group_by(
	weir_observable *source, weir_mapper key, void *context, const weir_group_by_options *options)
{
	weir_group_by_options given = options != NULL ? *options : (weir_group_by_options){ 0 };
	weir_observable *rejected;

	if (source == NULL)
		return weir_reject(NULL, "group_by", "the source is NULL");
	if (key == NULL)
		return weir_reject(source, "group_by", "the mapper from value to key is NULL");
	rejected = weir_connector_reject(&given.connector, source, "group_by");
	if (rejected != NULL)
		return rejected;
	weir_retain(given.connector.initial);
	return weir_create_source(&group_by_class, &(struct group_by_config){ source, key, context, given });
}

weir_value weir_group_key(const weir_observable *group)
{
	return group != NULL ? weir_branch_key(group, &group_class) : weir_nil();
}
