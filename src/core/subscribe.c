/* The user's end: observers and the handle. See weir/observable.h. */
#include <errno.h>

#include "base/allocator.h"
#include "core/error_private.h"
#include "core/loop.h"
#include "core/subscription.h"

struct observer_sink {
	struct weir_node node;
	struct weir_observer observer;
	/* Of consumers that ask by counts: a request inside `next` may lead to the terminal, which then waits. */
	uint32_t delivering;
	bool completes_late;
	weir_error *late_error;
};

static void observer_next(struct weir_node *node, weir_value value)
{
	const struct weir_observer *observer = &WEIR_CONTAINER_OF(node, struct observer_sink, node)->observer;

	/* What is not counted needs no release, and the call is the last thing to do. */
	if (WEIR_UNLIKELY(value.tag & WEIR_TAG_COUNTED)) {
		observer->next(value, observer->context);
		weir_release_counted(value);
	} else {
		observer->next(value, observer->context);
	}
}

/* For consumers that take items one by one; here is the end of their way, so the loop may as well be here. */
static void observer_next_each(struct weir_node *node, const weir_value *values, size_t count)
{
	const struct weir_observer *observer = &WEIR_CONTAINER_OF(node, struct observer_sink, node)->observer;

	for (size_t index = 0; index < count; index++) {
		if (WEIR_LIKELY(weir_is_open(node)))
			observer->next(values[index], observer->context);
		weir_release(values[index]);
	}
}

static void observer_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	const struct weir_observer *observer = &WEIR_CONTAINER_OF(node, struct observer_sink, node)->observer;

	observer->next_batch(values, count, observer->context);
	for (size_t index = 0; index < count; index++)
		weir_release(values[index]);
}

static void deliver_error(const struct weir_observer *observer, weir_loop *loop, weir_error *error)
{
	if (observer->error != NULL)
		observer->error(error, observer->context);
	else
		weir_loop_report_unhandled(loop, error);
	weir_error_unref(error);
}

static void observer_error(struct weir_node *node, weir_error *error)
{
	struct observer_sink *sink = WEIR_CONTAINER_OF(node, struct observer_sink, node);

	if (sink->delivering > 0) {
		sink->late_error = error;
		return;
	}
	deliver_error(&sink->observer, node->subscription->loop, error);
	weir_subscription_end(node->subscription);
}

static void observer_complete(struct weir_node *node)
{
	struct observer_sink *sink = WEIR_CONTAINER_OF(node, struct observer_sink, node);

	if (sink->delivering > 0) {
		sink->completes_late = true;
		return;
	}
	if (sink->observer.complete != NULL)
		sink->observer.complete(sink->observer.context);
	weir_subscription_end(node->subscription);
}

static void observer_finish(struct weir_node *node)
{
	struct observer_sink *sink = WEIR_CONTAINER_OF(node, struct observer_sink, node);

	/* A terminal that waited for `next` to return, which cancelled instead. */
	weir_error_unref(sink->late_error);
	sink->late_error = NULL;
	sink->completes_late = false;
	if (sink->observer.destroy != NULL)
		sink->observer.destroy(sink->observer.context);
}

/* The last thing before the frame is left: what is up the stack holds the subscription. */
static void deliver_late(struct weir_node *node)
{
	struct observer_sink *sink = WEIR_CONTAINER_OF(node, struct observer_sink, node);
	struct weir_subscription *subscription = node->subscription;
	weir_error *error = sink->late_error;

	if (--sink->delivering > 0 || (error == NULL && !sink->completes_late))
		return;
	sink->late_error = NULL;
	sink->completes_late = false;
	weir_enter(subscription);
	if (error != NULL)
		observer_error(node, error);
	else
		observer_complete(node);
	weir_leave(subscription);
}

static void counting_observer_next(struct weir_node *node, weir_value value)
{
	WEIR_CONTAINER_OF(node, struct observer_sink, node)->delivering++;
	observer_next(node, value);
	deliver_late(node);
}

