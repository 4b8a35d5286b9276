/* Stages that make at most one item of one, run in one loop. See core/step.h and weir/operator.h. */
#include "core/step.h"

#define NOINLINE __attribute__((noinline))

/* The steps, for all kinds of values. */

weir_value weir_step_map(struct weir_node *node, weir_value value)
{
	const struct weir_mapper_config *config = node->config;
	weir_value mapped = config->mapper(value, config->context);

	weir_release(value);
	return mapped;
}

weir_value weir_step_filter(struct weir_node *node, weir_value value)
{
	const struct weir_predicate_config *config = node->config;
	int verdict = config->predicate(value, config->context);

	if (verdict > 0)
		return value;
	weir_release(value);
	return verdict == 0 ? weir_nothing() : weir_error_value(weir_error_new(-verdict, "the predicate failed"));
}

/* `value` is the new state. Returns it, not owned; of kind error when it is one; nothing when the stage has ended. */
static weir_value keep(struct weir_fold *self, weir_value value)
{
	if (weir_is_error(value))
		return value;
	if (!weir_is_open(&self->node)) {
		weir_release(value);
		return weir_nothing();
	}
	self->value = value;
	self->has_value = true;
	return value;
}

static weir_value accumulate(struct weir_node *node, weir_value value)
{
	struct weir_fold *self = WEIR_CONTAINER_OF(node, struct weir_fold, node);
	const struct weir_fold_config *config = node->config;
	weir_value before = self->value;

	if (!self->has_value)
		return keep(self, value);
	/* The accumulator may cancel while it borrows the state: until it returns, `finish` must not find it there. */
	self->value = weir_nil();

	weir_value next = config->accumulator(before, value, config->context);

	weir_release(before);
	weir_release(value);
	return keep(self, next);
}

weir_value weir_step_scan(struct weir_node *node, weir_value value)
{
	value = accumulate(node, value);
	return weir_is_error(value) ? value : weir_retain(value);
}

weir_value weir_step_reduce(struct weir_node *node, weir_value value)
{
	value = accumulate(node, value);
	return weir_is_error(value) ? value : weir_nothing();
}

/* What is passed on of a step's result: an item, the end, or a request for another item. */
static WEIR_ALWAYS_INLINE void pass_on(struct weir_node *node, weir_value value)
{
	if (weir_is_nothing(value))
		weir_request_replacement(node);
	else
		weir_emit_result(node, value);
}

static NOINLINE void run_alone(struct weir_node *node, weir_value value)
{
	pass_on(node, node->node_class->step(node, value));
}

/*
 * Runs. A call through a pointer for each stage is most of what a short stage costs, so up to three neighbours are run by
 * one function, made for just their kinds. What the kinds are is known when the nodes are linked.
 *
 * They are for values that are not counted: those need no release, and nothing of them must survive a call. A counted one
 * takes the way from stage to stage.
 */
enum kind {
	NONE,
	MAP,
	FILTER,
	SCAN, /* the last of its run */
	REDUCE, /* the last of its run */
	OTHER, /* any other step; a run of its own */
	KINDS,
};

static enum kind kind_of(const struct weir_node_class *node_class)
{
	return node_class->step == weir_step_map      ? MAP
	       : node_class->step == weir_step_filter ? FILTER
	       : node_class->step == weir_step_scan   ? SCAN
	       : node_class->step == weir_step_reduce ? REDUCE
						      : OTHER;
}

unsigned weir_step_run_with(const struct weir_node *node, const struct weir_node *target)
{
	enum kind kind = kind_of(node->node_class);
	unsigned longer = kind + target->run % (KINDS * KINDS) * KINDS;

	return weir_step_slots[longer].next != NULL ? longer : kind;
}

static WEIR_ALWAYS_INLINE bool take_map(struct weir_node *node, weir_value *value)
{
	const struct weir_mapper_config *config = node->config;

	*value = config->mapper(*value, config->context);
	if (WEIR_LIKELY(!(value->tag & WEIR_TAG_COUNTED)))
		return true;
	weir_emit_result(node, *value);
	return false;
}

static NOINLINE void fail_by(struct weir_node *node, int verdict)
{
	weir_emit_failure(node, -verdict, "the predicate failed");
}

static WEIR_ALWAYS_INLINE bool take_filter(struct weir_node *node, weir_value value)
{
	const struct weir_predicate_config *config = node->config;
	int verdict = config->predicate(value, config->context);

	if (verdict > 0)
		return true;
	if (WEIR_LIKELY(verdict == 0))
		weir_request_replacement(node);
	else
		fail_by(node, verdict);
	return false;
}

