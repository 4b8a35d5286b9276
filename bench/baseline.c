/* baseline: the workloads in hand-written C. See baseline.h. */
#include "baseline.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "functions.h"
#include "timing.h"

#define NOINLINE __attribute__((noinline))

static void *checked(void *memory)
{
	if (!memory) {
		fputs("baseline: out of memory\n", stderr);
		abort();
	}
	return memory;
}

/* W1: range · map · filter · reduce */

uint64_t baseline_w1_inlined(uint64_t items)
{
	int64_t total = 0;

	for (uint64_t i = 0; i < items; i++) {
		int64_t x = work_map((int64_t)i);

		if (work_keep(x))
			total = work_add(total, x);
		BENCH_LAUNDER(total);
	}
	return (uint64_t)total;
}

uint64_t baseline_w1_opaque(uint64_t items)
{
	struct bench_user_functions user = bench_user_functions();
	int64_t total = 0;

	for (uint64_t i = 0; i < items; i++) {
		int64_t x = user.map((int64_t)i);

		if (user.keep(x))
			total = user.add(total, x);
	}
	return (uint64_t)total;
}

/* W2: subject · map · filter · scan */

struct chain {
	struct bench_user_functions user;
	int64_t total;
	struct work_sink sink;
};

typedef void (*push_function)(int64_t x, void *context);

static NOINLINE void push_inlined(int64_t x, void *context)
{
	struct chain *chain = context;

	x = work_map(x);
	if (!work_keep(x))
		return;
	chain->total = work_add(chain->total, x);
	work_next(&chain->sink, chain->total);
}

static NOINLINE void push_opaque(int64_t x, void *context)
{
	struct chain *chain = context;

	x = chain->user.map(x);
	if (!chain->user.keep(x))
		return;
	chain->total = chain->user.add(chain->total, x);
	chain->user.next(chain->total, &chain->sink);
}

static uint64_t produce(uint64_t items, push_function push)
{
	struct chain chain = { .user = bench_user_functions() };

	BENCH_LAUNDER(push);
	for (uint64_t i = 0; i < items; i++)
		push((int64_t)i, &chain);
	return chain.sink.sum;
}

uint64_t baseline_w2_inlined(uint64_t items)
{
	return produce(items, push_inlined);
}

uint64_t baseline_w2_opaque(uint64_t items)
{
	return produce(items, push_opaque);
}

/* W3, W10, W10o: merge_map and switch_map */

struct inner;

struct inner_class {
	bool (*subscribe)(struct inner *inner, const struct bench_user_functions *user, struct work_sink *sink);
	void (*cancel)(struct inner *inner);
};

struct inner {
	const struct inner_class *class;
	int64_t value;
	bool is_active;
};

typedef void (*project_function)(int64_t x, const struct bench_user_functions *user, struct inner *ret_inner);

/* Returns whether the inner source is still open. */
static bool just_subscribe(struct inner *inner, const struct bench_user_functions *user, struct work_sink *sink)
{
	user->next(inner->value, sink);
	return false;
}

static bool open_subscribe(struct inner *inner, const struct bench_user_functions *user, struct work_sink *sink)
{
	inner->is_active = true;
	user->next(inner->value, sink);
	return true;
}

static void inner_cancel(struct inner *inner)
{
	inner->is_active = false;
}

static const struct inner_class just_class = { .subscribe = just_subscribe, .cancel = inner_cancel };
static const struct inner_class open_class = { .subscribe = open_subscribe, .cancel = inner_cancel };

/* The user's projection does its arithmetic itself, as a callback would: one user call, not two. */
static void project_just(int64_t x, const struct bench_user_functions *user, struct inner *ret_inner)
{
	(void)user;
	ret_inner->class = &just_class;
	ret_inner->value = work_map(x);
}

static void project_open(int64_t x, const struct bench_user_functions *user, struct inner *ret_inner)
{
	(void)user;
	ret_inner->class = &open_class;
	ret_inner->value = work_map(x);
}

uint64_t baseline_w3_inlined(uint64_t items)
{
	struct work_sink sink = { 0 };

	for (uint64_t i = 0; i < items; i++) {
		work_next(&sink, work_map((int64_t)i));
		BENCH_LAUNDER(sink.sum);
	}
	return sink.sum;
}

