/* Sources that do what marbles say. See weir/testing.h. */
#include <errno.h>
#include <string.h>

#include "base/allocator.h"
#include "base/ring.h"
#include "core/subscription.h"
#include "testing/test.h"

struct source_config {
	struct weir_test_source *source;
};

/* One subscription of a source. */
struct source_node {
	struct weir_node node;
	struct weir_test_source *source;
	size_t log_index;
	struct weir_ring held; /* const struct weir_marble *: what nobody has asked for yet */
	bool draining;
	struct weir_timer *timers; /* cold: one per message */
	struct weir_link link; /* hot: in the source's listeners, in order of `serial` */
	uint64_t serial;
};

static struct source_node *self_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct source_node, node);
}

static const struct weir_test_source *source_of(const struct weir_node *node)
{
	return ((const struct source_config *)node->config)->source;
}

static void source_emit(struct weir_node *node, const struct weir_marble *marble)
{
	switch (marble->type) {
	case WEIR_MARBLE_NEXT:
		weir_emit_next(node, weir_retain(marble->value));
		break;
	case WEIR_MARBLE_ERROR:
		weir_emit_error(node, weir_error_ref(weir_as_error(marble->value)));
		break;
	default:
		weir_emit_complete(node);
		break;
	}
}

/* The order of the marbles stays, whatever the demand. */
static void source_drain(struct weir_node *node)
{
	struct source_node *self = self_of(node);

	if (self->draining)
		return;
	self->draining = true;
	while (weir_is_open(node) && self->held.count > 0) {
		const struct weir_marble *marble = *(const struct weir_marble **)weir_ring_at(&self->held, 0);

		if (marble->type == WEIR_MARBLE_NEXT && node->demand == 0)
			break;
		weir_ring_pop(&self->held);
		source_emit(node, marble);
	}
	self->draining = false;
}

static void source_deliver(struct weir_node *node, const struct weir_marble *marble)
{
	struct source_node *self = self_of(node);
	const struct weir_marble **room = weir_ring_push(&self->held);

	if (room == NULL) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}
	*room = marble;
	source_drain(node);
}

/* A row in the source's log. False without memory. */
static bool source_log(struct source_node *self)
{
	struct weir_test_source *source = self->source;

	if (source->log_count == source->log_capacity) {
		size_t capacity = source->log_capacity == 0 ? 8 : source->log_capacity * 2;
		struct weir_test_subscription *log = weir_reallocate(source->log, capacity * sizeof *log);

		if (log == NULL)
			return false;
		source->log = log;
		source->log_capacity = capacity;
	}
	self->log_index = source->log_count++;
	source->log[self->log_index] =
		(struct weir_test_subscription){ weir_loop_now(weir_node_loop(&self->node)), -1 };
	return true;
}

/* What both kinds begin with. False without memory: the node has failed then. */
static bool source_begin(struct weir_node *node)
{
	struct source_node *self = self_of(node);

	self->source = ((const struct source_config *)node->config)->source;
	weir_ring_init(&self->held, sizeof(const struct weir_marble *));
	weir_link_init(&self->link);
	if (source_log(self))
		return true;
	self->source = NULL;
	weir_emit_failure(node, ENOMEM, "out of memory");
	return false;
}

static void source_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	source_drain(node);
}

static void source_finish(struct weir_node *node)
{
	struct source_node *self = self_of(node);

	if (self->source == NULL)
		return;
	if (!self->source->test->is_over)
		self->source->log[self->log_index].released = weir_loop_now(weir_node_loop(node));
	weir_list_remove(&self->link);
	weir_ring_finish(&self->held);
	weir_deallocate(self->timers);
}

static void cold_expired(struct weir_timer *timer)
{
	struct source_node *self = timer->context;

	source_deliver(&self->node, &self->source->marbles.items[timer - self->timers]);
}

static void cold_start(struct weir_node *node)
{
	struct source_node *self = self_of(node);
	const struct weir_marbles *marbles = &source_of(node)->marbles;

	if (!source_begin(node) || marbles->count == 0)
		return;
	self->timers = weir_allocate(marbles->count * sizeof *self->timers);
	if (self->timers == NULL) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}
	for (size_t index = 0; index < marbles->count; index++) {
		weir_timer_init(&self->timers[index], node, cold_expired);
		self->timers[index].context = self;
		weir_timer_start(&self->timers[index], marbles->items[index].time);
	}
}

