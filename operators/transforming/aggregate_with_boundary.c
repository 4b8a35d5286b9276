/* aggregate_with_boundary: folds that end when their value or a clock says so. See weir/transforming.h. */
#include <errno.h>

#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/batches.h"
#include "kit/failed.h"

struct aggregate {
	struct weir_batches batches;
	weir_value value;
};

static struct aggregate *aggregate_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct aggregate, batches.node);
}

static weir_value aggregate_harvest(struct weir_batches *batches)
{
	struct aggregate *self = WEIR_CONTAINER_OF(batches, struct aggregate, batches);
	const weir_aggregate_options *options = batches->node.config;
	weir_value value = self->value;
	weir_value harvested;

	self->value = weir_nil();
	if (options->harvest == NULL)
		return value;
	harvested = options->harvest(value, options->context);
	weir_release(value);
	return harvested;
}

static int aggregate_is_due(struct weir_batches *batches)
{
	const weir_aggregate_options *options = batches->node.config;
	weir_value value = weir_retain(aggregate_of(&batches->node)->value);
	int verdict = options->is_due != NULL ? options->is_due(value, options->context) : 1;

	weir_release(value);
	return verdict;
}

static const struct weir_batches_class aggregate_batches = {
	.harvest = aggregate_harvest,
	.is_due = aggregate_is_due,
};

static void aggregate_start(struct weir_node *node)
{
	const weir_aggregate_options *options = node->config;

	weir_batches_init(&aggregate_of(node)->batches, node, &aggregate_batches, options->interval);
}

/* While a callback borrows a value `finish` must not release it: the callback may cancel. */
static void aggregate_next(struct weir_node *node, weir_value value)
{
	struct aggregate *self = aggregate_of(node);
	const weir_aggregate_options *options = node->config;
	weir_value before = weir_nil();
	weir_value after;
	int is_complete = 0;

	if (!weir_batches_begin(&self->batches, false)) {
		weir_release(value);
		return;
	}
	if (self->batches.has_content) {
		before = self->value;
		self->value = weir_nil();
	} else {
		before = weir_retain(options->seed);
	}
	after = options->accumulator(before, value, options->context);
	weir_release(before);
	weir_release(value);
	if (!weir_is_error(after) && options->is_complete != NULL)
		is_complete = options->is_complete(after, options->context);
	if (weir_is_error(after)) {
		weir_emit_failed_value(node, after);
	} else if (!weir_is_open(node)) {
		weir_release(after);
	} else if (is_complete < 0) {
		weir_release(after);
		weir_emit_failure(node, -is_complete, "the predicate failed");
	} else {
		self->value = after;
		weir_batches_added(&self->batches, is_complete > 0);
	}
}

static void aggregate_finish(struct weir_node *node)
{
	weir_batches_finish(&aggregate_of(node)->batches);
	weir_release(aggregate_of(node)->value);
}

static const struct weir_node_class aggregate_class = {
	.name = "aggregate_with_boundary",
	.size = sizeof(struct aggregate),
	.config_size = sizeof(weir_aggregate_options),
	.demand = WEIR_DEMAND_COUNTED,
	.start = aggregate_start,
	.next = aggregate_next,
	.complete = weir_batches_complete,
	.request = weir_batches_request,
	.finish = aggregate_finish,
	.config_holds = { WEIR_HOLDS_VALUE(weir_aggregate_options, seed) },
};

weir_observable *weir_aggregate_with_boundary(weir_observable *source, const weir_aggregate_options *options)
{
	weir_aggregate_options given;

	if (options == NULL || options->accumulator == NULL)
		return weir_reject(source, "aggregate_with_boundary", "the accumulator is NULL");
	given = *options;
	if (weir_is_error(given.seed))
		return weir_failed(source, weir_retain(given.seed));
	if (given.interval < 0)
		return weir_reject(source, "aggregate_with_boundary",
			"the interval is %lld ns; it must not be negative", (long long)given.interval);
	weir_retain(given.seed);
	return weir_extend(source, &aggregate_class, &given);
}
