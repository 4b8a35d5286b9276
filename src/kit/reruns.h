/*
 * A source that is run again for each item of a notifier, which is made from the stream of its ends: the engine of
 * retry_when and repeat_when.
 *
 * The notifier is made when the first run ends. An item of it starts a run, beside one that is still going; its error is
 * the node's. However fast runs end, they are started in a loop, and after a budget of them the event loop gets its turn.
 *
 * Embed `struct weir_reruns` as first member of the node's struct, or use it as the node's; `.config_size` is that of
 * struct weir_reruns_config, `.demand` WEIR_DEMAND_COUNTED.
 */
#ifndef WEIR_KIT_RERUNS_H
#define WEIR_KIT_RERUNS_H

#include <weir/operator.h>
#include <weir/subject.h>

#include "kit/flatten.h"
#include "kit/inner.h"
#include "kit/pump.h"

enum {
	/* Ends that a notifier may leave waiting before it fails: they come one by one, so it would be a broken one. */
	WEIR_RERUNS_ENDS_MAX = 1024,
};

struct weir_reruns_config {
	weir_observable *source;
	weir_observable *(*notifier)(weir_observable *ends, void *context);
	void *context;
};

struct weir_reruns {
	struct weir_flatten runs;
	struct weir_inner notifier;
	struct weir_pump starts;
	weir_subject *ends; /* NULL before the first */
	uint64_t due; /* runs to be started */
	bool is_telling; /* runs wait until the notifier has said all it has to say about an end */
	uint32_t inside; /* calls into the runs, their start or a request: what ends meanwhile ends in one breath */
	bool in_one_breath; /* so did all runs */
	bool rests; /* the newest run has completed; none is due, or all ran in one breath and none has started since */
	bool notifier_completed;
};

/* In `start`: the first run. The classes' `ended` and `complete` are the operator's. */
void weir_reruns_start(struct weir_reruns *reruns, struct weir_node *node, const struct weir_flatten_class *runs_class,
	const struct weir_inner_class *notifier_class);

/* A run has ended: tell the notifier by `end`, consumed. */
void weir_reruns_tell(struct weir_reruns *reruns, weir_value end);

/* `next` of the notifier's class, whose `.demand` is WEIR_INNER_UNBOUNDED. */
void weir_reruns_on_notifier_next(struct weir_inner *notifier, weir_value value);

/* Slots. */
void weir_reruns_request(struct weir_node *node, uint64_t count);
void weir_reruns_finish(struct weir_node *node);
/* What a constructor returns: checks the arguments, `source` consumed. */
weir_observable *weir_reruns_new(const struct weir_node_class *node_class, struct weir_reruns_config config);

#endif