static NOINLINE void keep_slowly(struct weir_fold *self, weir_value value, bool passes_on)
{
	value = keep(self, value);
	pass_on(&self->node, weir_is_error(value) ? value : passes_on ? weir_retain(value) : weir_nothing());
}

static WEIR_ALWAYS_INLINE bool take_fold(struct weir_node *node, weir_value *value, bool passes_on)
{
	struct weir_fold *self = WEIR_CONTAINER_OF(node, struct weir_fold, node);
	const struct weir_fold_config *config = node->config;

	if (WEIR_UNLIKELY(!self->has_value || self->value.tag & WEIR_TAG_COUNTED)) {
		run_alone(node, *value);
		return false;
	}
	*value = config->accumulator(self->value, *value, config->context);
	if (WEIR_UNLIKELY(value->tag & WEIR_TAG_COUNTED || !weir_is_open(node))) {
		keep_slowly(self, *value, passes_on);
		return false;
	}
	self->value = *value;
	return passes_on;
}

/* One step. False when the item is not to be passed on by the caller. */
static WEIR_ALWAYS_INLINE bool take_step(struct weir_node *node, enum kind kind, weir_value *value)
{
	return kind == MAP	? take_map(node, value)
	       : kind == FILTER ? take_filter(node, *value)
				: take_fold(node, value, kind == SCAN);
}

/* As take_step(), and on to the next stage, if there still is one: a callback may have cancelled. */
static WEIR_ALWAYS_INLINE bool take_step_on(struct weir_node **node, enum kind kind, weir_value *value)
{
	struct weir_node *here = *node;

	if (!take_step(here, kind, value))
		return false;
	if (WEIR_UNLIKELY(!weir_is_open(here))) {
		weir_emit_next(here, *value);
		return false;
	}
	*node = here->next_target;
	return true;
}

static WEIR_ALWAYS_INLINE void run(
	struct weir_node *node, weir_value value, enum kind first, enum kind second, enum kind third)
{
	if (first == OTHER) {
		pass_on(node, node->node_class->step(node, value));
		return;
	}
	if (WEIR_UNLIKELY(value.tag & WEIR_TAG_COUNTED)) {
		run_alone(node, value);
		return;
	}
	if (second != NONE && !take_step_on(&node, first, &value))
		return;
	if (third != NONE && !take_step_on(&node, second, &value))
		return;
	if (take_step(node, third != NONE ? third : second != NONE ? second : first, &value))
		weir_emit_next(node, value);
}

/* clang-format off */

/* The runs there are; where size counts, one stage makes a run. */
#define RUNS_OF_1(RUN) \
	RUN(MAP, NONE, NONE) RUN(FILTER, NONE, NONE) RUN(SCAN, NONE, NONE) RUN(REDUCE, NONE, NONE) RUN(OTHER, NONE, NONE)
#ifdef __OPTIMIZE_SIZE__
#define RUNS(RUN) RUNS_OF_1(RUN)
#else
#define RUNS_OF_3(RUN, first, second) \
	RUN(first, second, NONE) \
	RUN(first, second, MAP) RUN(first, second, FILTER) RUN(first, second, SCAN) RUN(first, second, REDUCE)
#define RUNS(RUN) \
	RUNS_OF_1(RUN) \
	RUN(MAP, SCAN, NONE) RUN(MAP, REDUCE, NONE) RUN(FILTER, SCAN, NONE) RUN(FILTER, REDUCE, NONE) \
	RUNS_OF_3(RUN, MAP, MAP) RUNS_OF_3(RUN, MAP, FILTER) RUNS_OF_3(RUN, FILTER, MAP) RUNS_OF_3(RUN, FILTER, FILTER)
#endif

#define RUN_FUNCTIONS(first, second, third) \
	static void next_##first##_##second##_##third(struct weir_node *node, weir_value value) \
	{ \
		run(node, value, first, second, third); \
	} \
\
	static void next_batch_##first##_##second##_##third( \
		struct weir_node *node, const weir_value *values, size_t count) \
	{ \
		for (size_t index = 0; index < count; index++) { \
			if (WEIR_LIKELY(weir_is_open(node))) \
				run(node, values[index], first, second, third); \
			else \
				weir_release(values[index]); \
		} \
	}

#define RUN_SLOTS(first, second, third) \
	[(first) + (second) * KINDS + (third) * KINDS * KINDS] = { \
		next_##first##_##second##_##third, next_batch_##first##_##second##_##third },

RUNS(RUN_FUNCTIONS)

const struct weir_step_slots weir_step_slots[KINDS * KINDS * KINDS] = { RUNS(RUN_SLOTS) };