static void counting_observer_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	WEIR_CONTAINER_OF(node, struct observer_sink, node)->delivering++;
	observer_next_batch(node, values, count);
	deliver_late(node);
}

static const struct weir_node_class observer_class = {
	.name = "observer",
	.size = sizeof(struct observer_sink),
	.next = observer_next,
	.next_batch = observer_next_each,
	.error = observer_error,
	.complete = observer_complete,
	.finish = observer_finish,
};

static const struct weir_node_class batch_observer_class = {
	.name = "observer",
	.size = sizeof(struct observer_sink),
	.next = observer_next,
	.next_batch = observer_next_batch,
	.error = observer_error,
	.complete = observer_complete,
	.finish = observer_finish,
};

static const struct weir_node_class counting_observer_class = {
	.name = "observer",
	.size = sizeof(struct observer_sink),
	.next = counting_observer_next,
	.error = observer_error,
	.complete = observer_complete,
	.finish = observer_finish,
};

static const struct weir_node_class counting_batch_observer_class = {
	.name = "observer",
	.size = sizeof(struct observer_sink),
	.next = counting_observer_next,
	.next_batch = counting_observer_next_batch,
	.error = observer_error,
	.complete = observer_complete,
	.finish = observer_finish,
};

static const struct weir_node_class *class_for(const struct weir_observer *observer)
{
	bool is_counting = observer->demand != 0 && observer->demand != WEIR_UNBOUNDED;

	if (observer->next_batch != NULL)
		return is_counting ? &counting_batch_observer_class : &batch_observer_class;
	return is_counting ? &counting_observer_class : &observer_class;
}

static void ignore_next(weir_value value, void *context)
{
	(void)value;
	(void)context;
}

/* It never begins. Consumes `error`. */
static void fail_observer(const struct weir_observer *observer, weir_loop *loop, weir_error *error)
{
	deliver_error(observer, loop, error);
	if (observer->destroy != NULL)
		observer->destroy(observer->context);
}

/* Consumes `observable`. @param origin  NULL: `loop` itself */
static weir_subscription *subscribe_here(
	weir_observable *observable, weir_loop *loop, weir_loop *origin, const struct weir_observer *observer)
{
	struct weir_subscription *subscription = weir_subscription_create(observable, loop, class_for(observer), NULL);

	if (subscription == NULL) {
		weir_unref(observable);
		fail_observer(observer, loop, weir_as_error(weir_no_memory()));
		return NULL;
	}

	struct observer_sink *sink = WEIR_CONTAINER_OF(subscription->sink, struct observer_sink, node);
	uint64_t demand = observer->demand == 0			? WEIR_UNBOUNDED
			  : observer->demand == WEIR_ON_REQUEST ? 0
								: observer->demand;

	sink->observer = *observer;
	sink->delivering = 0;
	sink->completes_late = false;
	sink->late_error = NULL;
	if (observer->next == NULL)
		sink->observer.next = ignore_next;
	weir_subscription_enlist(subscription);
	weir_enter(subscription);
	if (observer->subscribed != NULL)
		observer->subscribed(subscription, observer->context);
	if (!subscription->closed) {
		subscription->origin = origin;
		weir_subscription_start(subscription, demand);
		subscription->origin = NULL;
	}

	bool ended = subscription->closed;

	weir_leave(subscription);
	return ended ? NULL : subscription;
}

/* A subscription on its way to the loop it is to run on. It holds the loop it comes from. */
struct posted_subscribe {
	struct weir_post post;
	weir_observable *observable;
	weir_loop *loop;
	weir_loop *origin;
	struct weir_observer observer;
};

static void posted_subscribe_free(struct posted_subscribe *posted)
{
	weir_loop_release(posted->origin);
	weir_loop_unref(posted->origin);
	weir_deallocate(posted);
}