static const struct weir_node_class cold_class = {
	.name = "weir_test_cold",
	.size = sizeof(struct source_node),
	.config_size = sizeof(struct source_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = cold_start,
	.request = source_request,
	.finish = source_finish,
};

/* To all that listened when it began; the list may change while it goes round. */
static void hot_happens(struct weir_test_source *source, const struct weir_marble *marble)
{
	uint64_t newest = source->last_serial;
	uint64_t done = 0;
	struct weir_link *link = source->listeners.next;

	while (link != &source->listeners) {
		struct source_node *self = WEIR_CONTAINER_OF(link, struct source_node, link);
		struct weir_subscription *subscription = self->node.subscription;

		if (self->serial <= done) {
			link = link->next;
			continue;
		}
		if (self->serial > newest)
			break;
		done = self->serial;
		weir_enter(subscription);
		source_deliver(&self->node, marble);
		weir_leave(subscription);
		link = source->listeners.next;
	}
}

static void hot_expired(struct weir_timer *timer)
{
	struct weir_test_source *source = timer->context;
	const struct weir_marble *marble = &source->marbles.items[timer - source->timers];

	source->happened = (size_t)(timer - source->timers) + 1;
	hot_happens(source, marble);
}

static void hot_start(struct weir_node *node)
{
	struct source_node *self = self_of(node);

	if (!source_begin(node))
		return;

	struct weir_test_source *source = self->source;

	if (source->happened > 0 && source->marbles.items[source->happened - 1].type != WEIR_MARBLE_NEXT) {
		source_emit(node, &source->marbles.items[source->happened - 1]);
		return;
	}
	self->serial = ++source->last_serial;
	weir_list_append(&source->listeners, &self->link);
}

static const struct weir_node_class hot_class = {
	.name = "weir_test_hot",
	.size = sizeof(struct source_node),
	.config_size = sizeof(struct source_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = hot_start,
	.request = source_request,
	.finish = source_finish,
};

void weir_test_start_sources(weir_test *test)
{
	for (struct weir_test_source *source = test->sources; source != NULL; source = source->next) {
		if (source->timers == NULL)
			continue;
		for (size_t index = 0; index < source->marbles.count; index++) {
			if (source->marbles.items[index].time < 0) {
				source->happened = index + 1;
				continue;
			}
			weir_timer_init_on(&source->timers[index], test->loop, hot_expired);
			source->timers[index].context = source;
			weir_timer_start(&source->timers[index], source->marbles.items[index].time);
		}
	}
}

void weir_test_stop_source(struct weir_test_source *source)
{
	for (size_t index = 0; source->timers != NULL && index < source->marbles.count; index++)
		weir_timer_stop(&source->timers[index]);
}

void weir_test_source_free(struct weir_test_source *source)
{
	weir_unref(source->observable);
	weir_deallocate(source->timers);
	weir_deallocate(source->log);
	weir_deallocate(source->text);
	weir_marbles_finish(&source->marbles);
	weir_marbles_finish(&source->expected);
	weir_deallocate(source);
}

static weir_observable *source_new(weir_test *test, const char *text, enum weir_marble_grammar grammar)
{
	struct weir_test_source *source = weir_allocate(sizeof *source);
	struct weir_test_source **last = &test->sources;

	if (source == NULL) {
		test->out_of_memory = true;
		return weir_reject(NULL, "weir_test", "out of memory");
	}
	*source = (struct weir_test_source){ .test = test };
	weir_link_init(&source->listeners);
	source->text = weir_test_copy(test, text != NULL ? text : "");
	while (*last != NULL)
		last = &(*last)->next;
	*last = source;
	if (!weir_test_parse(test, &source->marbles, text, grammar)) {
		source->observable = weir_reject(NULL, "weir_test", "malformed marbles");
	} else {
		if (grammar == WEIR_MARBLES_HOT && source->marbles.count > 0) {
			source->timers = weir_allocate(source->marbles.count * sizeof *source->timers);
			if (source->timers != NULL)
				memset(source->timers, 0, source->marbles.count * sizeof *source->timers);
			else
				test->out_of_memory = true;
		}
		source->observable = weir_create_source(
			grammar == WEIR_MARBLES_HOT ? &hot_class : &cold_class, &(struct source_config){ source });
	}
	return weir_ref(source->observable);
}

weir_observable *weir_test_cold(weir_test *test, const char *marbles)
{
	return source_new(test, marbles, WEIR_MARBLES_SOURCE);
}

weir_observable *weir_test_hot(weir_test *test, const char *marbles)
{
	if (test->has_run)
		weir_report_add(&test->report, "a hot source must be made before weir_test_run()\n");
	return source_new(test, marbles, WEIR_MARBLES_HOT);
}
