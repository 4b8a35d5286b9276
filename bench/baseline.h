/*
 * baseline: what the workloads cost in hand-written C, for any library to be held against.
 *
 * Each workload exists twice. `inlined` is one fused loop, the limit of the machine. `opaque` is the same loop with
 * every user function behind a pointer the compiler cannot see through: the floor for a library that takes callbacks.
 * Neither has disposal, errors, completion or demand.
 *
 * Both return the checksum described at their declaration, computed modulo 2^64; a library under test must return the
 * same. `items` is the number of source items (pairs in W5, subscriptions in W7, timers in W9). range(a, n) is
 * a, a + 1, … a + n - 1. map, keep, add, … are the user functions of functions.h. "next" is the observer's callback: it
 * adds to a sum which is kept in memory, and that sum is the checksum unless something else is said.
 */
#ifndef WEIR_BENCH_BASELINE_H
#define WEIR_BENCH_BASELINE_H

#include <stddef.h>
#include <stdint.h>

#define BENCH_RANDOM_SEED UINT64_C(0x9e3779b97f4a7c15)

/* The next due time of W9: 1 ms to 3,600,000 ms from now, in milliseconds. */
static inline uint64_t bench_random_due(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*state = x;
	return 1 + ((x >> 32) * UINT64_C(3600000) >> 32);
}

struct bench_row {
	const char *name; /* "W1" */
	const char *what; /* "range · map · filter · reduce" */
	const char *item; /* what one item is: "item", "subscription", "timer" */
	uint64_t items; /* how many make a repetition of some milliseconds */
	uint64_t (*inlined)(uint64_t items); /* NULL where there is none */
	uint64_t (*opaque)(uint64_t items);
};

/* The rows in order, ended by one whose name is NULL. */
extern const struct bench_row bench_rows[];

/* NULL if there is no row of that name. */
const struct bench_row *bench_find_row(const char *name);

/*
 * W1: range(0, items) · map(map) · filter(keep) · reduce(add, 0). The checksum is the reduced value. Two user calls for
 * each item, a third, add, for each that is kept: every second one.
 */
uint64_t baseline_w1_inlined(uint64_t items);
uint64_t baseline_w1_opaque(uint64_t items);

/*
 * W2: subject · map(map) · filter(keep) · scan(add, 0) · next. The values of range(0, items) are pushed into the
 * subject one at a time, by a function the compiler cannot see through.
 */
uint64_t baseline_w2_inlined(uint64_t items);
uint64_t baseline_w2_opaque(uint64_t items);

/*
 * W3: range(0, items) · merge_map(x → just(map(x))) · next. The opaque variant calls a projection that fills in an
 * inner source, and subscribes to that through a pointer. The projection does the arithmetic of map itself.
 */
uint64_t baseline_w3_inlined(uint64_t items);
uint64_t baseline_w3_opaque(uint64_t items);

/* W4: merge(range(0, q), range(q, q), range(2q, q), range(3q, q)) · next, q being items / 4. `items` is a multiple
 * of 4. */
uint64_t baseline_w4_inlined(uint64_t items);
uint64_t baseline_w4_opaque(uint64_t items);

/* W5: zip(range(0, items), range(items, items), combine) · next. */
uint64_t baseline_w5_inlined(uint64_t items);
uint64_t baseline_w5_opaque(uint64_t items);

/*
 * W6: range(0, items) · group_by(group), 1,000 keys; each group has an observer of its own, whose next adds to a sum of
 * its own. The checksum takes the groups in the order of their appearance: from 0, checksum * 31 + key + sum. The
 * opaque variant finds a group in a hash table, the inlined one in an array; neither has group observables.
 */
uint64_t baseline_w6_inlined(uint64_t items);
uint64_t baseline_w6_opaque(uint64_t items);

/*
 * W7: just(1) · map(map) × 10 · next, described once and subscribed `items` times. The opaque variant allocates one
 * block of 96 bytes per subscription (ten functions, next, its sink), fills it from the description, runs it and frees
 * it.
 */
uint64_t baseline_w7_inlined(uint64_t items);
uint64_t baseline_w7_opaque(uint64_t items);

/*
 * W8: range(0, items) on the calling thread, handed over to a second one, · next there; starting and joining that
 * thread is inside. Opaque: a ring of 16,384, each item published as soon as it is written; both sides sleep on a
 * futex, and only a sleeper is woken. Inlined: published every 64 items, and a bounded spin before sleeping. The least
 * repeatable row: it depends on two cores being free.
 */
uint64_t baseline_w8_inlined(uint64_t items);
uint64_t baseline_w8_opaque(uint64_t items);

/*
 * W9: schedules `items` timers, then cancels all of them in the same order; time stands still and nothing fires. The
 * due times are what successive calls of bench_random_due() return, beginning with the state BENCH_RANDOM_SEED. The
 * checksum is the sum of the due times, in milliseconds, read back from each timer as it is cancelled. Opaque:
 * libevent, events assigned beforehand, event_add() and event_del(). Inlined: a hierarchical wheel. Memory and events
 * are made in the first call and kept, so the first call is not to be timed.
 */
uint64_t baseline_w9_inlined(uint64_t items);
uint64_t baseline_w9_opaque(uint64_t items);

/*
 * W10: range(0, items) · switch_map(x → just(map(x))) · next. As W3; besides, the newest inner source is remembered,
 * and torn down through a pointer when the next item comes, unless it has completed, which just always has. W10o: the
 * same, but an inner source stays open after its one item, so that each item tears one down.
 */
uint64_t baseline_w10_opaque(uint64_t items);
uint64_t baseline_w10o_opaque(uint64_t items);

/*
 * W11: range(0, items) · distinct_until_changed(by the key pair) · buffer_count(100) · map(total) · next. Every second
 * item is dropped. The last buffer is delivered even when it is not full.
 */
uint64_t baseline_w11_inlined(uint64_t items);
uint64_t baseline_w11_opaque(uint64_t items);

#endif
