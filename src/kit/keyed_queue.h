/* Values that wait by key: of each key one is out at a time, and keys take turns. */
#ifndef WEIR_KIT_KEYED_QUEUE_H
#define WEIR_KIT_KEYED_QUEUE_H

#include <weir/value.h>

#include "base/list.h"
#include "kit/table.h"

/* A key of which a value waits or is out. Private. */
struct weir_keyed_line;

struct weir_keyed_queue {
	struct weir_table lines;
	struct weir_link idle; /* lines where something waits and nothing is out, in the order they became so */
	size_t count; /* values that wait */
};

void weir_keyed_queue_init(struct weir_keyed_queue *queue);

/* 0 or -ENOMEM. Consumes `key` and `value`, also on failure. */
int weir_keyed_queue_push(struct weir_keyed_queue *queue, weir_value key, weir_value value);

/* A value that may go out, owned; NULL when there is none. What it returns goes to weir_keyed_queue_return(). */
struct weir_keyed_line *weir_keyed_queue_take(struct weir_keyed_queue *queue, weir_value *ret_value);

/* The value that was out is done. */
void weir_keyed_queue_return(struct weir_keyed_queue *queue, struct weir_keyed_line *line);

/* Release everything, what is out as well. */
void weir_keyed_queue_finish(struct weir_keyed_queue *queue);

#endif
