/* Calls on worker threads. See kit/calls.h. */
#include "kit/calls.h"

#include <weir/memory.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/loop.h"
#include "core/subscription.h"

struct call {
	struct weir_job job;
	struct weir_post post; /* back to the loop */
	struct weir_link link;
	struct weir_calls *calls; /* NULL: the node has gone. The loop's own */
	weir_loop *loop;
	weir_observable *recipe;
	weir_mapper function;
	void *context;
	weir_value value; /* the argument, then the result */
	bool is_cancelled; /* set by the loop, looked at by the worker */
	bool has_returned;
};

static void call_free(struct call *call)
{
	weir_list_remove(&call->link);
	weir_release(call->value);
	weir_unref(call->recipe);
	weir_loop_unref(call->loop);
	weir_pool_return(call, sizeof *call);
}

/* From the worker to the loop; when that has been freed nobody waits for it. */
static void call_return(struct call *call, weir_value result)
{
	weir_value argument = call->value;

	weir_value_share(result);
	call->value = result;
	weir_release(argument);
	if (weir_loop_post_embedded(call->loop, &call->post) < 0) {
		call_free(call);
		/* A worker has no use for blocks of pipelines: its free lists would only keep them. */
		weir_memory_trim();
	}
}

static void call_work(struct weir_job *job)
{
	struct call *call = WEIR_CONTAINER_OF(job, struct call, job);
	bool is_cancelled = __atomic_load_n(&call->is_cancelled, __ATOMIC_RELAXED);

	call_return(call, is_cancelled ? weir_nil() : call->function(call->value, call->context));
}

static void call_drop(struct weir_job *job)
{
	call_return(
		WEIR_CONTAINER_OF(job, struct call, job), weir_fail(WEIR_ECLOSED, "the worker pool has been freed"));
}

static void ask(struct weir_calls *calls)
{
	uint64_t may_begin = calls->node.demand < calls->limit ? calls->node.demand : calls->limit;
	uint64_t begun = calls->asked + calls->count;

	if (may_begin <= begun || calls->source_completed)
		return;
	calls->asked += may_begin - begun;
	weir_request_upstream(&calls->node, may_begin - begun);
}

static void emit_result(struct weir_calls *calls, struct call *call)
{
	weir_value result = call->value;

	call->value = weir_nil();
	call_free(call);
	calls->count--;
	weir_emit_result(&calls->node, result);
}

static void emit_results(struct weir_calls *calls, struct call *call)
{
	if (!calls->is_ordered)
		emit_result(calls, call);
	while (calls->is_ordered && weir_is_open(&calls->node) && !weir_list_is_empty(&calls->calls)) {
		struct call *oldest = WEIR_CONTAINER_OF(calls->calls.next, struct call, link);

		if (!oldest->has_returned)
			break;
		emit_result(calls, oldest);
	}
	if (!weir_is_open(&calls->node))
		return;
	if (calls->source_completed && calls->count == 0)
		weir_emit_complete(&calls->node);
	else
		ask(calls);
}

static void call_on_returned(void *context)
{
	struct call *call = context;
	struct weir_calls *calls = call->calls;

	weir_loop_release(call->loop);
	if (calls == NULL) {
		call_free(call);
		return;
	}

	struct weir_subscription *subscription = calls->node.subscription;

	weir_enter(subscription);
	call->has_returned = true;
	emit_results(calls, call);
	weir_leave(subscription);
}

/* The loop is freed; the node has gone before. */
static void call_on_lost(void *context)
{
	call_free(context);
}

static void calls_stop(struct weir_resource *resource)
{
	struct weir_calls *calls = WEIR_CONTAINER_OF(resource, struct weir_calls, resource);

	while (!weir_list_is_empty(&calls->calls)) {
		struct call *call = WEIR_CONTAINER_OF(calls->calls.next, struct call, link);

		weir_list_remove(&call->link);
		call->calls = NULL;
		if (call->has_returned)
			call_free(call);
		else
			__atomic_store_n(&call->is_cancelled, true, __ATOMIC_RELAXED);
	}
}

void weir_calls_init(struct weir_node *node, weir_worker_pool *pool, weir_mapper function, void *context,
	uint64_t limit, bool is_ordered)
{
	struct weir_calls *calls = WEIR_CONTAINER_OF(node, struct weir_calls, node);

	calls->pool = pool;
	calls->function = function;
	calls->context = context;
	calls->limit = limit;
	calls->is_ordered = is_ordered;
	weir_link_init(&calls->calls);
	weir_attach(node, &calls->resource, calls_stop);
}

/* Consumes `value`. NULL without memory. */
static struct call *call_new(struct weir_calls *calls, weir_value value)
{
	struct call *call = weir_pool_take(sizeof *call);
	const void *recipe = (const char *)calls->node.config - offsetof(struct weir_observable, config);

	if (call == NULL) {
		weir_release(value);
		return NULL;
	}
	*call = (struct call){
		.job = { .work = call_work, .drop = call_drop },
		.post = { .work = call_on_returned, .drop = call_on_lost, .context = call, .is_embedded = true },
		.calls = calls,
		.loop = weir_loop_ref(weir_node_loop(&calls->node)),
		.recipe = weir_ref((weir_observable *)recipe),
		.function = calls->function,
		.context = calls->context,
		.value = value,
	};
	weir_link_init(&call->link);
	return call;
}

void weir_calls_next(struct weir_node *node, weir_value value)
{
	struct weir_calls *calls = WEIR_CONTAINER_OF(node, struct weir_calls, node);

	calls->asked--;
	weir_value_share(value);

	struct call *call = call_new(calls, value);

	if (call == NULL) {
		weir_emit_error(node, weir_as_error(weir_no_memory()));
		return;
	}
	if (weir_worker_pool_submit(calls->pool, &call->job) < 0) {
		call_free(call);
		weir_emit_failure(node, WEIR_ECLOSED, "the worker pool has been freed");
		return;
	}
	weir_loop_hold(call->loop);
	weir_list_append(&calls->calls, &call->link);
	calls->count++;
}

void weir_calls_complete(struct weir_node *node)
{
	struct weir_calls *calls = WEIR_CONTAINER_OF(node, struct weir_calls, node);

	calls->source_completed = true;
	if (calls->count == 0)
		weir_emit_complete(node);
}

void weir_calls_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	ask(WEIR_CONTAINER_OF(node, struct weir_calls, node));
}
