/*
 * Parts of `next_batch` slots.
 *
 * Only stages without a callback per item take batches: a callback that ran for the whole batch before the first result
 * is passed on would be seen by its owner.
 */
#ifndef WEIR_KIT_BATCH_H
#define WEIR_KIT_BATCH_H

#include <weir/operator.h>

enum {
	WEIR_BATCH_MAX = 64,
};

static inline void weir_batch_release(const weir_value *values, size_t count)
{
	for (size_t index = 0; index < count; index++)
		weir_release(values[index]);
}

/* A batch slot that is the `next` slot in a loop: what saves is the way to it. */
static inline void weir_batch_each(struct weir_node *node, const weir_value *values, size_t count,
	void (*next)(struct weir_node *node, weir_value value))
{
	for (size_t index = 0; index < count; index++) {
		if (WEIR_UNLIKELY(!weir_is_open(node))) {
			weir_batch_release(values + index, count - index);
			return;
		}
		next(node, values[index]);
	}
}

/*
 * A batch slot of a stage whose callback takes arrays: `run` gets at most WEIR_BATCH_MAX items at a time, each owned. That
 * is how its user wants it, so here a callback may run ahead of what its results lead to.
 */
static inline void weir_batch_chunks(struct weir_node *node, const weir_value *values, size_t count,
	void (*run)(struct weir_node *node, const weir_value *values, size_t count))
{
	while (count > 0 && weir_is_open(node)) {
		size_t chunk = count < WEIR_BATCH_MAX ? count : WEIR_BATCH_MAX;

		run(node, values, chunk);
		values += chunk;
		count -= chunk;
	}
	weir_batch_release(values, count);
}

/* The tags of all values, or'ed: whether any is counted. */
static inline uint64_t weir_batch_tags(const weir_value *values, size_t count)
{
	uint64_t tags = 0;

	WEIR_UNROLL
	for (size_t index = 0; index < count; index++)
		tags |= values[index].tag;
	return tags;
}

/* Emit what a callback made, up to the first value of kind error, which ends the stream. */
static inline void weir_batch_emit_results(struct weir_node *node, const weir_value *results, size_t count)
{
	size_t good = count;

	if (WEIR_UNLIKELY(weir_batch_tags(results, count) & WEIR_TAG_COUNTED))
		for (good = 0; good < count && !weir_is_error(results[good]);)
			good++;
	weir_emit_batch(node, results, good);
	if (WEIR_LIKELY(good == count))
		return;
	weir_emit_failed_value(node, results[good]);
	weir_batch_release(results + good + 1, count - good - 1);
}

/* As weir_request_replacement() for several items. */
static inline void weir_batch_replace(struct weir_node *node, size_t count)
{
	if (count > 0 && node->request_target->demand != WEIR_UNBOUNDED)
		weir_request_upstream(node, count);
}

/*
 * A batch slot of a stage that drops some of the items, without a callback of the user's. `passes` borrows an item: > 0 yes,
 * 0 no, < 0 a negated errno. Returns 0, or that errno, and then what came before has been passed on, and the rest released.
 */
static inline int weir_batch_filter(struct weir_node *node, const weir_value *values, size_t count,
	int (*passes)(struct weir_node *node, weir_value value))
{
	weir_value passed[WEIR_BATCH_MAX];
	size_t begin = 0;
	int verdict = 0;

	while (begin < count && verdict >= 0 && weir_is_open(node)) {
		size_t passed_count = 0;
		size_t index = begin;

		for (; index < count && passed_count < WEIR_BATCH_MAX && verdict >= 0; index++) {
			verdict = passes(node, values[index]);
			if (verdict > 0)
				passed[passed_count++] = values[index];
			else
				weir_release(values[index]);
		}
		weir_batch_replace(node, index - begin - passed_count);
		weir_emit_batch(node, passed, passed_count);
		begin = index;
	}
	weir_batch_release(values + begin, count - begin);
	return verdict < 0 ? verdict : 0;
}

#endif