uint64_t baseline_w3_opaque(uint64_t items)
{
	struct bench_user_functions user = bench_user_functions();
	project_function project = project_just;
	struct work_sink sink = { 0 };
	struct inner inner;

	BENCH_LAUNDER(project);
	for (uint64_t i = 0; i < items; i++) {
		project((int64_t)i, &user, &inner);
		inner.class->subscribe(&inner, &user, &sink);
	}
	return sink.sum;
}

static uint64_t switch_map(uint64_t items, project_function project)
{
	struct bench_user_functions user = bench_user_functions();
	struct work_sink sink = { 0 };
	struct inner inner;
	struct inner *newest = NULL;

	BENCH_LAUNDER(project);
	for (uint64_t i = 0; i < items; i++) {
		if (newest)
			newest->class->cancel(newest);
		project((int64_t)i, &user, &inner);
		newest = inner.class->subscribe(&inner, &user, &sink) ? &inner : NULL;
	}
	return sink.sum;
}

uint64_t baseline_w10_opaque(uint64_t items)
{
	return switch_map(items, project_just);
}

uint64_t baseline_w10o_opaque(uint64_t items)
{
	return switch_map(items, project_open);
}

/* W4: merge of four */

uint64_t baseline_w4_inlined(uint64_t items)
{
	uint64_t quarter = items / 4;
	struct work_sink sink = { 0 };

	for (uint64_t source = 0; source < 4; source++)
		for (uint64_t i = 0; i < quarter; i++) {
			work_next(&sink, (int64_t)(source * quarter + i));
			BENCH_LAUNDER(sink.sum);
		}
	return sink.sum;
}

uint64_t baseline_w4_opaque(uint64_t items)
{
	struct bench_user_functions user = bench_user_functions();
	uint64_t quarter = items / 4;
	struct work_sink sink = { 0 };

	for (uint64_t source = 0; source < 4; source++)
		for (uint64_t i = 0; i < quarter; i++)
			user.next((int64_t)(source * quarter + i), &sink);
	return sink.sum;
}

/* W5: zip of two */

uint64_t baseline_w5_inlined(uint64_t items)
{
	struct work_sink sink = { 0 };

	for (uint64_t i = 0; i < items; i++) {
		work_next(&sink, work_combine((int64_t)i, (int64_t)(items + i)));
		BENCH_LAUNDER(sink.sum);
	}
	return sink.sum;
}

uint64_t baseline_w5_opaque(uint64_t items)
{
	struct bench_user_functions user = bench_user_functions();
	struct work_sink sink = { 0 };

	for (uint64_t i = 0; i < items; i++)
		user.next(user.combine((int64_t)i, (int64_t)(items + i)), &sink);
	return sink.sum;
}

/* W6: group_by */

#define GROUP_SLOTS 2048

/* The key is stored plus one: 0 is a free slot. */
struct group_slot {
	int64_t key_plus_one;
	struct work_sink sink;
};

struct groups {
	struct group_slot slots[GROUP_SLOTS];
	struct group_slot *in_order[WORK_GROUPS];
	size_t count;
};

static NOINLINE struct group_slot *add_group(struct groups *groups, struct group_slot *slot, int64_t key)
{
	slot->key_plus_one = key + 1;
	groups->in_order[groups->count++] = slot;
	return slot;
}

static inline struct group_slot *find_group(struct groups *groups, int64_t key)
{
	size_t at = (size_t)(((uint64_t)key * UINT64_C(0x9e3779b97f4a7c15)) >> 53);

	for (;; at = (at + 1) % GROUP_SLOTS) {
		struct group_slot *slot = &groups->slots[at];

		if (slot->key_plus_one == key + 1)
			return slot;
		if (!slot->key_plus_one)
			return add_group(groups, slot, key);
	}
}

static uint64_t groups_checksum(const struct groups *groups)
{
	uint64_t checksum = 0;

	for (size_t i = 0; i < groups->count; i++)
		checksum =
			checksum * 31 + (uint64_t)groups->in_order[i]->key_plus_one - 1 + groups->in_order[i]->sink.sum;
	return checksum;
}

