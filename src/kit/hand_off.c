/*
 * A pipeline's way from one loop to another. See kit/hand_off.h.
 *
 * Sleeping and waking, on either side: who finds nothing to do declares that it waits, looks once more, and returns to
 * its loop; who publishes looks for that declaration, takes it back and posts. Either the publisher sees the
 * declaration, or the other sees what was published: both are sequentially consistent. Who posts owns the post until it
 * has run, because only a declaration that was made leads to one.
 */
#include "kit/hand_off.h"

#include <errno.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/loop.h"
#include "core/subscription.h"

enum {
	WINDOW = WEIR_HAND_OFF_WINDOW,
	/* Items that the consumer takes at once: so that credit crosses back while it is at work. */
	PORTION = WINDOW / 8,
	/* Items that the consumer emits per turn. */
	TURN = 2 * WINDOW,
	/* Looks at an empty ring behind a stream of items: some 2 µs, where going to sleep would cost 10. */
	LOOKS = 2000,
	CACHE_LINE = 64,
};

struct weir_channel {
	uint32_t references; /* one of each side, and one of each post on its way */
	weir_loop *consumer_loop;
	weir_loop *producer_loop;
	weir_loop *origin; /* of the producer's subscription */
	weir_observable *source;
	struct weir_post wake_consumer;
	struct weir_post wake_producer; /* its first run begins the subscription */
	struct weir_post cancel_producer;

	/* The consumer's own. */
	char consumer_line[CACHE_LINE];
	struct weir_hand_off *consumer; /* NULL: it has gone */
	uint64_t taken;
	uint64_t granted_so_far;
	bool wake_is_coming; /* a declaration stands, or has led to a post that has not run */

	/* The producer's own. */
	char producer_line[CACHE_LINE];
	struct weir_subscription *subscription;
	struct weir_flush flush;
	uint64_t written;
	uint64_t published_so_far;
	uint64_t accepted; /* of what was granted */
	uint64_t credit;
	bool has_begun;

	/* Written by the producer. */
	char published_line[CACHE_LINE];
	uint64_t published;
	bool has_ended; /* nothing is published behind it */
	weir_error *error; /* why it has ended; NULL: it is complete */

	/* Written by the consumer. */
	char granted_line[CACHE_LINE];
	uint64_t granted;
	bool is_cancelled;

	/* Declarations: written by one side when it goes to sleep, by the other when it wakes it. */
	char waits_line[CACHE_LINE];
	bool consumer_waits;
	bool producer_waits;

	char slots_line[CACHE_LINE];
	weir_value slots[];
};

static void channel_unref(void *context)
{
	struct weir_channel *channel = context;

	if (__atomic_fetch_sub(&channel->references, 1, __ATOMIC_ACQ_REL) != 1)
		return;
	for (; channel->taken != channel->written; channel->taken++)
		weir_release(channel->slots[channel->taken % WINDOW]);
	weir_error_unref(channel->error);
	weir_unref(channel->source);
	weir_loop_unref(channel->consumer_loop);
	weir_loop_unref(channel->producer_loop);
	weir_loop_unref(channel->origin);
	weir_deallocate(channel);
}

/* The post holds the channel until it has run or been dropped. */
static bool channel_post(struct weir_channel *channel, weir_loop *loop, struct weir_post *post)
{
	__atomic_fetch_add(&channel->references, 1, __ATOMIC_RELAXED);
	if (weir_loop_post_embedded(loop, post) == 0)
		return true;
	channel_unref(channel);
	return false;
}

/* Whether the other side has declared that it waits; if so, the declaration is taken back. */
static bool take_declaration(bool *waits)
{
	return __atomic_load_n(waits, __ATOMIC_SEQ_CST) && __atomic_exchange_n(waits, false, __ATOMIC_SEQ_CST);
}

/* The producer. */

static void publish(struct weir_channel *channel)
{
	weir_list_remove(&channel->flush.link);
	if (channel->published_so_far == channel->written)
		return;
	channel->published_so_far = channel->written;
	__atomic_store_n(&channel->published, channel->written, __ATOMIC_SEQ_CST);
	if (take_declaration(&channel->consumer_waits))
		channel_post(channel, channel->consumer_loop, &channel->wake_consumer);
}

