/*
 * Several inputs known when the recipe is made, each with a subscription of its own: the engine of zip, combine_latest,
 * with_latest_from, fork_join and race.
 *
 * Embed `struct weir_gather` as first member of the node's struct, call weir_gather_start() in `start` and let the
 * class's `request` be weir_gather_request(). Inputs are subscribed in order, until the stream has ended.
 *
 * Demand. An input is lent what it may send, and lent more when that is used up:
 * - QUEUE: as many items as downstream waits for, less those that are queued; at most WEIR_GATHER_PREFETCH. So no queue
 *   is longer than that, and no input is asked for more than downstream asked for.
 * - LATEST: what downstream waits for, at most WEIR_GATHER_CREDIT; items that lead to nothing are replaced. What
 *   arrives beyond the demand waits in one queue, in order of arrival.
 * - FIRST: what downstream waits for.
 *
 * Emission is serial: an item that arrives from inside the emission of another one waits for its end.
 */
#ifndef WEIR_KIT_GATHER_H
#define WEIR_KIT_GATHER_H

#include <weir/operator.h>

#include "base/ring.h"
#include "kit/sources.h"

enum {
	WEIR_GATHER_PREFETCH = 64,
	WEIR_GATHER_CREDIT = 16,
};

enum weir_gather_mode {
	WEIR_GATHER_FIRST, /* the input that has an item first is kept, the others are stopped; its items pass */
	WEIR_GATHER_LATEST, /* of each input the newest item */
	WEIR_GATHER_QUEUE, /* of each input the items that wait for their partners */
};

struct weir_gather;

/* What an operator adds. `index` is the input's. */
struct weir_gather_class {
	enum weir_gather_mode mode;
	/* The inputs are asked for everything, whatever the demand. */
	bool takes_everything;
	/* LATEST: items are kept and nothing is emitted for them: the operator does so, and decides about the end. */
	bool is_quiet;
	/* LATEST: when an input completes the others are released, and what waits is the last. */
	bool ends_with_any;
	/* LATEST, QUEUE: what one item of each input makes together, owned; the items are borrowed. */
	weir_value (*combine)(struct weir_gather *gather, const weir_value *values);
	/* An input failed; owned. Absent: the stream fails with it. */
	void (*error)(struct weir_gather *gather, size_t index, weir_error *error);
	/* LATEST: all inputs have ended and nothing waits. Absent: the stream completes. Where it is there, an input whose
	 * error was taken by `error` has ended as if it had completed. */
	void (*ended)(struct weir_gather *gather);
	/*
	 * An input completed; it is still to be released. Absent: FIRST completes; LATEST completes when all have;
	 * QUEUE when nothing is queued of one that has.
	 */
	void (*complete)(struct weir_gather *gather, size_t index);
	/* An input has completed or failed, without having ended the stream, and was released. */
	void (*released)(struct weir_gather *gather, size_t index);
};

/* The configuration of operators that combine. */
struct weir_gather_config {
	struct weir_sources sources;
	weir_combiner combiner;
	void *context;
};

struct weir_gather_input {
	struct weir_subscription *subscription; /* NULL: not running */
	uint64_t credit; /* items it may still send; WEIR_UNBOUNDED: any number */
	uint64_t received; /* QUEUE: items so far */
	bool has_value; /* LATEST */
	bool has_completed;
};

/*
 * What is queued stands in rows, one for each combination: the n-th items of all inputs side by side, as the combiner
 * wants them. The row of a combination is its number modulo `row_count`.
 */
struct weir_gather_rows {
	weir_value *cells;
	size_t row_count; /* a power of two, or 0 */
	uint64_t taken; /* combinations so far */
	uint64_t tags; /* of all items so far, or-ed */
};

/* Private but for `node`, and for reading `count`, `running`, `winner`, `inputs[].has_value`. */
struct weir_gather {
	struct weir_node node;
	struct weir_resource resource;
	const struct weir_gather_class *gather_class;
	weir_combiner combiner; /* called for `combine`; NULL: that is */
	void *context;
	size_t count;
	size_t running; /* inputs that have not ended */
	size_t lacking; /* inputs of which there is no item */
	struct weir_gather_input *inputs;
	struct weir_gather_rows rows;
	weir_value *values; /* the newest of each input; [-1] is the operator's */
	struct weir_ring pending; /* LATEST: items nobody has asked for yet */
	struct weir_gather_input *winner; /* FIRST: the one that is kept; NULL: still open */
	bool emitting; /* the loop that emits is running further up the stack */
	bool serving; /* the loop that lends is, or it waits for its next turn */
	bool hungry; /* some input may have used up what it was lent */
	bool has_timer;
	struct weir_timer again;
};

/* In `start`: subscribe to all inputs, borrowed. Without any, those modes complete that complete by themselves. */
void weir_gather_start(
	struct weir_node *node, const struct weir_gather_class *gather_class, const struct weir_sources *sources);

/* The class's slot. */
void weir_gather_request(struct weir_node *node, uint64_t count);

/* LATEST: whether each input has had an item. */
static inline bool weir_gather_has_all(const struct weir_gather *gather)
{
	return gather->lacking == 0;
}

/* A quiet one: emit the combination of the newest items. `first` is before them, at values[-1]. Consumes `first`. */
void weir_gather_emit(struct weir_gather *gather, weir_value first);

/* The newest item of an input, borrowed, or what weir_gather_set() put there. */
static inline weir_value weir_gather_get(const struct weir_gather *gather, size_t index)
{
	return gather->values[index];
}

/* As if the input had sent `value`, and nothing is emitted for it. Consumes `value`. */
void weir_gather_set(struct weir_gather *gather, size_t index, weir_value value);

/* FIRST: fail with the failures that weir_gather_set() has put in place of the inputs' items. */
void weir_gather_fail(struct weir_gather *gather, const char *message);

/* For `combine`: what the configuration's combiner makes; without one a map, if the inputs have names, or an array. */
weir_value weir_gather_combine(struct weir_gather *gather, const weir_value *values);

/* The same with values[-1] as the first of them; names play no part. */
weir_value weir_gather_combine_with_first(struct weir_gather *gather, const weir_value *values);

/* A recipe configured by weir_gather_config. */
weir_observable *weir_gather_new(const struct weir_node_class *node_class, weir_observable *const *sources,
	size_t count, weir_combiner combiner, void *context);

/* The same for named sources, without a combiner. */
weir_observable *weir_gather_new_keyed(const struct weir_node_class *node_class, const struct weir_entry *entries);

#endif
