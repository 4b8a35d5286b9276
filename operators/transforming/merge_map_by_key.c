/* merge_map_by_key: observables of different keys at once, of one key one after the other. See weir/transforming.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/keyed_queue.h"
#include "kit/lanes.h"

enum {
	MERGE_MAP_BY_KEY_WAITING = 64,
};

struct merge_map_by_key_config {
	weir_mapper key;
	weir_project project;
	void *context;
	uint64_t concurrency;
	size_t waiting;
};

struct merge_map_by_key {
	struct weir_lanes lanes;
	struct weir_keyed_queue queue;
	uint64_t asked;
	bool starting;
};

static void merge_map_by_key_ask(struct merge_map_by_key *self)
{
	const struct merge_map_by_key_config *config = self->lanes.node.config;
	uint64_t taken = self->asked + self->queue.count;
	uint64_t more = taken < config->waiting ? config->waiting - taken : 0;

	self->asked += more;
	weir_request_upstream(&self->lanes.node, more);
}

/* On a flat stack: what ends at once makes room for the next, which the loop that runs already sees. */
static void merge_map_by_key_start_runs(struct merge_map_by_key *self)
{
	struct weir_node *node = &self->lanes.node;
	const struct merge_map_by_key_config *config = node->config;
	struct weir_keyed_line *line = NULL;
	weir_value value;

	if (self->starting)
		return;
	self->starting = true;
	while (weir_is_open(node) && self->lanes.count < config->concurrency &&
		(line = weir_keyed_queue_take(&self->queue, &value)) != NULL) {
		weir_observable *observable = config->project(value, config->context);

		weir_release(value);
		weir_lanes_open(&self->lanes, observable, false, line);
		self->lanes.waiting = self->queue.count;
	}
	self->starting = false;
	if (weir_is_open(node))
		merge_map_by_key_ask(self);
}

static struct weir_lane *merge_map_by_key_pick(struct weir_lanes *lanes)
{
	return WEIR_CONTAINER_OF(lanes->ready.next, struct weir_lane, ready_link);
}

static void merge_map_by_key_closed(struct weir_lanes *lanes, struct weir_lane *lane)
{
	struct merge_map_by_key *self = WEIR_CONTAINER_OF(lanes, struct merge_map_by_key, lanes);

	weir_keyed_queue_return(&self->queue, lane->context);
	merge_map_by_key_start_runs(self);
}

static const struct weir_lanes_class merge_map_by_key_lanes = {
	.pick = merge_map_by_key_pick,
	.closed = merge_map_by_key_closed,
};

static void merge_map_by_key_start(struct weir_node *node)
{
	struct merge_map_by_key *self = WEIR_CONTAINER_OF(node, struct merge_map_by_key, lanes.node);

	weir_keyed_queue_init(&self->queue);
	weir_lanes_init(&self->lanes, node, &merge_map_by_key_lanes, WEIR_LANES_PREFETCH);
	merge_map_by_key_ask(self);
}

static void merge_map_by_key_next(struct weir_node *node, weir_value value)
{
	struct merge_map_by_key *self = WEIR_CONTAINER_OF(node, struct merge_map_by_key, lanes.node);
	const struct merge_map_by_key_config *config = node->config;
	weir_value key = config->key(value, config->context);

	if (weir_is_error(key) || !weir_is_open(node)) {
		weir_release(value);
		weir_emit_result(node, key);
		return;
	}
	self->asked--;
	if (weir_keyed_queue_push(&self->queue, key, value) != 0) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}
	self->lanes.waiting = self->queue.count;
	merge_map_by_key_start_runs(self);
}

static void merge_map_by_key_complete(struct weir_node *node)
{
	weir_lanes_source_completed(WEIR_CONTAINER_OF(node, struct weir_lanes, node));
}

static void merge_map_by_key_finish(struct weir_node *node)
{
	weir_keyed_queue_finish(&WEIR_CONTAINER_OF(node, struct merge_map_by_key, lanes.node)->queue);
}

static const struct weir_node_class merge_map_by_key_class = {
	.name = "merge_map_by_key",
	.size = sizeof(struct merge_map_by_key),
	.config_size = sizeof(struct merge_map_by_key_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = merge_map_by_key_start,
	.next = merge_map_by_key_next,
	.complete = merge_map_by_key_complete,
	.request = weir_lanes_request,
	.finish = merge_map_by_key_finish,
};

weir_observable *weir_merge_map_by_key(weir_observable *source, weir_mapper key, weir_project project, void *context,
	uint64_t concurrency, size_t waiting)
{
	if (key == NULL || project == NULL)
		return weir_reject(
			source, merge_map_by_key_class.name, "the %s is NULL", key == NULL ? "key" : "projection");
	return weir_extend(source, &merge_map_by_key_class,
		&(struct merge_map_by_key_config){ key, project, context,
			concurrency > 0 ? concurrency : WEIR_UNBOUNDED,
			waiting > 0 ? waiting : MERGE_MAP_BY_KEY_WAITING });
}
