/* Classes with a `step`: the steps that the core knows, and the slots it makes for all. */
#ifndef WEIR_CORE_STEP_H
#define WEIR_CORE_STEP_H

#include <weir/operator.h>

/* The configuration of a fold; without a seed the first item is the state. */
struct weir_fold_config {
	weir_accumulator accumulator;
	void *context;
	weir_value seed;
	bool has_seed;
};

/* The state of one. */
struct weir_fold {
	struct weir_node node;
	weir_value value; /* owned */
	bool has_value;
};

/* The step of a fold that passes on every state, and of one that passes on none. */
weir_value weir_step_scan(struct weir_node *node, weir_value value);
weir_value weir_step_reduce(struct weir_node *node, weir_value value);

typedef void (*weir_next_slot)(struct weir_node *node, weir_value value);
typedef void (*weir_next_batch_slot)(struct weir_node *node, const weir_value *values, size_t count);

struct weir_step_slots {
	weir_next_slot next;
	weir_next_batch_slot next_batch;
};

/* By `run` of the node that begins it. */
extern const struct weir_step_slots weir_step_slots[];

unsigned weir_step_run_with(const struct weir_node *node, const struct weir_node *target);

/* `run` of a node in front of `target`: 0 for a class without `step`. */
static inline unsigned weir_step_run(const struct weir_node *node, const struct weir_node *target)
{
	return node->node_class->step != NULL ? weir_step_run_with(node, target) : 0;
}

static inline weir_next_slot weir_node_next_slot(const struct weir_node *node)
{
	return node->run != 0 ? weir_step_slots[node->run].next : node->node_class->next;
}

static inline weir_next_batch_slot weir_node_next_batch_slot(const struct weir_node *node)
{
	return node->run != 0 ? weir_step_slots[node->run].next_batch : node->node_class->next_batch;
}

#endif
