/*
 * Items gathered into arrays: the engine of the buffers that a clock or another observable closes; see kit/spans.h for
 * when. Buffers may overlap and leave gaps; the items that several have in common are kept once.
 *
 * A buffer that is closed while nobody has requested an array goes on collecting until somebody does, and meanwhile none
 * begins; one that holds nothing is forgotten instead. So no item is lost, and no array waits in a queue. Upstream is
 * asked for everything, but with a limit on the size and counted demand for no more than the oldest buffer has room for.
 *
 * The configuration is a struct weir_buffers_config. Point the class's slots at the functions below: WEIR_BUFFERS_SLOTS.
 */
#ifndef WEIR_KIT_BUFFERS_H
#define WEIR_KIT_BUFFERS_H

#include <weir/operator.h>

#include "kit/collector.h"
#include "kit/spans.h"

struct weir_buffers_config {
	struct weir_spans_config spans;
	size_t max_size; /* at which a buffer is closed; 0: none */
};

struct weir_buffers {
	struct weir_node node;
	struct weir_spans spans;
	struct weir_collector collector; /* from the beginning of the oldest buffer on */
	struct weir_link closed; /* buffers that wait for demand, in order of closing */
	struct weir_span *dormant; /* was closed, empty, while nobody asked: until something happens none begins */
	uint64_t forgotten; /* items that came before those in the collector */
	uint64_t next_begin; /* where the next buffer begins; UINT64_MAX: with the next item */
	size_t max_size;
	uint64_t asked; /* of upstream, and not arrived */
	bool source_completed;
	bool draining;
};

void weir_buffers_start(struct weir_node *node);
void weir_buffers_next(struct weir_node *node, weir_value value);
void weir_buffers_complete(struct weir_node *node);
void weir_buffers_request(struct weir_node *node, uint64_t count);
void weir_buffers_finish(struct weir_node *node);

#define WEIR_BUFFERS_SLOTS \
	.size = sizeof(struct weir_buffers), .config_size = sizeof(struct weir_buffers_config), \
	.demand = WEIR_DEMAND_COUNTED, .start = weir_buffers_start, .next = weir_buffers_next, \
	.complete = weir_buffers_complete, .request = weir_buffers_request, .finish = weir_buffers_finish, \
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct weir_spans_config, notifier) }

#endif
