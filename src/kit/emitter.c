/* The handle by which a user's code emits. See kit/emitter.h. */
#include "kit/emitter.h"

#include <errno.h>

#include "base/allocator.h"
#include "core/loop.h"
#include "core/subscription.h"
#include "kit/queue.h"

enum {
	/* Items that may be emitted from inside one delivery: a loop that feeds itself ends there. */
	REENTRANT_MAX = 65536,
};

struct weir_emitter {
	uint32_t references; /* atomic */
	struct weir_node *node; /* NULL after the end */
	weir_loop *loop; /* held */
	struct weir_queue waiting; /* emitted from inside a delivery */
	uint32_t deliveries; /* running: they need the emitter until they return */
	uint32_t callbacks; /* of the user's, running: they need its context, too */
	bool is_busy; /* a delivery is running */
	bool is_closing; /* nothing more is taken: the end follows what waits */
	bool is_orphan; /* the node has let go: nobody needs it once all calls have returned */
	const char *stage;
	weir_error *error; /* how it ends: NULL for completion */
	void (*on_request)(weir_emitter *emitter, uint64_t count, void *context);
	void *on_request_context;
	void (*teardown)(void *context);
	void *teardown_context;
};

static weir_emitter *emitter_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_emitter_node, node)->emitter;
}

weir_emitter *weir_emitter_attach(struct weir_node *node)
{
	weir_emitter *emitter = weir_allocate(sizeof *emitter);

	if (emitter == NULL) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return NULL;
	}
	*emitter = (weir_emitter){ .references = 1,
		.node = node,
		.loop = weir_loop_ref(weir_node_loop(node)),
		.stage = node->node_class->name };
	weir_queue_init(&emitter->waiting, REENTRANT_MAX);
	WEIR_CONTAINER_OF(node, struct weir_emitter_node, node)->emitter = emitter;
	return emitter;
}

weir_emitter *weir_emitter_ref(weir_emitter *emitter)
{
	__atomic_fetch_add(&emitter->references, 1, __ATOMIC_RELAXED);
	return emitter;
}

void weir_emitter_unref(weir_emitter *emitter)
{
	if (emitter == NULL || __atomic_fetch_sub(&emitter->references, 1, __ATOMIC_ACQ_REL) > 1)
		return;
	weir_loop_unref(emitter->loop);
	weir_deallocate(emitter);
}

static void let_go(weir_emitter *emitter)
{
	if (!emitter->is_orphan || emitter->callbacks > 0)
		return;
	emitter->callbacks++;
	while (emitter->teardown != NULL) {
		void (*teardown)(void *) = emitter->teardown;

		emitter->teardown = NULL;
		teardown(emitter->teardown_context);
	}
	emitter->callbacks--;
	if (emitter->deliveries == 0)
		weir_emitter_unref(emitter);
}

void weir_emitter_enter(weir_emitter *emitter)
{
	emitter->callbacks++;
}

void weir_emitter_leave(weir_emitter *emitter)
{
	emitter->callbacks--;
	let_go(emitter);
}

void weir_emitter_node_request(struct weir_node *node, uint64_t count)
{
	weir_emitter *emitter = emitter_of(node);

	if (emitter->on_request == NULL)
		return;
	weir_emitter_enter(emitter);
	emitter->on_request(emitter, count, emitter->on_request_context);
	weir_emitter_leave(emitter);
}

/* It came too late. */
static void report_dropped(const weir_emitter *emitter, weir_value value)
{
	if (!emitter->loop->is_freed)
		weir_loop_report_dropped(emitter->loop, emitter->stage, value);
	weir_release(value);
}

void weir_emitter_node_finish(struct weir_node *node)
{
	weir_emitter *emitter = emitter_of(node);

	if (emitter == NULL)
		return;
	emitter->node = NULL;
	while (weir_queue_count(&emitter->waiting) > 0)
		report_dropped(emitter, weir_queue_pop(&emitter->waiting));
	weir_queue_finish(&emitter->waiting);
	if (emitter->error != NULL)
		report_dropped(emitter, weir_error_value(emitter->error));
	emitter->error = NULL;
	emitter->is_orphan = true;
	let_go(emitter);
}

void weir_emitter_on_request(
	weir_emitter *emitter, void (*on_request)(weir_emitter *emitter, uint64_t count, void *context), void *context)
{
	emitter->on_request = on_request;
	emitter->on_request_context = context;
}

void weir_emitter_on_end(weir_emitter *emitter, void (*teardown)(void *context), void *context)
{
	if (emitter->node == NULL && emitter->callbacks == 0 && teardown != NULL) {
		teardown(context);
		return;
	}
	emitter->teardown = teardown;
	emitter->teardown_context = context;
}

uint64_t weir_emitter_demand(const weir_emitter *emitter)
{
	uint64_t demand = emitter->node != NULL && !emitter->is_closing ? emitter->node->demand : 0;
	size_t waiting = weir_queue_count(&emitter->waiting);

	if (demand == WEIR_UNBOUNDED)
		return demand;
	return demand > waiting ? demand - waiting : 0;
}

