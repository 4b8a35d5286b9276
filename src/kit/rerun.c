/* A source that is run again and again. See kit/rerun.h. */
#include "kit/rerun.h"

static void run_again(struct weir_rerun *rerun)
{
	weir_timer_stop(&rerun->wait);
	weir_inner_stop(&rerun->signal);
	weir_inner_release_ended(&rerun->run);
	weir_inner_switch_to_borrowed(&rerun->run, rerun->source);
}

static void on_wait_over(struct weir_timer *timer)
{
	run_again(WEIR_CONTAINER_OF(timer, struct weir_rerun, wait));
}

static void on_signal(struct weir_inner *inner, weir_value value)
{
	weir_release(value);
	run_again(WEIR_CONTAINER_OF(inner, struct weir_rerun, signal));
}

static void on_signal_complete(struct weir_inner *inner)
{
	if (WEIR_CONTAINER_OF(inner, struct weir_rerun, signal)->waits_for_signal)
		weir_emit_complete(inner->owner);
}

static const struct weir_inner_class signal_class = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = on_signal,
	.complete = on_signal_complete,
};

void weir_rerun_init(struct weir_rerun *rerun, struct weir_node *node, weir_observable *source,
	const struct weir_inner_class *run_class)
{
	rerun->source = source;
	weir_inner_init(&rerun->run, node, run_class);
	weir_inner_init(&rerun->signal, node, &signal_class);
	weir_timer_init(&rerun->wait, node, on_wait_over);
	weir_inner_switch_to_borrowed(&rerun->run, source);
}

void weir_rerun_after(struct weir_rerun *rerun, weir_duration delay, weir_observable *wake)
{
	if (!weir_is_open(&rerun->node))
		return;
	if (delay <= 0) {
		run_again(rerun);
		return;
	}
	weir_timer_start(&rerun->wait, delay);
	if (wake != NULL)
		weir_inner_switch_to_borrowed(&rerun->signal, wake);
}

void weir_rerun_when(struct weir_rerun *rerun, weir_observable *signal)
{
	rerun->waits_for_signal = true;
	weir_inner_switch_to(&rerun->signal, signal);
}

void weir_rerun_request(struct weir_node *node, uint64_t count)
{
	weir_inner_request(&WEIR_CONTAINER_OF(node, struct weir_rerun, node)->run, count);
}
