/* keep_alive: an item of its own when the source has been silent for too long. See weir/timing.h. */
#include <errno.h>

#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/timing.h>

#include "kit/drain.h"
#include "kit/watchdog.h"

struct keep_alive_config {
	weir_duration span;
	weir_value (*make)(void *context);
	void *context;
};

struct keep_alive {
	struct weir_node node;
	struct weir_drain waiting; /* the item whose demand an injected one has used up */
	struct weir_watchdog silence;
	uint64_t asked; /* of the source, and has not come: 0, 1, or WEIR_UNBOUNDED */
	bool is_overdue; /* the span has passed while nothing was requested */
};

static void keep_alive_expect(struct keep_alive *self)
{
	const struct keep_alive_config *config = self->node.config;

	self->is_overdue = false;
	weir_watchdog_set(&self->silence, weir_time_after(weir_loop_now(weir_node_loop(&self->node)), config->span));
}

/* One item at a time, so that at most one has to wait. */
static void keep_alive_ask(struct keep_alive *self)
{
	uint64_t wanted = self->node.demand == WEIR_UNBOUNDED ? WEIR_UNBOUNDED : self->node.demand > 0;

	if (self->asked >= wanted)
		return;
	self->asked = wanted;
	weir_request_upstream(&self->node, wanted);
}

static void keep_alive_inject(struct keep_alive *self)
{
	const struct keep_alive_config *config = self->node.config;

	keep_alive_expect(self);
	weir_emit_result(&self->node, config->make(config->context));
}

static void keep_alive_on_silence(struct weir_watchdog *silence)
{
	struct keep_alive *self = WEIR_CONTAINER_OF(silence, struct keep_alive, silence);

	if (self->node.demand > 0)
		keep_alive_inject(self);
	else
		self->is_overdue = true;
}

static void keep_alive_start(struct weir_node *node)
{
	struct keep_alive *self = WEIR_CONTAINER_OF(node, struct keep_alive, node);

	weir_drain_init(&self->waiting, node, 0);
	weir_watchdog_init(&self->silence, node, keep_alive_on_silence);
	keep_alive_expect(self);
}

static void keep_alive_next(struct weir_node *node, weir_value value)
{
	struct keep_alive *self = WEIR_CONTAINER_OF(node, struct keep_alive, node);

	if (self->asked != WEIR_UNBOUNDED)
		self->asked = 0;
	keep_alive_expect(self);
	if (weir_drain_push(&self->waiting, value) < 0) {
		weir_release(value);
		weir_emit_failure(node, ENOMEM, "out of memory");
	} else {
		keep_alive_ask(self);
	}
}

static void keep_alive_error(struct weir_node *node, weir_error *error)
{
	weir_drain_drop(&WEIR_CONTAINER_OF(node, struct keep_alive, node)->waiting);
	weir_emit_error(node, error);
}

static void keep_alive_complete(struct weir_node *node)
{
	struct keep_alive *self = WEIR_CONTAINER_OF(node, struct keep_alive, node);

	weir_watchdog_set(&self->silence, WEIR_FOREVER);
	self->is_overdue = false;
	weir_drain_complete(&self->waiting);
}

/* What waits goes first: it ends the silence. */
static void keep_alive_request(struct weir_node *node, uint64_t count)
{
	struct keep_alive *self = WEIR_CONTAINER_OF(node, struct keep_alive, node);

	(void)count;
	if (weir_queue_count(&self->waiting.queue) > 0)
		keep_alive_expect(self);
	weir_drain_run(&self->waiting);
	keep_alive_ask(self);
	if (self->is_overdue && node->demand > 0)
		keep_alive_inject(self);
}

static const struct weir_node_class keep_alive_class = {
	.name = "keep_alive",
	.size = sizeof(struct keep_alive),
	.config_size = sizeof(struct keep_alive_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = keep_alive_start,
	.next = keep_alive_next,
	.error = keep_alive_error,
	.complete = keep_alive_complete,
	.request = keep_alive_request,
};

weir_observable *weir_keep_alive(
	weir_observable *source, weir_duration span, weir_value (*make)(void *context), void *context)
{
	if (span <= 0)
		return weir_reject(
			source, "keep_alive", "the span is %lld ns; it must be more than 0", (long long)span);
	if (make == NULL)
		return weir_reject(source, "keep_alive", "the callback is NULL");
	return weir_extend(source, &keep_alive_class, &(struct keep_alive_config){ span, make, context });
}
