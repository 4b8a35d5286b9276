/* write_fd: write each item to a descriptor, then pass it on. See weir/descriptor.h. */
#include <errno.h>

#include <weir/descriptor.h>
#include <weir/operator.h>

#include "kit/descriptor.h"

struct write_fd_config {
	int descriptor;
};

struct write_fd {
	struct weir_node node;
	struct weir_descriptor descriptor;
	weir_value item; /* in hand */
	struct weir_outgoing rest; /* of it */
	weir_error *error; /* of the source, until the item in hand is written */
	bool is_asking; /* upstream owes an item */
	bool has_item;
	bool source_completed;
};

static void write_fd_request(struct weir_node *node, uint64_t count)
{
	struct write_fd *self = WEIR_CONTAINER_OF(node, struct write_fd, node);

	(void)count;
	if (node->demand == 0 || self->is_asking || self->has_item)
		return;
	self->is_asking = true;
	weir_request_upstream(node, 1);
}

static void write_fd_fail(struct write_fd *self, int error)
{
	const struct write_fd_config *config = self->node.config;

	weir_emit_failure(&self->node, error, "writing to descriptor %d failed: %s", config->descriptor,
		weir_error_code_text(error));
}

/* The item in hand is written. */
static void write_fd_written(struct write_fd *self)
{
	struct weir_node *node = &self->node;
	weir_value item = self->item;

	self->item = weir_nil();
	weir_emit_next(node, item);
	self->has_item = false;
	if (!weir_is_open(node))
		return;
	if (self->error != NULL)
		weir_emit_error(node, weir_error_ref(self->error));
	else if (self->source_completed)
		weir_emit_complete(node);
	else
		write_fd_request(node, 0);
}

static void write_fd_on_ready(struct weir_node *node)
{
	struct write_fd *self = WEIR_CONTAINER_OF(node, struct write_fd, node);
	int result = weir_descriptor_write(&self->descriptor, &self->rest);

	if (result < 0)
		write_fd_fail(self, -result);
	else if (result > 0)
		write_fd_written(self);
}

static void write_fd_start(struct weir_node *node)
{
	struct write_fd *self = WEIR_CONTAINER_OF(node, struct write_fd, node);
	const struct write_fd_config *config = node->config;
	int result = weir_descriptor_init(&self->descriptor, node, config->descriptor, write_fd_on_ready);

	if (result < 0)
		write_fd_fail(self, -result);
}

static void write_fd_next(struct weir_node *node, weir_value value)
{
	struct write_fd *self = WEIR_CONTAINER_OF(node, struct write_fd, node);

	self->is_asking = false;
	if (weir_kind(value) != WEIR_KIND_STR && weir_kind(value) != WEIR_KIND_BIN) {
		char text[64];

		weir_print(value, text, sizeof text);
		weir_release(value);
		weir_emit_failure(node, EINVAL, "%s is neither a str nor a bin and cannot be written", text);
		return;
	}
	self->item = value;
	self->has_item = true;
	self->rest.bytes = weir_as_bytes(value, &self->rest.left);
	write_fd_on_ready(node);
}

/* Half an item would spoil what is written later: the terminal waits for the item in hand. */
static void write_fd_error(struct weir_node *node, weir_error *error)
{
	struct write_fd *self = WEIR_CONTAINER_OF(node, struct write_fd, node);

	if (self->has_item)
		self->error = error;
	else
		weir_emit_error(node, error);
}

static void write_fd_complete(struct weir_node *node)
{
	struct write_fd *self = WEIR_CONTAINER_OF(node, struct write_fd, node);

	self->source_completed = true;
	if (!self->has_item)
		weir_emit_complete(node);
}

static void write_fd_finish(struct weir_node *node)
{
	struct write_fd *self = WEIR_CONTAINER_OF(node, struct write_fd, node);

	weir_release(self->item);
	weir_error_unref(self->error);
}

static const struct weir_node_class write_fd_class = {
	.name = "write_fd",
	.size = sizeof(struct write_fd),
	.config_size = sizeof(struct write_fd_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = write_fd_start,
	.next = write_fd_next,
	.error = write_fd_error,
	.complete = write_fd_complete,
	.request = write_fd_request,
	.finish = write_fd_finish,
};

weir_observable *weir_write_fd(weir_observable *source, int descriptor)
{
	if (descriptor < 0)
		return weir_reject(source, "write_fd", "%d is no descriptor", descriptor);
	return weir_extend(source, &write_fd_class, &(struct write_fd_config){ descriptor });
}