static void channel_flush(struct weir_flush *flush)
{
	publish(WEIR_CONTAINER_OF(flush, struct weir_channel, flush));
}

/* Consumes `error`. */
static void end_channel(struct weir_channel *channel, weir_error *error)
{
	if (error != NULL)
		weir_value_share(weir_error_value(error));
	publish(channel);
	channel->error = error;
	__atomic_store_n(&channel->has_ended, true, __ATOMIC_SEQ_CST);
	if (take_declaration(&channel->consumer_waits))
		channel_post(channel, channel->consumer_loop, &channel->wake_consumer);
}

/* The producer's side is over, by its terminal, by the consumer's cancel, or with its loop. */
static void leave_channel(struct weir_channel *channel)
{
	if (!channel->has_ended && !__atomic_load_n(&channel->is_cancelled, __ATOMIC_ACQUIRE))
		end_channel(channel, weir_error_new(WEIR_ECLOSED, "the loop on which the source ran has been freed"));
	weir_loop_release(channel->producer_loop);
	channel_unref(channel);
}

/* Pass on what was granted; without any, declare that the producer waits. */
static void take_credit(struct weir_channel *channel)
{
	for (;;) {
		uint64_t granted = __atomic_load_n(&channel->granted, __ATOMIC_ACQUIRE);
		uint64_t fresh = granted - channel->accepted;

		if (fresh > 0) {
			channel->accepted = granted;
			channel->credit += fresh;
			weir_subscription_request(channel->subscription, fresh);
			return;
		}
		if (channel->credit > 0)
			return;
		__atomic_store_n(&channel->producer_waits, true, __ATOMIC_SEQ_CST);
		if (__atomic_load_n(&channel->granted, __ATOMIC_SEQ_CST) == channel->accepted ||
			!take_declaration(&channel->producer_waits))
			return;
	}
}

struct channel_sink {
	struct weir_node node;
	struct weir_channel *channel;
};

static struct weir_channel *channel_of(struct weir_node *sink)
{
	return WEIR_CONTAINER_OF(sink, struct channel_sink, node)->channel;
}

static void channel_next(struct weir_node *node, weir_value value)
{
	struct weir_channel *channel = channel_of(node);

	if (WEIR_UNLIKELY(channel->credit == 0)) {
		weir_drop(node, value);
		return;
	}
	if (value.tag & WEIR_TAG_COUNTED)
		weir_value_share(value);
	channel->slots[channel->written++ % WINDOW] = value;
	if (channel->written - channel->published_so_far == WEIR_HAND_OFF_BATCH ||
		(channel->written - channel->published_so_far == 1 &&
			!weir_loop_flush_later(channel->producer_loop, &channel->flush)))
		publish(channel);
	if (WEIR_UNLIKELY(--channel->credit == 0)) {
		publish(channel);
		take_credit(channel);
	}
}

static void channel_next_batch(struct weir_node *node, const weir_value *values, size_t count)
{
	for (size_t index = 0; index < count; index++)
		channel_next(node, values[index]);
}

static void channel_error(struct weir_node *node, weir_error *error)
{
	end_channel(channel_of(node), error);
	weir_subscription_end(node->subscription);
}

static void channel_complete(struct weir_node *node)
{
	end_channel(channel_of(node), NULL);
	weir_subscription_end(node->subscription);
}

static void channel_finish(struct weir_node *node)
{
	struct weir_channel *channel = channel_of(node);

	channel->subscription = NULL;
	leave_channel(channel);
}

static const struct weir_node_class channel_sink = {
	.name = "hand_off",
	.size = sizeof(struct channel_sink),
	.next = channel_next,
	.next_batch = channel_next_batch,
	.error = channel_error,
	.complete = channel_complete,
	.finish = channel_finish,
};

static void begin(struct weir_channel *channel)
{
	struct weir_subscription *subscription = NULL;

	if (!__atomic_load_n(&channel->is_cancelled, __ATOMIC_ACQUIRE)) {
		subscription = weir_subscription_create(channel->source, channel->producer_loop, &channel_sink, NULL);
		if (subscription == NULL)
			end_channel(channel, weir_as_error(weir_no_memory()));
	}
	if (subscription == NULL) {
		leave_channel(channel);
		return;
	}
	weir_ref(channel->source);
	WEIR_CONTAINER_OF(subscription->sink, struct channel_sink, node)->channel = channel;
	channel->subscription = subscription;
	weir_subscription_enlist(subscription);
	weir_enter(subscription);
	subscription->origin = channel->origin != channel->producer_loop ? channel->origin : NULL;
	weir_subscription_start(subscription, 0);
	subscription->origin = NULL;
	if (!subscription->closed)
		take_credit(channel);
	weir_leave(subscription);
}

