/* lines: chunks of text to lines. See weir/codec.h. */
#include <errno.h>

#include <weir/codec.h>
#include <weir/operator.h>

#include "kit/bad_item.h"
#include "kit/cutter.h"
#include "kit/line_splitter.h"
#include "kit/text.h"

struct lines {
	struct weir_cutter cutter;
	struct weir_line_splitter splitter;
	weir_value line; /* what the splitter has handed out, or an error about it; nil: nothing */
	weir_value input; /* with an error: the bytes of the line */
};

/* One line at a time: it pauses the splitter. */
static bool lines_on_line(void *context, const char *bytes, size_t length)
{
	struct lines *self = context;
	const struct weir_lines_options *options = self->cutter.node.config;
	weir_value chunk = self->cutter.piece;
	uint64_t number = self->splitter.line_number;

	self->line = weir_text_value(chunk, bytes, length, options->kind, number);
	if (WEIR_UNLIKELY(weir_is_error(self->line)))
		self->input = weir_text_value(chunk, bytes, length, WEIR_LINES_BYTES, number);
	return false;
}

/* What the splitter's answer and its line make: an item, or an error; false: nothing. */
static bool lines_take(struct lines *self, int result, weir_value *ret_item)
{
	const struct weir_lines_options *options = self->cutter.node.config;
	weir_value input = self->input;

	*ret_item = self->line;
	self->line = self->input = weir_nil();
	if (result == -EPROTO) {
		*ret_item = weir_fail(WEIR_ETRUNCATED, "%s", self->splitter.message);
		return true;
	}
	if (result < 0)
		*ret_item = weir_fail(result == -EMSGSIZE ? WEIR_ELIMIT : -result, "%s", self->splitter.message);
	if (WEIR_LIKELY(!weir_is_error(*ret_item)))
		return !weir_is_nil(*ret_item);
	return weir_bad_item(&self->cutter.node, &options->bad_items, input, *ret_item, ret_item);
}

static bool lines_cut(struct weir_cutter *cutter, weir_value *ret_item)
{
	struct lines *self = WEIR_CONTAINER_OF(cutter, struct lines, cutter);

	while (cutter->offset < cutter->length) {
		size_t used;
		int result = weir_line_splitter_push(
			&self->splitter, cutter->bytes + cutter->offset, cutter->length - cutter->offset, &used);

		cutter->offset += used;
		if (lines_take(self, result, ret_item))
			return true;
	}
	return false;
}

static bool lines_end(struct weir_cutter *cutter, weir_value *ret_item)
{
	struct lines *self = WEIR_CONTAINER_OF(cutter, struct lines, cutter);

	return lines_take(self, weir_line_splitter_end(&self->splitter), ret_item);
}

static const struct weir_cutter_class lines_cutter = {
	.cut = lines_cut,
	.end = lines_end,
};

static void lines_start(struct weir_node *node)
{
	struct lines *self = WEIR_CONTAINER_OF(node, struct lines, cutter.node);
	const struct weir_lines_options *options = node->config;

	self->line = self->input = weir_nil();
	weir_cutter_init(&self->cutter, &lines_cutter);
	weir_line_splitter_init(&self->splitter,
		&(struct weir_line_splitter_options){
			.max_line_length = options->max_length,
			.skips_blank_lines = options->skips_blank,
			.rejects_partial_last_line = options->rejects_partial_last,
		},
		lines_on_line, self);
}

static void lines_finish(struct weir_node *node)
{
	struct lines *self = WEIR_CONTAINER_OF(node, struct lines, cutter.node);

	weir_line_splitter_finish(&self->splitter);
	weir_cutter_finish(&self->cutter);
}

static const struct weir_node_class lines_class = {
	.name = "lines",
	.size = sizeof(struct lines),
	.config_size = sizeof(struct weir_lines_options),
	.demand = WEIR_DEMAND_COUNTED,
	.start = lines_start,
	.next = weir_cutter_next,
	.error = weir_cutter_error,
	.complete = weir_cutter_complete,
	.request = weir_cutter_request,
	.finish = lines_finish,
};

weir_observable *weir_lines(weir_observable *source, const struct weir_lines_options *options)
{
	static const struct weir_lines_options defaults;

	return weir_extend(source, &lines_class, options != NULL ? options : &defaults);
}
