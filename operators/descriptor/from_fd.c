/* from_fd: what a descriptor is ready for, again and again. See weir/descriptor.h. */

#include <weir/descriptor.h>
#include <weir/operator.h>

struct from_fd_config {
	int descriptor;
	int events;
};

struct from_fd {
	struct weir_node node;
	struct weir_io io;
	bool is_watching;
};

static void from_fd_on_ready(struct weir_io *io, int events)
{
	struct from_fd *self = WEIR_CONTAINER_OF(io, struct from_fd, io);

	weir_emit_next(&self->node, weir_int(events));
	if (self->node.demand == 0 && weir_is_open(&self->node)) {
		weir_io_stop(&self->io);
		self->is_watching = false;
	}
}

static void from_fd_request(struct weir_node *node, uint64_t count)
{
	struct from_fd *self = WEIR_CONTAINER_OF(node, struct from_fd, node);
	const struct from_fd_config *config = node->config;

	(void)count;
	if (self->is_watching)
		return;
	self->is_watching = true;

	int result = weir_io_start(
		&self->io, node, weir_node_loop(node), config->descriptor, config->events, from_fd_on_ready);

	if (result < 0)
		weir_emit_failure(node, -result, "descriptor %d cannot be watched: %s", config->descriptor,
			weir_error_code_text(-result));
}

static const struct weir_node_class from_fd_class = {
	.name = "from_fd",
	.size = sizeof(struct from_fd),
	.config_size = sizeof(struct from_fd_config),
	.demand = WEIR_DEMAND_COUNTED,
	.request = from_fd_request,
};

weir_observable *weir_from_fd(int descriptor, int events)
{
	if (descriptor < 0)
		return weir_reject(NULL, "from_fd", "%d is no descriptor", descriptor);
	if (events == 0 || (events & ~(WEIR_READABLE | WEIR_WRITABLE)) != 0)
		return weir_reject(NULL, "from_fd",
			"the events are %d; they must be WEIR_READABLE (%d), WEIR_WRITABLE (%d) or both", events,
			WEIR_READABLE, WEIR_WRITABLE);
	return weir_create_source(&from_fd_class, &(struct from_fd_config){ descriptor, events });
}
