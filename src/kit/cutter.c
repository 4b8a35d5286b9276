/* Items made of pieces of input on demand. See kit/cutter.h. */
#include "kit/cutter.h"

#include <errno.h>

enum {
	/* What goes downstream at once, if it takes batches. */
	BATCH = 64,
};

static struct weir_cutter *cutter_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct weir_cutter, node);
}

static void drop_piece(struct weir_cutter *cutter)
{
	weir_release(cutter->piece);
	cutter->piece = weir_nil();
	cutter->bytes = NULL;
	cutter->length = 0;
	cutter->offset = 0;
}

/* The next item or failure of what is here; false: there is none, before the source has said more. */
static bool cut(struct weir_cutter *cutter, weir_value *ret_item)
{
	if (cutter->has_ahead) {
		*ret_item = cutter->ahead;
		cutter->has_ahead = false;
		return true;
	}
	if (cutter->offset < cutter->length) {
		if (cutter->cutter_class->cut(cutter, ret_item))
			return true;
		drop_piece(cutter);
	}
	return cutter->has_completed && cutter->cutter_class->end(cutter, ret_item);
}

static void keep_ahead(struct weir_cutter *cutter, weir_value item)
{
	cutter->ahead = item;
	cutter->has_ahead = true;
}

/* Nothing is left of what came: end, or ask for more. False: there is nothing to do now. */
static bool go_on(struct weir_cutter *cutter)
{
	struct weir_node *node = &cutter->node;

	if (cutter->error != NULL) {
		weir_error *error = cutter->error;

		cutter->error = NULL;
		weir_emit_error(node, error);
		return false;
	}
	if (cutter->has_completed) {
		weir_emit_complete(node);
		return false;
	}
	if (node->demand == 0 || cutter->is_asked)
		return false;
	cutter->is_asked = true;
	weir_request_upstream(node, 1);
	/* It may have come already. */
	return weir_is_open(node) && !cutter->is_asked;
}

/* Up to `room` items; a failure behind them is kept. */
static size_t cut_batch(struct weir_cutter *cutter, weir_value *items, size_t room)
{
	size_t count = 0;

	while (count < room && cut(cutter, &items[count])) {
		if (weir_is_error(items[count])) {
			keep_ahead(cutter, items[count]);
			break;
		}
		count++;
	}
	return count;
}

static void emit(struct weir_node *node)
{
	struct weir_cutter *cutter = cutter_of(node);
	weir_value items[BATCH];

	if (!weir_pump_enter(&cutter->pump))
		return;
	while (weir_is_open(node)) {
		uint64_t demand = node->demand;
		size_t room = weir_wants_batches(node) ? BATCH : 1;

		if (!cut(cutter, &items[0])) {
			if (!go_on(cutter))
				break;
			continue;
		}
		if (weir_is_error(items[0])) {
			weir_emit_failed_value(node, items[0]);
			break;
		}
		if (demand == 0) {
			keep_ahead(cutter, items[0]);
			break;
		}
		if (!weir_pump_continue(&cutter->pump, node, emit)) {
			keep_ahead(cutter, items[0]);
			return;
		}
		if (room == 1) {
			weir_emit_next(node, items[0]);
			continue;
		}

		size_t count = 1 + cut_batch(cutter, items + 1, (demand < room ? (size_t)demand : room) - 1);

		cutter->pump.budget -= count - 1 < cutter->pump.budget ? (uint32_t)count - 1 : cutter->pump.budget;
		weir_emit_batch(node, items, count);
	}
	weir_pump_leave(&cutter->pump);
}

void weir_cutter_init(struct weir_cutter *cutter, const struct weir_cutter_class *cutter_class)
{
	cutter->cutter_class = cutter_class;
	cutter->piece = weir_nil();
}

void weir_cutter_finish(struct weir_cutter *cutter)
{
	drop_piece(cutter);
	if (cutter->has_ahead)
		weir_release(cutter->ahead);
	cutter->has_ahead = false;
	weir_error_unref(cutter->error);
	cutter->error = NULL;
}

void weir_cutter_next(struct weir_node *node, weir_value value)
{
	struct weir_cutter *cutter = cutter_of(node);

	if (!cutter->is_asked) {
		weir_drop(node, value);
		weir_emit_failure(node, WEIR_EDEMAND, "an item arrived that had not been requested");
		return;
	}
	cutter->is_asked = false;
	drop_piece(cutter);
	if (weir_kind(value) == WEIR_KIND_BIN || weir_kind(value) == WEIR_KIND_STR) {
		cutter->piece = value;
		cutter->bytes = weir_as_bytes(value, &cutter->length);
	} else {
		keep_ahead(cutter, weir_fail(EINVAL, "an item is of kind %s, and should be bytes, bin or str",
					   weir_kind_name(weir_kind(value))));
		weir_release(value);
	}
	emit(node);
}

void weir_cutter_error(struct weir_node *node, weir_error *error)
{
	cutter_of(node)->error = error;
	emit(node);
}

void weir_cutter_complete(struct weir_node *node)
{
	cutter_of(node)->has_completed = true;
	emit(node);
}

void weir_cutter_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	emit(node);
}
