/* Values that wait by key. See kit/keyed_queue.h. */
#include "kit/keyed_queue.h"

#include <errno.h>

#include <weir/operator.h>

#include "base/allocator.h"
#include "base/ring.h"

struct weir_keyed_line {
	struct weir_table_entry entry;
	struct weir_link link; /* in `idle` */
	struct weir_ring values;
	bool is_out;
};

static void line_free(struct weir_keyed_line *line)
{
	for (size_t index = 0; index < line->values.count; index++)
		weir_release(*(weir_value *)weir_ring_at(&line->values, index));
	weir_ring_finish(&line->values);
	weir_release(line->entry.key);
	weir_pool_return(line, sizeof *line);
}

void weir_keyed_queue_init(struct weir_keyed_queue *queue)
{
	*queue = (struct weir_keyed_queue){ 0 };
	weir_link_init(&queue->idle);
}

/* Consumes `key`. */
static struct weir_keyed_line *line_of(struct weir_keyed_queue *queue, weir_value key)
{
	uint64_t hash = weir_hash(key);
	struct weir_table_entry *entry = weir_table_find(&queue->lines, key, hash);
	struct weir_keyed_line *line;

	if (entry != NULL) {
		weir_release(key);
		return (struct weir_keyed_line *)entry;
	}
	line = weir_pool_take(sizeof *line);
	if (line == NULL) {
		weir_release(key);
		return NULL;
	}
	*line = (struct weir_keyed_line){ .entry = { .hash = hash, .key = key } };
	weir_link_init(&line->link);
	weir_ring_init(&line->values, sizeof(weir_value));
	if (weir_table_add(&queue->lines, &line->entry) == 0)
		return line;
	line_free(line);
	return NULL;
}

/* A line where nothing waits and nothing is out is none. */
static void line_settle(struct weir_keyed_queue *queue, struct weir_keyed_line *line)
{
	if (line->is_out)
		return;
	if (line->values.count == 0) {
		weir_table_remove(&queue->lines, &line->entry);
		line_free(line);
	} else if (!weir_link_is_linked(&line->link)) {
		weir_list_append(&queue->idle, &line->link);
	}
}

int weir_keyed_queue_push(struct weir_keyed_queue *queue, weir_value key, weir_value value)
{
	struct weir_keyed_line *line = line_of(queue, key);
	weir_value *room = line != NULL ? weir_ring_push(&line->values) : NULL;

	if (room != NULL) {
		*room = value;
		queue->count++;
	} else {
		weir_release(value);
	}
	if (line != NULL)
		line_settle(queue, line);
	return room != NULL ? 0 : -ENOMEM;
}

struct weir_keyed_line *weir_keyed_queue_take(struct weir_keyed_queue *queue, weir_value *ret_value)
{
	if (weir_list_is_empty(&queue->idle))
		return NULL;

	struct weir_keyed_line *line = WEIR_CONTAINER_OF(queue->idle.next, struct weir_keyed_line, link);

	weir_list_remove(&line->link);
	*ret_value = *(weir_value *)weir_ring_at(&line->values, 0);
	weir_ring_pop(&line->values);
	line->is_out = true;
	queue->count--;
	return line;
}

void weir_keyed_queue_return(struct weir_keyed_queue *queue, struct weir_keyed_line *line)
{
	line->is_out = false;
	line_settle(queue, line);
}

void weir_keyed_queue_finish(struct weir_keyed_queue *queue)
{
	for (size_t index = 0; index < queue->lines.count; index++)
		line_free((struct weir_keyed_line *)queue->lines.entries[index]);
	weir_table_finish(&queue->lines);
	weir_keyed_queue_init(queue);
}
