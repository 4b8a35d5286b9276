/* rate_limit: let each item pass when a limiter gives leave. See weir/demand.h. */
#include <errno.h>

#include <weir/demand.h>
#include <weir/operator.h>

#include "kit/turnstile.h"

struct rate_limit_config {
	weir_limiter *limiter;
	weir_cost cost; /* NULL: each item costs 1 */
	void *context;
};

struct rate_limit {
	struct weir_node node;
	struct weir_turnstile waiting;
	bool one_at_a_time;
	bool has_asked; /* for the one item */
	bool source_completed;
};

static void rate_limit_ask(struct rate_limit *self)
{
	if (!self->one_at_a_time || self->has_asked || self->node.demand == 0 ||
		!weir_turnstile_is_empty(&self->waiting))
		return;
	self->has_asked = true;
	weir_request_upstream(&self->node, 1);
}

static void rate_limit_on_passed(struct weir_turnstile *waiting, weir_value value)
{
	struct rate_limit *self = WEIR_CONTAINER_OF(waiting, struct rate_limit, waiting);

	weir_emit_next(&self->node, value);
	if (self->source_completed && weir_turnstile_is_empty(waiting))
		weir_emit_complete(&self->node);
	else
		rate_limit_ask(self);
}

static void rate_limit_start(struct weir_node *node)
{
	struct rate_limit *self = WEIR_CONTAINER_OF(node, struct rate_limit, node);
	const struct rate_limit_config *config = node->config;

	weir_turnstile_init(&self->waiting, node, config->limiter, rate_limit_on_passed);
	self->one_at_a_time = weir_limiter_get_options(config->limiter)->policy == WEIR_LIMITER_WAIT;
	if (weir_limiter_loop(config->limiter) != weir_node_loop(node))
		weir_emit_failure(node, EINVAL, "the limiter belongs to another loop");
}

static void rate_limit_refuse(struct weir_node *node, int reason, uint64_t cost, weir_value value)
{
	if (reason == -ECANCELED) {
		weir_drop(node, value);
		weir_request_replacement(node);
		return;
	}
	weir_release(value);
	if (reason == -EINVAL)
		weir_emit_failure(node, EINVAL, "an item costs %llu, which the limiter can never grant",
			(unsigned long long)cost);
	else
		weir_emit_failure(node, -reason, "%s",
			reason == -ENOMEM ? "out of memory" : "the limiter lets no more items wait");
}

static void rate_limit_next(struct weir_node *node, weir_value value)
{
	struct rate_limit *self = WEIR_CONTAINER_OF(node, struct rate_limit, node);
	const struct rate_limit_config *config = node->config;
	uint64_t cost = config->cost != NULL ? config->cost(value, config->context) : 1;
	int granted = weir_turnstile_enter(&self->waiting, value, cost);

	self->has_asked = false;
	if (granted < 0) {
		rate_limit_refuse(node, granted, cost, value);
	} else if (granted > 0) {
		weir_emit_next(node, value);
		rate_limit_ask(self);
	}
}

static void rate_limit_complete(struct weir_node *node)
{
	struct rate_limit *self = WEIR_CONTAINER_OF(node, struct rate_limit, node);

	self->source_completed = true;
	if (weir_turnstile_is_empty(&self->waiting))
		weir_emit_complete(node);
}

static void rate_limit_request(struct weir_node *node, uint64_t count)
{
	struct rate_limit *self = WEIR_CONTAINER_OF(node, struct rate_limit, node);

	if (self->one_at_a_time)
		rate_limit_ask(self);
	else
		weir_request_upstream(node, count);
}

static void rate_limit_config_destroy(void *config)
{
	weir_limiter_unref(((struct rate_limit_config *)config)->limiter);
}

static const struct weir_node_class rate_limit_class = {
	.name = "rate_limit",
	.size = sizeof(struct rate_limit),
	.config_size = sizeof(struct rate_limit_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = rate_limit_start,
	.next = rate_limit_next,
	.complete = rate_limit_complete,
	.request = rate_limit_request,
	.config_destroy = rate_limit_config_destroy,
};

static weir_observable *rate_limit_new(weir_observable *source, weir_limiter *limiter, weir_cost cost, void *context)
{
	if (limiter == NULL)
		return weir_reject(source, "rate_limit", "the limiter is NULL");
	return weir_extend(
		source, &rate_limit_class, &(struct rate_limit_config){ weir_limiter_ref(limiter), cost, context });
}

weir_observable *weir_rate_limit(weir_observable *source, weir_limiter *limiter)
{
	return rate_limit_new(source, limiter, NULL, NULL);
}

weir_observable *weir_rate_limit_by(weir_observable *source, weir_limiter *limiter, weir_cost cost, void *context)
{
	if (cost == NULL)
		return weir_reject(source, "rate_limit", "the cost function is NULL");
	return rate_limit_new(source, limiter, cost, context);
}