static void wake_producer_work(void *context)
{
	struct weir_channel *channel = context;

	if (!channel->has_begun) {
		channel->has_begun = true;
		begin(channel);
		weir_loop_release(channel->origin);
	} else if (channel->subscription != NULL) {
		take_credit(channel);
	}
	channel_unref(channel);
}

/* The loop is freed. A subscription that had begun has been cancelled before. */
static void wake_producer_drop(void *context)
{
	struct weir_channel *channel = context;

	if (!channel->has_begun) {
		channel->has_begun = true;
		weir_loop_release(channel->origin);
		leave_channel(channel);
	}
	channel_unref(channel);
}

static void cancel_producer_work(void *context)
{
	struct weir_channel *channel = context;

	if (channel->subscription != NULL)
		weir_subscription_close(channel->subscription);
	channel_unref(channel);
}

/* The consumer. */

/* Grant what the node is asked for, as far as the window goes, when three quarters of the last grant are used up. */
static void grant(struct weir_channel *channel, uint64_t demand)
{
	uint64_t limit = demand < WINDOW ? demand : WINDOW;
	uint64_t outstanding = channel->granted_so_far - channel->taken;

	if (outstanding > limit / 4 || outstanding == limit)
		return;
	channel->granted_so_far += limit - outstanding;
	__atomic_store_n(&channel->granted, channel->granted_so_far, __ATOMIC_SEQ_CST);
	if (take_declaration(&channel->producer_waits))
		channel_post(channel, channel->producer_loop, &channel->wake_producer);
}

/* Whether more comes right behind what has come. */
static bool more_comes(const struct weir_channel *channel)
{
	for (int look = 0; look < LOOKS; look++)
		if (__atomic_load_n(&channel->published, __ATOMIC_RELAXED) != channel->taken ||
			__atomic_load_n(&channel->has_ended, __ATOMIC_RELAXED))
			return true;
	return false;
}

/* Declare that the consumer waits. False when something has come meanwhile that nobody will wake it for. */
static bool await_items(struct weir_channel *channel)
{
	if (channel->wake_is_coming)
		return true;
	channel->wake_is_coming = true;
	__atomic_store_n(&channel->consumer_waits, true, __ATOMIC_SEQ_CST);
	if ((__atomic_load_n(&channel->published, __ATOMIC_SEQ_CST) == channel->taken &&
		    !__atomic_load_n(&channel->has_ended, __ATOMIC_SEQ_CST)) ||
		!take_declaration(&channel->consumer_waits))
		return true;
	channel->wake_is_coming = false;
	return false;
}

static void emit_end(struct weir_channel *channel, struct weir_node *node)
{
	weir_error *error = channel->error;

	channel->error = NULL;
	if (error != NULL)
		weir_emit_error(node, error);
	else
		weir_emit_complete(node);
}

static void emit_items(struct weir_channel *channel, struct weir_node *node, uint64_t available)
{
	size_t first = channel->taken % WINDOW;
	uint64_t count = available < PORTION ? available : PORTION;

	if (count > node->demand)
		count = node->demand;
	if (count > WINDOW - first)
		count = WINDOW - first;
	channel->taken += count;
	if (count == 1)
		weir_emit_next(node, channel->slots[first]);
	else
		weir_emit_batch(node, &channel->slots[first], count);
}

