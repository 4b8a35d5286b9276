/* Rate limiters: a queue of requests over kit/rate.h. See weir/limiter.h. */
#include "kit/limiter.h"

#include <errno.h>

#include "base/allocator.h"
#include "core/loop.h"
#include "core/subscription.h"
#include "kit/rate.h"

#define CATCH_UP weir_ms(10)

struct weir_limiter {
	uint32_t references;
	bool serving;
	weir_time serving_due; /* when what is being served could have gone */
	weir_loop *loop;
	struct weir_limiter_options options; /* the limiter's own */
	weir_duration told_period;
	uint64_t told_limit; /* by a server; 0: nothing */
	struct weir_rate rate;
	weir_time paused_until;
	weir_time quota_until; /* until then no more than `quota` goes */
	uint64_t quota;
	struct weir_permit *first;
	struct weir_permit *last;
	size_t waiting;
	struct weir_timer timer; /* for the first */
};

static weir_time limiter_now(const weir_limiter *limiter)
{
	return weir_loop_now(limiter->loop);
}

static void limiter_on_timer(struct weir_timer *timer);

static bool options_are_valid(const struct weir_limiter_options *options)
{
	return weir_rate_is_valid(options->limit, options->period) && options->burst <= WEIR_RATE_MAX &&
	       (options->algorithm == WEIR_LIMITER_GCRA ||
		       (options->algorithm == WEIR_LIMITER_SLIDING_WINDOW && options->burst == 0)) &&
	       options->policy >= WEIR_LIMITER_WAIT && options->policy <= WEIR_LIMITER_FAIL &&
	       (options->max_waiting == 0 || options->policy != WEIR_LIMITER_WAIT) && options->max_pause >= 0;
}