bool weir_emitter_is_open(const weir_emitter *emitter)
{
	return emitter->node != NULL && !emitter->is_closing;
}

weir_loop *weir_emitter_loop(const weir_emitter *emitter)
{
	return emitter->loop;
}

/* Around everything that is emitted: what is emitted meanwhile comes after it. */

static struct weir_subscription *begin(weir_emitter *emitter)
{
	struct weir_subscription *subscription = emitter->node->subscription;

	weir_loop_check_thread(emitter->loop, "weir_emitter_next, _error or _complete");
	weir_enter(subscription);
	emitter->deliveries++;
	emitter->is_busy = true;
	return subscription;
}

static void end(weir_emitter *emitter, struct weir_subscription *subscription)
{
	while (emitter->node != NULL && weir_queue_count(&emitter->waiting) > 0)
		weir_emit_next(emitter->node, weir_queue_pop(&emitter->waiting));
	if (emitter->node != NULL && emitter->is_closing) {
		weir_error *error = emitter->error;

		emitter->error = NULL;
		if (error != NULL)
			weir_emit_error(emitter->node, error);
		else
			weir_emit_complete(emitter->node);
	}
	emitter->is_busy = false;
	weir_leave(subscription);
	emitter->deliveries--;
	let_go(emitter);
}

/* What finds no room may not be missing in silence: the subscription fails behind what waits. */
static int push_waiting(weir_emitter *emitter, weir_value value)
{
	int result = weir_queue_push(&emitter->waiting, value);

	if (result < 0) {
		report_dropped(emitter, value);
		emitter->is_closing = true;
		emitter->error = weir_node_error(emitter->node, -result,
			"no room for an item emitted from inside the delivery of another, with %zu waiting",
			weir_queue_count(&emitter->waiting));
	}
	return result;
}

int weir_emitter_next(weir_emitter *emitter, weir_value value)
{
	struct weir_subscription *subscription;
	bool was_asked_for;

	if (WEIR_UNLIKELY(weir_is_error(value)))
		return weir_emitter_error(emitter, weir_as_error(value));
	if (WEIR_UNLIKELY(!weir_emitter_is_open(emitter))) {
		report_dropped(emitter, value);
		return -WEIR_ECLOSED;
	}
	if (emitter->is_busy)
		return push_waiting(emitter, value);
	was_asked_for = emitter->node->demand > 0;
	subscription = begin(emitter);
	weir_emit_next(emitter->node, value);
	end(emitter, subscription);
	return was_asked_for ? 0 : -WEIR_EDEMAND;
}

static int close_with(weir_emitter *emitter, weir_error *error)
{
	if (!weir_emitter_is_open(emitter)) {
		if (error != NULL)
			report_dropped(emitter, weir_error_value(error));
		return -WEIR_ECLOSED;
	}
	emitter->is_closing = true;
	emitter->error = error;
	if (!emitter->is_busy)
		end(emitter, begin(emitter));
	return 0;
}

int weir_emitter_error(weir_emitter *emitter, weir_error *error)
{
	return close_with(emitter, error);
}

int weir_emitter_complete(weir_emitter *emitter)
{
	return close_with(emitter, NULL);
}

/* From other threads */

struct posted {
	weir_emitter *emitter; /* held */
	weir_value value; /* or the error */
	bool completes;
};

static void posted_work(void *context)
{
	struct posted *posted = context;
	weir_emitter *emitter = posted->emitter;

	if (posted->completes)
		weir_emitter_complete(emitter);
	else
		weir_emitter_next(emitter, posted->value);
	weir_deallocate(posted);
	weir_emitter_unref(emitter);
}

/* The loop is being freed: everything has ended. */
static void posted_drop(void *context)
{
	posted_work(context);
}

static int post(weir_emitter *emitter, weir_value value, bool completes)
{
	struct posted *posted = weir_allocate(sizeof *posted);
	int result = -ENOMEM;

	if (posted != NULL) {
		weir_value_share(value);
		*posted = (struct posted){ weir_emitter_ref(emitter), value, completes };
		result = weir_loop_post_or_drop(emitter->loop, posted_work, posted_drop, posted);
	}
	if (result < 0) {
		weir_release(value);
		if (posted != NULL)
			weir_emitter_unref(emitter);
		weir_deallocate(posted);
	}
	return result;
}

int weir_emitter_next_from_any_thread(weir_emitter *emitter, weir_value value)
{
	return post(emitter, value, false);
}

int weir_emitter_error_from_any_thread(weir_emitter *emitter, weir_error *error)
{
	return post(emitter, weir_error_value(error), false);
}

int weir_emitter_complete_from_any_thread(weir_emitter *emitter)
{
	return post(emitter, weir_nil(), true);
}
