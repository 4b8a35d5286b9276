/* The emission loop of a synchronous source. See kit/pump.h. */
#include "kit/pump.h"

static void pump_again(struct weir_timer *timer)
{
	struct weir_pump *pump = WEIR_CONTAINER_OF(timer, struct weir_pump, again);

	pump->running = false;
	pump->emit(timer->context);
}

void weir_pump_pause(struct weir_pump *pump, struct weir_node *node, void (*emit)(struct weir_node *node))
{
	if (!weir_is_open(node))
		return;
	if (!pump->has_timer) {
		weir_timer_init(&pump->again, node, pump_again);
		pump->again.context = node;
		pump->has_timer = true;
	}
	pump->emit = emit;
	weir_timer_start(&pump->again, 0);
}
