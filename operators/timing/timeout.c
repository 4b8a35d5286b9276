/* timeout: fail, or go on with another observable, when items do not come in time. See weir/timing.h. */
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/duration_text.h"
#include "kit/inner.h"
#include "kit/watchdog.h"

struct timeout {
	struct weir_node node;
	struct weir_inner fallback;
	struct weir_watchdog item;
	struct weir_watchdog total;
	unsigned long long items;
	bool is_idle; /* nothing is requested, so nothing is late */
};

static weir_time timeout_after(const struct weir_node *node, weir_duration limit)
{
	return limit > 0 ? weir_time_after(weir_loop_now(weir_node_loop(node)), limit) : WEIR_FOREVER;
}

static weir_duration timeout_item_limit(const struct timeout *self)
{
	const struct weir_timeout_options *options = self->node.config;

	return self->items == 0 && options->first > 0 ? options->first : options->each;
}

static void timeout_expect_item(struct timeout *self)
{
	weir_watchdog_set(&self->item, timeout_after(&self->node, self->is_idle ? 0 : timeout_item_limit(self)));
}

/* False when there is no fallback, or nobody to see it. */
static bool timeout_fall_back(struct timeout *self)
{
	const struct weir_timeout_options *options = self->node.config;

	weir_watchdog_set(&self->item, WEIR_FOREVER);
	weir_watchdog_set(&self->total, WEIR_FOREVER);
	self->is_idle = false;
	weir_cancel_upstream(&self->node);
	if (options->fallback != NULL)
		weir_inner_switch_to_borrowed(&self->fallback, options->fallback);
	else if (options->project != NULL && weir_is_open(&self->node))
		weir_inner_switch_to(&self->fallback, options->project(weir_uint(self->items), options->context));
	return options->fallback != NULL || options->project != NULL;
}

static void timeout_on_item_late(struct weir_watchdog *watchdog)
{
	struct timeout *self = WEIR_CONTAINER_OF(watchdog, struct timeout, item);
	const struct weir_timeout_options *options = self->node.config;

	if (!timeout_fall_back(self))
		weir_emit_failure(&self->node, WEIR_ETIMEOUT, "%s: no item within %s, after %llu items",
			self->items == 0 && options->first > 0 ? "first" : "each",
			weir_duration_text(timeout_item_limit(self)).text, self->items);
}

static void timeout_on_total_late(struct weir_watchdog *watchdog)
{
	struct timeout *self = WEIR_CONTAINER_OF(watchdog, struct timeout, total);
	const struct weir_timeout_options *options = self->node.config;

	if (!timeout_fall_back(self))
		weir_emit_failure(&self->node, WEIR_ETIMEOUT, "total: not complete within %s, after %llu items",
			weir_duration_text(options->total).text, self->items);
}

static const struct weir_inner_class timeout_fallback = {
	.complete = weir_inner_complete_owner,
};

static void timeout_start(struct weir_node *node)
{
	struct timeout *self = WEIR_CONTAINER_OF(node, struct timeout, node);
	const struct weir_timeout_options *options = node->config;

	weir_inner_init(&self->fallback, node, &timeout_fallback);
	weir_watchdog_init(&self->item, node, timeout_on_item_late);
	weir_watchdog_init(&self->total, node, timeout_on_total_late);
	weir_watchdog_set(&self->total, timeout_after(node, options->total));
	self->is_idle = true;
}

static void timeout_next(struct weir_node *node, weir_value value)
{
	struct timeout *self = WEIR_CONTAINER_OF(node, struct timeout, node);

	self->items++;
	self->is_idle = node->demand == 1;
	timeout_expect_item(self);
	weir_emit_next(node, value);
}

static void timeout_request(struct weir_node *node, uint64_t count)
{
	struct timeout *self = WEIR_CONTAINER_OF(node, struct timeout, node);

	if (self->is_idle) {
		self->is_idle = false;
		timeout_expect_item(self);
	}
	/* One of them has gone, or has not come yet. */
	weir_request_upstream(node, count);
	weir_inner_request(&self->fallback, count);
}

static const struct weir_node_class timeout_class = {
	.name = "timeout",
	.size = sizeof(struct timeout),
	.config_size = sizeof(struct weir_timeout_options),
	.demand = WEIR_DEMAND_COUNTED,
	.start = timeout_start,
	.next = timeout_next,
	.request = timeout_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_timeout_options, fallback) },
};

weir_observable *weir_timeout(weir_observable *source, const struct weir_timeout_options *options)
{
	struct weir_timeout_options given = options != NULL ? *options : (struct weir_timeout_options){ 0 };

	if (given.first >= 0 && given.each >= 0 && given.total >= 0 && (given.first | given.each | given.total) != 0)
		return weir_extend(source, &timeout_class, &given);
	weir_unref(given.fallback);
	return weir_reject(source, "timeout",
		"first is %lld ns, each %lld ns, total %lld ns; none may be negative, one must be set",
		(long long)given.first, (long long)given.each, (long long)given.total);
}
