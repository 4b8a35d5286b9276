/*
 * The emission loop of a synchronous source: as many items as are asked for, no recursion when the consumer asks for
 * more from inside `next`, and a pause until the loop's next turn after a budget of items, so that timers and other
 * pipelines are served.
 *
 *	static void range_emit(struct weir_node *node)
 *	{
 *		if (!weir_pump_enter(&self->pump))
 *			return;                      // the loop that is running already sees the new demand
 *		while (node->demand > 0 && …)
 *			if (!weir_pump_continue(&self->pump, node, range_emit))
 *				return;              // will be called again by the loop
 *			emit one;
 *		weir_pump_leave(&self->pump);
 *	}
 */
#ifndef WEIR_KIT_PUMP_H
#define WEIR_KIT_PUMP_H

#include <weir/operator.h>

enum {
	/* Items per turn. Large against the cost of a turn, small against a human's patience. */
	WEIR_PUMP_BUDGET = 8192,
};

struct weir_pump {
	struct weir_timer again;
	void (*emit)(struct weir_node *node);
	uint32_t budget;
	bool running;
	bool has_timer;
};

/* In zeroed state it is ready. False when the pump is running further up the stack, or waits for its next turn. */
static inline bool weir_pump_enter(struct weir_pump *pump)
{
	if (pump->running)
		return false;
	pump->running = true;
	pump->budget = WEIR_PUMP_BUDGET;
	return true;
}

static inline void weir_pump_leave(struct weir_pump *pump)
{
	pump->running = false;
}

/* Stop until the next turn, and then call `emit`. */
void weir_pump_pause(struct weir_pump *pump, struct weir_node *node, void (*emit)(struct weir_node *node));

/* Before each item: false when this turn's budget is used up. */
static inline bool weir_pump_continue(
	struct weir_pump *pump, struct weir_node *node, void (*emit)(struct weir_node *node))
{
	if (WEIR_LIKELY(pump->budget-- > 0))
		return true;
	weir_pump_pause(pump, node, emit);
	return false;
}

#endif
