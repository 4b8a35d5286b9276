/* A source that a notifier runs again. See kit/reruns.h. */
#include "kit/reruns.h"

#include <errno.h>

#include "kit/subject.h"

static const struct weir_node_class ends_class = {
	.name = "ends",
	WEIR_LISTENER_SLOTS,
};

static void start_runs(struct weir_node *node)
{
	struct weir_reruns *reruns = WEIR_CONTAINER_OF(node, struct weir_reruns, runs.node);
	const struct weir_reruns_config *config = node->config;

	if (reruns->is_telling || !weir_pump_enter(&reruns->starts))
		return;
	while (reruns->due > 0 && weir_is_open(node)) {
		if (!weir_pump_continue(&reruns->starts, node, start_runs))
			return;
		reruns->due--;
		reruns->rests = false;
		reruns->inside++;
		weir_flatten_run(&reruns->runs, config->source, true);
		reruns->inside--;
	}
	weir_pump_leave(&reruns->starts);
}

void weir_reruns_request(struct weir_node *node, uint64_t count)
{
	struct weir_reruns *reruns = WEIR_CONTAINER_OF(node, struct weir_reruns, runs.node);

	reruns->inside++;
	weir_flatten_request(node, count);
	reruns->inside--;
}

void weir_reruns_start(struct weir_reruns *reruns, struct weir_node *node, const struct weir_flatten_class *runs_class,
	const struct weir_inner_class *notifier_class)
{
	weir_flatten_init(&reruns->runs, node, runs_class, WEIR_UNBOUNDED, false);
	weir_inner_init(&reruns->notifier, node, notifier_class);
	reruns->due = 1;
	reruns->in_one_breath = true;
	start_runs(node);
}

/* The first end: only now is a notifier needed. */
static void make_notifier(struct weir_reruns *reruns)
{
	struct weir_node *node = &reruns->runs.node;
	const struct weir_reruns_config *config = node->config;

	reruns->ends = weir_subject_make(&ends_class, &(struct weir_hub_options){ .slack = WEIR_RERUNS_ENDS_MAX });
	if (reruns->ends == NULL) {
		weir_emit_failure(node, ENOMEM, "out of memory");
		return;
	}

	weir_observable *ends = weir_subject_observable(reruns->ends);
	weir_observable *notifier = config->notifier(ends, config->context);

	weir_unref(ends);
	weir_inner_switch_to(&reruns->notifier, notifier);
}

void weir_reruns_tell(struct weir_reruns *reruns, weir_value end)
{
	struct weir_node *node = &reruns->runs.node;

	reruns->in_one_breath = reruns->in_one_breath && reruns->inside > 0;
	reruns->is_telling = true;
	if (reruns->ends == NULL)
		make_notifier(reruns);
	if (!weir_is_open(node)) {
		weir_release(end);
		return;
	}

	/* The notifier may end the node, which releases the subject. */
	weir_subject *ends = weir_subject_ref(reruns->ends);

	weir_subject_next(ends, end);
	weir_subject_unref(ends);
	reruns->is_telling = false;
	if (weir_is_open(node))
		start_runs(node);
}

void weir_reruns_on_notifier_next(struct weir_inner *notifier, weir_value value)
{
	struct weir_reruns *reruns = WEIR_CONTAINER_OF(notifier, struct weir_reruns, notifier);

	weir_release(value);
	reruns->due++;
	if (reruns->inside == 0 || !reruns->in_one_breath)
		reruns->rests = false;
	start_runs(&reruns->runs.node);
}

void weir_reruns_finish(struct weir_node *node)
{
	weir_subject *ends = WEIR_CONTAINER_OF(node, struct weir_reruns, runs.node)->ends;

	/* Without a word: the notifier may be on the stack, and just have ended everything. */
	weir_subject_close(ends);
	weir_subject_unref(ends);
}

weir_observable *weir_reruns_new(const struct weir_node_class *node_class, struct weir_reruns_config config)
{
	if (config.source == NULL || config.notifier == NULL)
		return weir_reject(config.source, node_class->name, "the %s is NULL",
			config.source == NULL ? "source" : "notifier");
	return weir_create_source(node_class, &config);
}