/* Knows that the keys are 0 to 999, and so needs no hash. */
uint64_t baseline_w6_inlined(uint64_t items)
{
	static struct groups groups;

	memset(&groups, 0, sizeof(groups));
	for (uint64_t i = 0; i < items; i++) {
		int64_t key = work_group((int64_t)i);
		struct group_slot *slot = &groups.slots[key];

		if (!slot->key_plus_one)
			add_group(&groups, slot, key);
		work_next(&slot->sink, (int64_t)i);
	}
	return groups_checksum(&groups);
}

uint64_t baseline_w6_opaque(uint64_t items)
{
	static struct groups groups;
	struct bench_user_functions user = bench_user_functions();

	memset(&groups, 0, sizeof(groups));
	for (uint64_t i = 0; i < items; i++)
		user.next((int64_t)i, &find_group(&groups, user.group((int64_t)i))->sink);
	return groups_checksum(&groups);
}

/* W7: subscribe just · map × 10 */

struct subscription {
	int64_t (*maps[10])(int64_t x);
	void (*next)(int64_t x, void *sink);
	void *sink;
};

_Static_assert(sizeof(struct subscription) == 96 || sizeof(void *) != 8, "baseline.h says 96 bytes");

uint64_t baseline_w7_inlined(uint64_t items)
{
	struct work_sink sink = { 0 };

	for (uint64_t i = 0; i < items; i++) {
		int64_t x = work_map(work_map(work_map(work_map(work_map(1)))));

		x = work_map(work_map(work_map(work_map(work_map(x)))));
		work_next(&sink, x);
		BENCH_LAUNDER(sink.sum);
	}
	return sink.sum;
}

uint64_t baseline_w7_opaque(uint64_t items)
{
	struct bench_user_functions user = bench_user_functions();
	struct work_sink sink = { 0 };
	struct subscription description = { .next = user.next, .sink = &sink };

	for (int stage = 0; stage < 10; stage++)
		description.maps[stage] = user.map;
	for (uint64_t i = 0; i < items; i++) {
		struct subscription *subscription = checked(malloc(sizeof(*subscription)));
		int64_t x = 1;

		*subscription = description;
		BENCH_LAUNDER(subscription); /* otherwise the block is optimised away */
		for (int stage = 0; stage < 10; stage++)
			x = subscription->maps[stage](x);
		subscription->next(x, subscription->sink);
		free(subscription);
	}
	return sink.sum;
}

/* W8: hand-off between two threads */

#define RING_SIZE 16384
#define SPIN_LIMIT 2000

/* What one side writes often is not on a line which the other reads often. */
struct ring {
	_Alignas(64) _Atomic uint32_t tail; /* written by the producer */
	_Alignas(64) _Atomic uint32_t head; /* written by the consumer */
	_Alignas(64) _Atomic uint32_t producer_sleeps;
	_Alignas(64) _Atomic uint32_t consumer_sleeps;
	_Alignas(64) int64_t slots[RING_SIZE];
	_Alignas(64) uint64_t items;
	bool spins;
	bool inlined;
	_Alignas(64) struct work_sink sink;
};

