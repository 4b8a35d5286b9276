/* The answer of a call, given once. See kit/promise.h and weir/creating.h. */
#include "kit/promise.h"

#include <errno.h>

#include <weir/loop.h>

#include "base/allocator.h"

struct weir_promise {
	uint32_t references; /* atomic: one of the node, one of all handles together, one of what is posted */
	uint32_t handles; /* atomic */
	bool is_settled; /* atomic */
	bool is_abandoned; /* settled because nobody was left to do it */
	bool has_answer; /* which waits for demand */
	weir_value answer;
	weir_emitter *emitter;
	void (*on_cancel)(void *context);
	void *on_cancel_context;
};

static void promise_release(weir_promise *promise)
{
	if (__atomic_fetch_sub(&promise->references, 1, __ATOMIC_ACQ_REL) > 1)
		return;
	weir_release(promise->answer);
	weir_emitter_unref(promise->emitter);
	weir_deallocate(promise);
}

static void promise_deliver(weir_promise *promise)
{
	bool is_open = weir_emitter_is_open(promise->emitter);
	weir_value answer;

	if (!promise->has_answer)
		return;
	answer = promise->answer;
	if (is_open && !weir_is_error(answer) && weir_emitter_demand(promise->emitter) == 0)
		return;
	promise->answer = weir_nil();
	promise->has_answer = false;
	if (!is_open && promise->is_abandoned) {
		weir_release(answer);
		return;
	}
	weir_emitter_next(promise->emitter, answer);
	if (weir_emitter_is_open(promise->emitter))
		weir_emitter_complete(promise->emitter);
}

static void promise_posted(void *context)
{
	weir_promise *promise = context;

	promise->has_answer = true;
	promise_deliver(promise);
	promise_release(promise);
}

/* Whether nobody has settled it before. Then the answer is the caller's to set. */
static bool promise_settle(weir_promise *promise)
{
	return !__atomic_exchange_n(&promise->is_settled, true, __ATOMIC_ACQ_REL);
}

int weir_promise_resolve(weir_promise *promise, weir_value value)
{
	bool is_open = weir_emitter_is_open(promise->emitter);

	if (!promise_settle(promise)) {
		weir_release(value);
		return -EALREADY;
	}
	promise->answer = value;
	promise->has_answer = true;
	promise_deliver(promise);
	return is_open ? 0 : -WEIR_ECLOSED;
}

int weir_promise_reject(weir_promise *promise, weir_error *error)
{
	return weir_promise_resolve(promise, weir_error_value(error));
}

int weir_promise_resolve_from_any_thread(weir_promise *promise, weir_value value)
{
	int result;

	if (!promise_settle(promise)) {
		weir_release(value);
		return -EALREADY;
	}
	weir_value_share(value);
	promise->answer = value;
	__atomic_fetch_add(&promise->references, 1, __ATOMIC_RELAXED);
	result = weir_loop_post_or_drop(weir_promise_loop(promise), promise_posted, promise_posted, promise);
	if (result < 0) {
		promise->answer = weir_nil();
		weir_release(value);
		__atomic_store_n(&promise->is_settled, false, __ATOMIC_RELEASE);
		__atomic_fetch_sub(&promise->references, 1, __ATOMIC_RELEASE); /* the caller's own is left */
	}
	return result;
}

int weir_promise_reject_from_any_thread(weir_promise *promise, weir_error *error)
{
	return weir_promise_resolve_from_any_thread(promise, weir_error_value(error));
}

weir_promise *weir_promise_ref(weir_promise *promise)
{
	__atomic_fetch_add(&promise->handles, 1, __ATOMIC_RELAXED);
	return promise;
}

void weir_promise_unref(weir_promise *promise)
{
	weir_value failure;

	if (promise == NULL || __atomic_fetch_sub(&promise->handles, 1, __ATOMIC_ACQ_REL) > 1)
		return;
	if (!__atomic_load_n(&promise->is_settled, __ATOMIC_ACQUIRE)) {
		failure = weir_fail(WEIR_ECLOSED, "the promise was released before it was resolved or rejected");
		promise->is_abandoned = true;
		if (weir_loop_is_current(weir_promise_loop(promise)))
			weir_promise_resolve(promise, failure);
		else
			weir_promise_resolve_from_any_thread(promise, failure);
	}
	promise_release(promise);
}

weir_loop *weir_promise_loop(const weir_promise *promise)
{
	return weir_emitter_loop(promise->emitter);
}

void weir_promise_on_cancel(weir_promise *promise, void (*on_cancel)(void *context), void *context)
{
	promise->on_cancel = on_cancel;
	promise->on_cancel_context = context;
}

static void promise_asked(weir_emitter *emitter, uint64_t count, void *promise)
{
	(void)emitter;
	(void)count;
	promise_deliver(promise);
}

static void promise_ended(void *context)
{
	weir_promise *promise = context;

	if (promise->on_cancel != NULL && !__atomic_load_n(&promise->is_settled, __ATOMIC_ACQUIRE))
		promise->on_cancel(promise->on_cancel_context);
	promise_release(promise);
}

int weir_promise_start(struct weir_node *node, int (*start)(weir_promise *promise, void *context), void *context)
{
	weir_emitter *emitter = weir_emitter_attach(node);
	weir_promise *promise;
	int result;

	if (emitter == NULL)
		return 0;
	promise = weir_allocate(sizeof *promise);
	if (promise == NULL)
		return -ENOMEM;
	*promise = (weir_promise){
		.references = 2, .handles = 1, .answer = weir_nil(), .emitter = weir_emitter_ref(emitter)
	};
	weir_emitter_on_request(emitter, promise_asked, promise);
	weir_emitter_on_end(emitter, promise_ended, promise);
	result = start(promise, context);
	if (result < 0 && !promise_settle(promise))
		result = 0;
	weir_promise_unref(promise);
	return result;
}
