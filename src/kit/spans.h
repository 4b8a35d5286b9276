/*
 * When stretches of a source's items begin and end: what buffers (a stretch as an array) and windows (a stretch as an
 * observable) have in common, whether a clock or another observable decides.
 *
 * The engine belongs to a node, stands in its struct, and keeps the open stretches, oldest first. What a stretch is made
 * of is the owner's: its class is told when one opens and when one is over, and answers with weir_spans_end(), at once or
 * when there is demand. In the modes that have one stretch after the other the next one begins then.
 *
 * Memory: an owner's callback may end the node, and with it all stretches. A stretch that is to be looked at afterwards is
 * held meanwhile.
 */
#ifndef WEIR_KIT_SPANS_H
#define WEIR_KIT_SPANS_H

#include <weir/operator.h>

#include "base/list.h"
#include "kit/connection.h"
#include "kit/inner.h"

enum weir_spans_mode {
	WEIR_SPANS_BOUNDARY, /* one after the other; an item of the notifier ends one */
	WEIR_SPANS_WHEN, /* one after the other; an observable made for it ends each */
	WEIR_SPANS_TOGGLE, /* an item of the notifier begins one, an observable made of that item ends it */
	WEIR_SPANS_TIME, /* each has a length; one after the other, or one begins every so often */
};

/* Part of the owner's configuration, which begins with it. */
struct weir_spans_config {
	enum weir_spans_mode mode;
	bool completion_closes; /* WHEN: of the observable, as its item does */
	weir_observable *notifier; /* BOUNDARY, TOGGLE; held */
	weir_factory next_closing; /* WHEN: called when a stretch has begun */
	weir_project closing; /* TOGGLE: called before it begins */
	void *context;
	weir_duration length; /* TIME; 0: until the loop's next turn */
	weir_duration every; /* TIME; 0: one after the other */
};

struct weir_spans;

/* A stretch. Owners embed it as first member of a bigger struct, which is zeroed. */
struct weir_span {
	struct weir_link link; /* among the open ones */
	struct weir_spans *spans;
	uint64_t number; /* of opening, from 1 on */
	weir_time end; /* TIME */
	struct weir_timer timer;
	struct weir_connection closer;
	uint32_t holds;
	bool is_over;
};

struct weir_spans_class {
	/* Size of the struct that begins with struct weir_span. */
	size_t span_size;
	/* Whether another stretch may begin now. Absent: always. */
	bool (*can_open)(struct weir_spans *spans);
	/* It begins with the source's next item. */
	void (*open)(struct weir_span *span);
	/* It is over: weir_spans_end() it. May come again until then. */
	void (*close)(struct weir_span *span);
	/* It is about to be freed; its node may have ended. May be absent. */
	void (*forget)(struct weir_span *span);
};

struct weir_spans {
	struct weir_node *node;
	const struct weir_spans_class *spans_class;
	const struct weir_spans_config *config;
	struct weir_link open; /* oldest first */
	struct weir_link *cursor; /* whom weir_spans_next() returns next */
	uint64_t opened; /* so far */
	struct weir_inner notifier;
	struct weir_timer opening;
	weir_time next_opening;
	bool is_over; /* no further one begins */
};

/*
 * In `start`, after what is asked of upstream whatever happens. Opens the first stretch and starts notifiers, timers and
 * the source in the order in which they are to emit.
 */
void weir_spans_start(struct weir_spans *spans, struct weir_node *node, const struct weir_spans_class *spans_class,
	const struct weir_spans_config *config);

/* In `finish`. */
void weir_spans_finish(struct weir_spans *spans);

/* A stretch is over for a reason of the owner's. */
void weir_span_close(struct weir_span *span);

/*
 * The owner has done with a stretch, which is gone now. One after the other: the next one opens, and weir_spans_watch() is
 * to follow when everything about this one has gone downstream.
 */
void weir_spans_end(struct weir_span *span);
void weir_spans_watch(struct weir_spans *spans);

/* Whether the next one opens when one ends. */
static inline bool weir_spans_are_successive(const struct weir_spans *spans)
{
	return spans->config->mode != WEIR_SPANS_TOGGLE && spans->config->every == 0;
}

/* The oldest open one, or NULL. */
static inline struct weir_span *weir_spans_oldest(const struct weir_spans *spans)
{
	return weir_list_is_empty(&spans->open) ? NULL : WEIR_CONTAINER_OF(spans->open.next, struct weir_span, link);
}

/* Go through those that are open now, oldest first, whatever happens meanwhile: set `cursor` to `open.next` first. */
struct weir_span *weir_spans_next(struct weir_spans *spans, uint64_t newest);

/* Its memory stays until it is let go, also if it ends. */
static inline void weir_span_hold(struct weir_span *span)
{
	span->holds++;
}

/* False: it has ended meanwhile, and is gone. */
bool weir_span_let_go(struct weir_span *span);

#endif