static void posted_subscribe_work(void *context)
{
	struct posted_subscribe *posted = context;

	subscribe_here(posted->observable, posted->loop, posted->origin, &posted->observer);
	posted_subscribe_free(posted);
}

static void posted_subscribe_drop(void *context)
{
	struct posted_subscribe *posted = context;

	weir_unref(posted->observable);
	if (posted->observer.destroy != NULL)
		posted->observer.destroy(posted->observer.context);
	posted_subscribe_free(posted);
}

static void subscribe_there(
	weir_observable *observable, weir_loop *loop, weir_loop *origin, const struct weir_observer *observer)
{
	struct posted_subscribe *posted = weir_allocate(sizeof *posted);

	if (posted == NULL) {
		weir_unref(observable);
		fail_observer(observer, origin, weir_as_error(weir_no_memory()));
		return;
	}
	*posted = (struct posted_subscribe){
		.post = { .work = posted_subscribe_work,
			.drop = posted_subscribe_drop,
			.context = posted,
			.is_embedded = true },
		.observable = weir_across_threads(observable),
		.loop = loop,
		.origin = weir_loop_ref(origin),
		.observer = *observer,
	};
	weir_loop_hold(origin);
	if (weir_loop_post_embedded(loop, &posted->post) < 0) {
		weir_unref(observable);
		fail_observer(observer, origin,
			weir_error_new(WEIR_ECLOSED, "the loop that the pipeline is to run on has been freed"));
		posted_subscribe_free(posted);
	}
}

weir_subscription *weir_subscribe(weir_observable *observable, weir_loop *loop, const struct weir_observer *observer)
{
	weir_loop_check_thread(loop, "weir_subscribe");
	if (observable == NULL)
		observable = weir_reject(NULL, "subscribe", "the observable is NULL");

	weir_loop *home = weir_observable_home(observable);

	if (WEIR_LIKELY(home == NULL || home == loop))
		return subscribe_here(observable, loop, NULL, observer);
	subscribe_there(observable, home, loop, observer);
	return NULL;
}

weir_subscription *weir_subscribe_borrowed(
	weir_observable *observable, weir_loop *loop, const struct weir_observer *observer)
{
	return weir_subscribe(observable != NULL ? weir_ref(observable) : NULL, loop, observer);
}

/* A request from another thread on its way to the loop. */
struct posted_request {
	weir_subscription *subscription;
	uint64_t count;
};

static void posted_request_drop(void *context)
{
	struct posted_request *posted = context;

	weir_subscription_unref(posted->subscription);
	weir_deallocate(posted);
}

static void posted_request_work(void *context)
{
	struct posted_request *posted = context;

	weir_request(posted->subscription, posted->count);
	posted_request_drop(posted);
}

void weir_request(weir_subscription *subscription, uint64_t count)
{
	if (subscription == NULL)
		return;
	if (weir_loop_is_current(subscription->loop)) {
		if (!subscription->closed)
			weir_subscription_request(subscription, count);
		return;
	}

	struct posted_request *posted = weir_allocate(sizeof *posted);

	if (posted == NULL)
		return;
	*posted = (struct posted_request){ weir_subscription_ref(subscription), count };
	if (weir_loop_post_or_drop(subscription->loop, posted_request_work, posted_request_drop, posted) < 0)
		posted_request_drop(posted);
}

static void posted_cancel_drop(void *context)
{
	weir_subscription_unref(context);
}

static void posted_cancel_work(void *context)
{
	weir_cancel(context);
	weir_subscription_unref(context);
}

void weir_cancel(weir_subscription *subscription)
{
	if (subscription == NULL)
		return;
	if (weir_loop_is_current(subscription->loop)) {
		weir_subscription_close(subscription);
		return;
	}
	weir_subscription_ref(subscription);
	if (weir_loop_post_or_drop(subscription->loop, posted_cancel_work, posted_cancel_drop, subscription) < 0)
		weir_subscription_unref(subscription);
}
