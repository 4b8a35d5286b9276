/*
 * A source for tests: the integers from 1 on, at once or in time, one by one or in batches, that ends as it is told,
 * and emits only what is requested.
 */
#ifndef TESTS_KIT_NUMBERS_H
#define TESTS_KIT_NUMBERS_H

#include <weir/observable.h>
#include <weir/time.h>

enum numbers_end {
	NUMBERS_COMPLETE,
	NUMBERS_FAIL, /* with WEIR_EUSER, "error" */
	NUMBERS_NEVER,
};

struct numbers {
	int64_t count;
	enum numbers_end end;
	/* Between two items, and between the last and the end; 0: synchronous. */
	weir_duration interval;
	/* Items per interval; 0: as many as in a batch. */
	size_t burst;
	/* Items per weir_emit_batch(), never more than requested; 0: weir_emit_next(), or as `numbers_in_batches` says. */
	size_t batch;
	/* Counts, when not NULL. */
	struct numbers_log *log;
};

enum {
	NUMBERS_RANDOM = 1000000, /* as a batch: of 1 to 5 items, by turns */
};

/* The test switch: while it is not 0, what would be emitted item by item is emitted in batches of this size. */
extern size_t numbers_in_batches;

struct numbers_log {
	size_t subscribed;
	size_t finished;
	size_t failed; /* by NUMBERS_FAIL */
	uint64_t requested; /* in all subscriptions */
	uint64_t emitted;
	/* Called at the beginning of each subscription. */
	void (*on_subscribed)(struct numbers_log *log);
	void *context;
};

weir_observable *numbers(struct numbers numbers);

#endif