static void drain(struct weir_hand_off *hand_off)
{
	struct weir_channel *channel = hand_off->channel;
	struct weir_node *node = hand_off->node;
	uint64_t before = channel->taken;

	hand_off->is_draining = true;
	__atomic_fetch_add(&channel->references, 1, __ATOMIC_RELAXED);
	while (channel->consumer != NULL) {
		bool has_ended = __atomic_load_n(&channel->has_ended, __ATOMIC_ACQUIRE);
		uint64_t available = __atomic_load_n(&channel->published, __ATOMIC_ACQUIRE) - channel->taken;

		if (available == 0 && has_ended) {
			emit_end(channel, node);
			break;
		}
		if (available == 0) {
			bool streams = channel->taken - before >= WEIR_HAND_OFF_BATCH;

			if (!(streams && more_comes(channel)) && await_items(channel))
				break;
			continue;
		}
		if (node->demand == 0)
			break;
		if (channel->taken - before >= TURN) {
			if (!channel->wake_is_coming)
				channel->wake_is_coming =
					channel_post(channel, channel->consumer_loop, &channel->wake_consumer);
			break;
		}
		emit_items(channel, node, available);
		if (channel->consumer != NULL)
			grant(channel, node->demand);
	}
	if (channel->consumer != NULL)
		hand_off->is_draining = false;
	channel_unref(channel);
}

static void wake_consumer_work(void *context)
{
	struct weir_channel *channel = context;
	struct weir_hand_off *hand_off = channel->consumer;

	channel->wake_is_coming = false;
	if (hand_off != NULL) {
		struct weir_subscription *subscription = hand_off->node->subscription;

		weir_enter(subscription);
		drain(hand_off);
		weir_leave(subscription);
	}
	channel_unref(channel);
}

static void hand_off_stop(struct weir_resource *resource)
{
	struct weir_hand_off *hand_off = WEIR_CONTAINER_OF(resource, struct weir_hand_off, resource);
	struct weir_channel *channel = hand_off->channel;

	hand_off->channel = NULL;
	channel->consumer = NULL;
	__atomic_store_n(&channel->is_cancelled, true, __ATOMIC_RELEASE);
	if (!__atomic_load_n(&channel->has_ended, __ATOMIC_ACQUIRE))
		channel_post(channel, channel->producer_loop, &channel->cancel_producer);
	weir_loop_release(channel->consumer_loop);
	channel_unref(channel);
}

void weir_hand_off_init(
	struct weir_hand_off *hand_off, struct weir_node *node, weir_observable *source, weir_loop *loop)
{
	struct weir_channel *channel = weir_allocate(sizeof *channel + WINDOW * sizeof channel->slots[0]);
	weir_loop *home = weir_observable_home(source);

	if (channel == NULL) {
		weir_emit_error(node, weir_as_error(weir_no_memory()));
		return;
	}
	*channel = (struct weir_channel){
		.references = 2,
		.consumer_loop = weir_loop_ref(weir_node_loop(node)),
		.producer_loop = weir_loop_ref(home != NULL ? home : loop),
		.origin = weir_loop_ref(loop),
		.source = weir_ref(source),
		.wake_consumer = { .work = wake_consumer_work, .drop = channel_unref },
		.wake_producer = { .work = wake_producer_work, .drop = wake_producer_drop },
		.cancel_producer = { .work = cancel_producer_work, .drop = channel_unref },
		.consumer = hand_off,
		.wake_is_coming = true,
		.consumer_waits = true,
		.flush.flush = channel_flush,
	};
	channel->wake_consumer.context = channel->wake_producer.context = channel->cancel_producer.context = channel;
	channel->wake_consumer.is_embedded = channel->wake_producer.is_embedded = true;
	channel->cancel_producer.is_embedded = true;
	weir_link_init(&channel->flush.link);
	weir_loop_hold(channel->consumer_loop);
	weir_loop_hold(channel->producer_loop);
	weir_loop_hold(channel->origin); /* until it begins: what it subscribes to may run there */
	hand_off->node = node;
	hand_off->channel = channel;
	weir_attach(node, &hand_off->resource, hand_off_stop);
	if (!channel_post(channel, channel->producer_loop, &channel->wake_producer)) {
		weir_loop_release(channel->origin);
		leave_channel(channel);
		weir_emit_failure(node, WEIR_ECLOSED, "the loop to run the source on has been freed");
	}
}

void weir_hand_off_request(struct weir_hand_off *hand_off)
{
	struct weir_channel *channel = hand_off->channel;

	grant(channel, hand_off->node->demand);
	if (hand_off->is_draining)
		return;
	/* Whether a wake is coming all the same, or its declaration can be taken back. */
	if (channel->wake_is_coming && take_declaration(&channel->consumer_waits))
		channel->wake_is_coming = false;
	drain(hand_off);
}
