/* window_count: the values in observables of a given number each. See weir/transforming.h. */
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/branches.h"

struct window_count_config {
	weir_observable *source;
	uint64_t size;
	uint64_t every;
	size_t waiting;
};

struct window_count {
	struct weir_branches branches;
	uint64_t until_close; /* values, of the oldest window */
	uint64_t until_open; /* values, of the next one */
};

static void window_count_open(struct weir_branches *branches)
{
	struct weir_branch *window = weir_branches_open(branches);

	if (window == NULL)
		return;
	weir_branches_emit(branches, window);
	weir_hub_unref(&window->hub);
}

static void window_count_next(struct weir_branches *branches, weir_value value)
{
	struct window_count *self = WEIR_CONTAINER_OF(branches, struct window_count, branches);
	const struct window_count_config *config = branches->config;

	weir_branches_next(branches, value);
	if (--self->until_close == 0) {
		self->until_close = config->every;
		if (!weir_list_is_empty(&branches->open))
			weir_branch_end(WEIR_CONTAINER_OF(branches->open.next, struct weir_branch, link), NULL);
	}
	if (--self->until_open == 0) {
		self->until_open = config->every;
		window_count_open(branches);
	}
}

static const struct weir_node_class window_class = {
	.name = "window_count",
	WEIR_LISTENER_SLOTS,
};

static const struct weir_branches_class window_count_branches = {
	.size = sizeof(struct window_count),
	.listener_class = &window_class,
	.next = window_count_next,
};

static void window_count_start(struct weir_node *node)
{
	const struct window_count_config *config = node->config;
	struct weir_branches *branches = weir_branches_new(node, &window_count_branches, config->waiting);
	struct window_count *self;

	if (branches == NULL)
		return;
	self = WEIR_CONTAINER_OF(branches, struct window_count, branches);
	self->until_close = config->size;
	self->until_open = config->every;
	window_count_open(branches);
	weir_branches_connect(branches, config->source);
}

static const struct weir_node_class window_count_class = {
	.name = "window_count",
	.size = sizeof(struct weir_branches_node),
	.config_size = sizeof(struct window_count_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = window_count_start,
	.request = weir_branches_request,
	.finish = weir_branches_finish,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct window_count_config, source) },
};

weir_observable *weir_window_count(weir_observable *source, uint64_t size, const weir_window_count_options *options)
{
	uint64_t every = options != NULL && options->every > 0 ? options->every : size;

	if (source == NULL)
		return weir_reject(NULL, "window_count", "the source is NULL");
	if (size == 0)
		return weir_reject(source, "window_count", "the size is 0; a window holds 1 value or more");
	return weir_create_source(&window_count_class,
		&(struct window_count_config){ source, size, every, options != NULL ? options->waiting : 0 });
}
