/* Items gathered into results. See kit/batches.h. */
#include "kit/batches.h"

#include <errno.h>

static struct weir_batches *batches_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_batches, node);
}

static weir_value harvest(struct weir_batches *batches)
{
	batches->has_content = false;
	batches->is_complete = false;
	batches->is_due = false;
	weir_timer_stop(&batches->timer);
	return batches->batches_class->harvest(batches);
}

static bool is_over(const struct weir_batches *batches)
{
	return batches->has_content && (batches->is_complete || batches->is_due || batches->source_completed);
}

static void ask_upstream(struct weir_batches *batches)
{
	uint64_t wanted = batches->node.demand == WEIR_UNBOUNDED ? WEIR_UNBOUNDED : 1;

	if (!batches->was_requested || batches->source_completed || batches->is_complete ||
		weir_queue_count(&batches->complete) > 0 || batches->asked >= wanted)
		return;
	batches->asked = wanted;
	weir_request_upstream(&batches->node, wanted);
}

static void drain(struct weir_batches *batches)
{
	if (batches->draining)
		return;
	batches->draining = true;
	while (batches->node.demand > 0 && (weir_queue_count(&batches->complete) > 0 || is_over(batches)))
		weir_emit_result(&batches->node, weir_queue_count(&batches->complete) > 0
							 ? weir_queue_pop(&batches->complete)
							 : harvest(batches));
	batches->draining = false;
	if (!weir_is_open(&batches->node))
		return;
	if (batches->source_completed && !batches->has_content && weir_queue_count(&batches->complete) == 0)
		weir_emit_complete(&batches->node);
	else
		ask_upstream(batches);
}

static void on_clock(struct weir_timer *timer)
{
	struct weir_batches *batches = WEIR_CONTAINER_OF(timer, struct weir_batches, timer);
	int verdict = batches->batches_class->is_due != NULL ? batches->batches_class->is_due(batches) : 1;

	if (!weir_is_open(&batches->node))
		return;
	if (verdict < 0) {
		weir_emit_failure(&batches->node, -verdict, "the predicate failed");
	} else if (verdict == 0) {
		weir_timer_start(timer, batches->interval);
	} else {
		batches->is_due = true;
		drain(batches);
	}
}

void weir_batches_init(struct weir_batches *batches, struct weir_node *node,
	const struct weir_batches_class *batches_class, weir_duration interval)
{
	batches->batches_class = batches_class;
	batches->interval = interval;
	weir_queue_init(&batches->complete, 0);
	weir_timer_init(&batches->timer, node, on_clock);
}

bool weir_batches_begin(struct weir_batches *batches, bool is_next)
{
	weir_value result;

	if (!weir_is_open(&batches->node))
		return false;
	if (batches->asked != WEIR_UNBOUNDED)
		batches->asked--;
	if (!batches->has_content || !(is_next || batches->is_complete))
		return true;
	result = harvest(batches);
	if (weir_is_error(result)) {
		weir_emit_failed_value(&batches->node, result);
	} else if (weir_queue_push(&batches->complete, result) < 0) {
		weir_release(result);
		weir_emit_failure(&batches->node, ENOMEM, "out of memory");
	}
	return weir_is_open(&batches->node);
}

void weir_batches_added(struct weir_batches *batches, bool is_complete)
{
	if (!batches->has_content && batches->interval > 0)
		weir_timer_start(&batches->timer, batches->interval);
	batches->has_content = true;
	batches->is_complete = is_complete;
	drain(batches);
}

void weir_batches_complete(struct weir_node *node)
{
	batches_of(node)->source_completed = true;
	drain(batches_of(node));
}

void weir_batches_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	batches_of(node)->was_requested = true;
	drain(batches_of(node));
}

void weir_batches_finish(struct weir_batches *batches)
{
	weir_queue_finish(&batches->complete);
}
