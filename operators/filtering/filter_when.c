/* filter_when: pass on the values for which an observable says so. See weir/filtering.h. */
#include <weir/filtering.h>
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/flatten.h"

struct filter_when_config {
	weir_project project;
	void *context;
};

static int filter_when_says_so(weir_value verdict, void *context)
{
	(void)context;
	return weir_as_bool(verdict);
}

static weir_observable *filter_when_project(struct weir_flatten *flatten, weir_value value)
{
	const struct filter_when_config *config = flatten->node.config;
	weir_observable *verdict = config->project(value, config->context);

	if (verdict == NULL)
		return NULL;
	return weir_map_to(weir_filter(weir_take(verdict, 1), filter_when_says_so, NULL), weir_retain(value));
}

static const struct weir_flatten_class filter_when_flatten = {
	.project = filter_when_project,
};

static void filter_when_start(struct weir_node *node)
{
	weir_flatten_init(WEIR_CONTAINER_OF(node, struct weir_flatten, node), node, &filter_when_flatten, 1, true);
}

static const struct weir_node_class filter_when_class = {
	.name = "filter_when",
	.size = sizeof(struct weir_flatten),
	.config_size = sizeof(struct filter_when_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = filter_when_start,
	.next = weir_flatten_next,
	.complete = weir_flatten_complete,
	.request = weir_flatten_request,
};

weir_observable *weir_filter_when(weir_observable *source, weir_project project, void *context)
{
	if (project == NULL)
		return weir_reject(source, "filter_when", "the projection is NULL");
	return weir_extend(source, &filter_when_class, &(struct filter_when_config){ project, context });
}