static void ring_wait(_Atomic uint32_t *word, uint32_t seen, _Atomic uint32_t *sleeps, bool spins)
{
	if (spins)
		for (int i = 0; i < SPIN_LIMIT; i++) {
			if (atomic_load_explicit(word, memory_order_acquire) != seen)
				return;
			__asm__ volatile("" ::: "memory");
		}
	/*
	 * Sequentially consistent with ring_publish(): either the publisher sees the sleeper, or this sees the new
	 * word. The futex is the flag itself, because a publisher that is late may clear the flag of the next wait, and
	 * only then does the sleeper notice. The callers loop.
	 */
	atomic_store(sleeps, 1);
	if (atomic_load(word) == seen)
		syscall(SYS_futex, sleeps, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
	atomic_store(sleeps, 0);
}

static inline void ring_publish(_Atomic uint32_t *word, uint32_t value, _Atomic uint32_t *sleeps)
{
	atomic_store(word, value);
	if (atomic_load(sleeps) && atomic_exchange(sleeps, 0))
		syscall(SYS_futex, sleeps, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void *ring_consume(void *context)
{
	struct ring *ring = context;
	struct bench_user_functions user = bench_user_functions();
	uint32_t head = 0;

	for (uint64_t left = ring->items; left > 0;) {
		uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

		if (tail == head) {
			ring_wait(&ring->tail, head, &ring->consumer_sleeps, ring->spins);
			continue;
		}
		left -= tail - head;
		if (ring->inlined)
			for (; head != tail; head++)
				work_next(&ring->sink, ring->slots[head % RING_SIZE]);
		else
			for (; head != tail; head++)
				user.next(ring->slots[head % RING_SIZE], &ring->sink);
		ring_publish(&ring->head, head, &ring->producer_sleeps);
	}
	return NULL;
}

static inline uint64_t hand_over(struct ring *ring, uint64_t items, uint32_t burst)
{
	uint32_t tail = 0;
	uint32_t head = 0;
	uint32_t published = 0;
	pthread_t consumer;

	ring->items = items;
	if (pthread_create(&consumer, NULL, ring_consume, ring)) {
		fputs("baseline: no thread\n", stderr);
		abort();
	}
	for (uint64_t i = 0; i < items; i++) {
		while (tail - head == RING_SIZE) {
			head = atomic_load_explicit(&ring->head, memory_order_acquire);
			if (tail - head == RING_SIZE)
				ring_wait(&ring->head, head, &ring->producer_sleeps, ring->spins);
		}
		ring->slots[tail % RING_SIZE] = (int64_t)i;
		tail++;
		if (tail - published == burst) {
			ring_publish(&ring->tail, tail, &ring->consumer_sleeps);
			published = tail;
		}
	}
	if (tail != published)
		ring_publish(&ring->tail, tail, &ring->consumer_sleeps);
	pthread_join(consumer, NULL);
	return ring->sink.sum;
}

uint64_t baseline_w8_inlined(uint64_t items)
{
	struct ring ring = { .spins = true, .inlined = true };

	return hand_over(&ring, items, 64);
}

uint64_t baseline_w8_opaque(uint64_t items)
{
	struct ring ring = { 0 };

	return hand_over(&ring, items, 1);
}

/* W9: timers that are scheduled and cancelled */

#define WHEEL_BITS 8
#define WHEEL_SLOTS (1 << WHEEL_BITS)
#define WHEEL_LEVELS 4

struct wheel_timer {
	struct wheel_timer *next;
	struct wheel_timer **link; /* what points to this timer; NULL when it is not pending */
	uint64_t due;
};

struct wheel {
	uint64_t now;
	struct wheel_timer *slots[WHEEL_LEVELS][WHEEL_SLOTS];
};

static inline void wheel_schedule(struct wheel *wheel, struct wheel_timer *timer, uint64_t due)
{
	unsigned level = (63 - (unsigned)__builtin_clzll((due ^ wheel->now) | 1)) / WHEEL_BITS;
	struct wheel_timer **slot = &wheel->slots[level][due >> (level * WHEEL_BITS) & (WHEEL_SLOTS - 1)];

	timer->due = due;
	timer->next = *slot;
	timer->link = slot;
	if (timer->next)
		timer->next->link = &timer->next;
	*slot = timer;
}

static inline void wheel_cancel(struct wheel_timer *timer)
{
	*timer->link = timer->next;
	if (timer->next)
		timer->next->link = timer->link;
	timer->link = NULL;
}

uint64_t baseline_w9_inlined(uint64_t items)
{
	static struct wheel wheel;
	static struct wheel_timer *timers;
	static uint64_t capacity;
	uint64_t random = BENCH_RANDOM_SEED;
	uint64_t checksum = 0;

	if (capacity < items) {
		timers = checked(realloc(timers, items * sizeof(*timers)));
		memset(timers, 0, items * sizeof(*timers));
		capacity = items;
	}
	for (uint64_t i = 0; i < items; i++)
		wheel_schedule(&wheel, &timers[i], bench_random_due(&random));
	for (uint64_t i = 0; i < items; i++)
		if (timers[i].link) {
			checksum += timers[i].due;
			wheel_cancel(&timers[i]);
		}
	return checksum;
}

static void never_called(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
	abort();
}

struct libevent_timer {
	struct event event;
	uint64_t due;
};

uint64_t baseline_w9_opaque(uint64_t items)
{
	static struct event_base *base;
	static struct libevent_timer *timers;
	static uint64_t capacity;
	uint64_t random = BENCH_RANDOM_SEED;
	uint64_t checksum = 0;

	if (!base)
		base = checked(event_base_new());
	if (capacity < items) {
		free(timers);
		timers = checked(calloc(items, sizeof(*timers)));
		for (uint64_t i = 0; i < items; i++)
			if (evtimer_assign(&timers[i].event, base, never_called, NULL))
				abort();
		capacity = items;
	}
	for (uint64_t i = 0; i < items; i++) {
		uint64_t due = bench_random_due(&random);
		struct timeval delay = { .tv_sec = (time_t)(due / 1000), .tv_usec = (suseconds_t)(due % 1000 * 1000) };

		timers[i].due = due;
		if (event_add(&timers[i].event, &delay))
			abort();
	}
	for (uint64_t i = 0; i < items; i++) {
		checksum += timers[i].due;
		event_del(&timers[i].event);
	}
	return checksum;
}

/* W11: distinct_until_changed · buffer_count(100) · map */

#define BUFFER_COUNT 100

uint64_t baseline_w11_inlined(uint64_t items)
{
	int64_t buffer[BUFFER_COUNT];
	size_t count = 0;
	struct work_sink sink = { 0 };
	int64_t last = -1;

	for (uint64_t i = 0; i < items; i++) {
		int64_t key = work_pair((int64_t)i);

		if (key == last)
			continue;
		last = key;
		buffer[count++] = (int64_t)i;
		if (count == BUFFER_COUNT) {
			work_next(&sink, work_total(buffer, count));
			count = 0;
		}
	}
	if (count)
		work_next(&sink, work_total(buffer, count));
	return sink.sum;
}

uint64_t baseline_w11_opaque(uint64_t items)
{
	struct bench_user_functions user = bench_user_functions();
	int64_t buffer[BUFFER_COUNT];
	size_t count = 0;
	struct work_sink sink = { 0 };
	int64_t last = -1; /* no key of the workload */

	for (uint64_t i = 0; i < items; i++) {
		int64_t key = user.pair((int64_t)i);

		if (key == last)
			continue;
		last = key;
		buffer[count++] = (int64_t)i;
		if (count == BUFFER_COUNT) {
			user.next(user.total(buffer, count), &sink);
			count = 0;
		}
	}
	if (count)
		user.next(user.total(buffer, count), &sink);
	return sink.sum;
}

#define MILLION UINT64_C(1000000)

const struct bench_row bench_rows[] = {
	{ "W1", "range · map · filter · reduce", "item", 4 * MILLION, baseline_w1_inlined, baseline_w1_opaque },
	{ "W2", "subject · map · filter · scan", "item", 4 * MILLION, baseline_w2_inlined, baseline_w2_opaque },
	{ "W3", "merge_map(just)", "item", 4 * MILLION, baseline_w3_inlined, baseline_w3_opaque },
	{ "W4", "merge of 4", "item", 4 * MILLION, baseline_w4_inlined, baseline_w4_opaque },
	{ "W5", "zip of 2", "pair", 4 * MILLION, baseline_w5_inlined, baseline_w5_opaque },
	{ "W6", "group_by, 1,000 keys", "item", 4 * MILLION, baseline_w6_inlined, baseline_w6_opaque },
	{ "W7", "subscribe just · map × 10", "subscription", MILLION, baseline_w7_inlined, baseline_w7_opaque },
	{ "W8", "thread hand-off", "item", 2 * MILLION, baseline_w8_inlined, baseline_w8_opaque },
	{ "W9", "timer + cancel, 1 M pending", "timer", MILLION, baseline_w9_inlined, baseline_w9_opaque },
	{ "W10", "switch_map(just)", "item", 4 * MILLION, NULL, baseline_w10_opaque },
	{ "W10o", "switch_map, inner stays open", "item", 4 * MILLION, NULL, baseline_w10o_opaque },
	{ "W11", "distinct · buffer(100) · map", "item", 4 * MILLION, baseline_w11_inlined, baseline_w11_opaque },
	{ 0 },
};

const struct bench_row *bench_find_row(const char *name)
{
	for (const struct bench_row *row = bench_rows; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}