weir_limiter *weir_limiter_new(weir_loop *loop, const struct weir_limiter_options *options)
{
	static const struct weir_limiter_options defaults;

	if (options == NULL)
		options = &defaults;
	if (loop == NULL || !options_are_valid(options)) {
		errno = EINVAL;
		return NULL;
	}

	weir_limiter *limiter = weir_allocate(sizeof *limiter);

	if (limiter == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	*limiter = (weir_limiter){ .references = 1, .loop = loop, .options = *options };
	if (options->max_pause == 0)
		limiter->options.max_pause = weir_minutes(60);
	weir_rate_init(&limiter->rate, options->algorithm, options->burst);
	weir_rate_set(&limiter->rate, options->limit, options->period, limiter_now(limiter));
	weir_timer_init_on(&limiter->timer, loop, limiter_on_timer);
	return limiter;
}

weir_limiter *weir_limiter_ref(weir_limiter *limiter)
{
	__atomic_fetch_add(&limiter->references, 1, __ATOMIC_RELAXED);
	return limiter;
}

/* Nobody waits: the loop, which may be gone, is not touched. */
void weir_limiter_unref(weir_limiter *limiter)
{
	if (limiter == NULL || __atomic_fetch_sub(&limiter->references, 1, __ATOMIC_ACQ_REL) > 1)
		return;
	weir_rate_finish(&limiter->rate);
	weir_deallocate(limiter);
}

const struct weir_limiter_options *weir_limiter_get_options(const weir_limiter *limiter)
{
	return &limiter->options;
}

weir_loop *weir_limiter_loop(const weir_limiter *limiter)
{
	return limiter->loop;
}

size_t weir_limiter_waiting(const weir_limiter *limiter)
{
	return limiter->waiting;
}

/* The earliest time from `from` on, not after now, at which `cost` may go. */
static weir_time earliest(weir_limiter *limiter, uint64_t cost, weir_time from)
{
	weir_time time = weir_rate_earliest(&limiter->rate, cost, from);

	if (limiter->paused_until > time)
		time = limiter->paused_until;
	if (limiter->quota_until > time && cost > limiter->quota)
		time = limiter->quota_until;
	return time;
}

/*
 * A loop that serves its timer late does not slow the rate down: what is spaced goes by the time it was due, unless that
 * is too long ago, and who asks again because of its leave asks at the time the leave was due.
 */
static weir_time count_from(const weir_limiter *limiter, weir_time asked, weir_time now)
{
	if (limiter->rate.algorithm != WEIR_LIMITER_GCRA || asked > now)
		return now;
	return asked > now - CATCH_UP ? asked : now - CATCH_UP;
}

static weir_time earliest_of_first(weir_limiter *limiter, weir_time now)
{
	return earliest(limiter, limiter->first->cost, count_from(limiter, limiter->first->asked, now));
}

static void take(weir_limiter *limiter, uint64_t cost, weir_time time)
{
	weir_rate_take(&limiter->rate, cost, time);
	limiter->quota -= cost < limiter->quota ? cost : limiter->quota;
}

/* The first one's time may have changed. It never goes from inside the call that changed it. */
static void schedule(weir_limiter *limiter)
{
	if (limiter->serving)
		return;
	if (limiter->first == NULL)
		weir_timer_stop(&limiter->timer);
	else
		weir_timer_start_at(&limiter->timer, earliest_of_first(limiter, limiter_now(limiter)));
}

static void append(weir_limiter *limiter, struct weir_permit *permit)
{
	permit->limiter = limiter;
	permit->next = NULL;
	permit->previous = limiter->last;
	if (limiter->last != NULL)
		limiter->last->next = permit;
	else
		limiter->first = permit;
	limiter->last = permit;
	limiter->waiting++;
}

static void remove_permit(struct weir_permit *permit)
{
	weir_limiter *limiter = permit->limiter;

	if (permit->previous != NULL)
		permit->previous->next = permit->next;
	else
		limiter->first = permit->next;
	if (permit->next != NULL)
		permit->next->previous = permit->previous;
	else
		limiter->last = permit->previous;
	permit->limiter = NULL;
	limiter->waiting--;
}

static void grant(struct weir_permit *permit)
{
	struct weir_subscription *subscription = permit->subscription;

	if (subscription == NULL) {
		permit->granted(permit);
		return;
	}
	weir_enter(subscription);
	permit->granted(permit);
	weir_leave(subscription);
}

static void limiter_on_timer(struct weir_timer *timer)
{
	weir_limiter *limiter = WEIR_CONTAINER_OF(timer, struct weir_limiter, timer);
	weir_time now = limiter_now(limiter);

	weir_limiter_ref(limiter);
	limiter->serving = true;
	/* Those that wait now: who asks again because of its leave does not keep the loop from its other work. */
	for (size_t count = limiter->waiting; count > 0 && limiter->first != NULL; count--) {
		struct weir_permit *permit = limiter->first;
		weir_time time = earliest_of_first(limiter, now);

		if (time > now)
			break;
		limiter->serving_due = time;
		take(limiter, permit->cost, time);
		remove_permit(permit);
		grant(permit);
	}
	limiter->serving = false;
	schedule(limiter);
	weir_limiter_unref(limiter);
}

int weir_permit_ask(struct weir_permit *permit, struct weir_limiter *limiter, uint64_t cost)
{
	const struct weir_limiter_options *options = &limiter->options;
	weir_time now = limiter_now(limiter);

	if (cost > WEIR_RATE_MAX ||
		(options->algorithm == WEIR_LIMITER_SLIDING_WINDOW && options->limit > 0 && cost > options->limit))
		return -EINVAL;

	weir_time asked = limiter->serving ? limiter->serving_due : now;
	weir_time time = earliest(limiter, cost, count_from(limiter, asked, now));

	if (limiter->first == NULL && time <= now) {
		take(limiter, cost, time);
		return 1;
	}
	if (options->policy != WEIR_LIMITER_WAIT && limiter->waiting >= options->max_waiting)
		return options->policy == WEIR_LIMITER_DROP ? -ECANCELED : -WEIR_ERATE;
	permit->cost = cost;
	permit->asked = asked;
	append(limiter, permit);
	if (limiter->first == permit)
		schedule(limiter);
	return 0;
}

void weir_permit_cancel(struct weir_permit *permit)
{
	weir_limiter *limiter = permit->limiter;

	if (limiter == NULL)
		return;

	bool was_first = limiter->first == permit;

	remove_permit(permit);
	if (was_first)
		schedule(limiter);
}

void weir_permit_init_on(struct weir_permit *permit, void (*granted)(struct weir_permit *permit))
{
	permit->limiter = NULL;
	permit->granted = granted;
	permit->subscription = NULL;
}

void weir_permit_init_inside(
	struct weir_permit *permit, struct weir_node *node, void (*granted)(struct weir_permit *permit))
{
	weir_permit_init_on(permit, granted);
	permit->subscription = node->subscription;
}

static void permit_stop(struct weir_resource *resource)
{
	weir_permit_cancel(WEIR_CONTAINER_OF(resource, struct weir_permit, resource));
}

void weir_permit_init(struct weir_permit *permit, struct weir_node *node, void (*granted)(struct weir_permit *permit))
{
	weir_permit_init_inside(permit, node, granted);
	weir_attach(node, &permit->resource, permit_stop);
}

/* The slower of the limiter's own rate and the server's. */
static void choose_rate(weir_limiter *limiter)
{
	uint64_t limit = limiter->options.limit;
	weir_duration period = limiter->options.period;

	if (limiter->told_limit > 0 && (limit == 0 || (double)limiter->told_limit / (double)limiter->told_period <
							      (double)limit / (double)period)) {
		limit = limiter->told_limit;
		period = limiter->told_period;
	}
	if (limit != limiter->rate.limit || period != limiter->rate.period)
		weir_rate_set(&limiter->rate, limit, period, limiter_now(limiter));
}

static weir_time after_pause(const weir_limiter *limiter, weir_duration pause)
{
	weir_duration most = limiter->options.max_pause;

	return weir_time_after(limiter_now(limiter), pause < most ? pause : most);
}

/* Of one quota, answers tell the same time but for the seconds they are rounded to. */
static void observe_quota(weir_limiter *limiter, uint64_t remaining, weir_time until)
{
	bool is_another = limiter->quota_until <= limiter_now(limiter) ||
			  until > weir_time_after(limiter->quota_until, weir_s(1));

	if (is_another || remaining < limiter->quota)
		limiter->quota = remaining;
	if (is_another || (remaining == 0 && until > limiter->quota_until))
		limiter->quota_until = until;
}

void weir_limiter_observe(weir_limiter *limiter, const struct weir_limiter_signal *signal)
{
	weir_time until = after_pause(limiter, signal->retry_after);

	if (signal->retry_after > 0 && until > limiter->paused_until)
		limiter->paused_until = until;
	if (signal->has_remaining && signal->reset > 0)
		observe_quota(limiter, signal->remaining, after_pause(limiter, signal->reset));
	if (signal->limit > 0 && weir_rate_is_valid(signal->limit, signal->period)) {
		limiter->told_limit = signal->limit;
		limiter->told_period = signal->period;
		choose_rate(limiter);
	}
	schedule(limiter);
}

void weir_limiter_pause_until(weir_limiter *limiter, weir_time time)
{
	limiter->paused_until = time;
	schedule(limiter);
}

int weir_limiter_set_rate(weir_limiter *limiter, uint64_t limit, weir_duration period)
{
	if (!weir_rate_is_valid(limit, period))
		return -EINVAL;
	limiter->options.limit = limit;
	limiter->options.period = period;
	choose_rate(limiter);
	schedule(limiter);
	return 0;
}
