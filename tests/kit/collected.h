/* An observer on a real loop that keeps the items themselves, and how it ended. */
#ifndef TESTS_KIT_COLLECTED_H
#define TESTS_KIT_COLLECTED_H

#include <weir/loop.h>
#include <weir/observable.h>

enum {
	COLLECT_MAX = 4096,
};

struct collected {
	weir_subscription *subscription;
	weir_value items[COLLECT_MAX]; /* the first ones */
	size_t count;
	size_t bytes; /* of bins and strings among the items */
	weir_error *error;
	bool is_completed;
	bool is_destroyed;
	size_t cancel_after; /* cancel from inside the item of this number; 0: never */
	size_t request_after_each; /* ask for so many from inside each item */
	bool forgets_items;
};

/* `demand` as in struct weir_observer. Consumes the observable. */
void collect(struct collected *collected, weir_loop *loop, weir_observable *observable, uint64_t demand);

/* Releases what was kept; cancels what runs. */
void collect_finish(struct collected *collected);

/* Runs until the end of the subscription or for `limit`. False in the latter case. */
bool collect_run(struct collected *collected, weir_loop *loop, weir_duration limit);

/* Runs for so long, also when there is nothing to do. */
void collect_wait(weir_loop *loop, weir_duration duration);

/* The code of the error; 0 without. */
int collect_code(const struct collected *collected);

/* The message of the error; "" without. */
const char *collect_message(const struct collected *collected);

/* The bins and strings among the items, joined and terminated; the caller frees it. */
char *collect_text(const struct collected *collected);

#endif
