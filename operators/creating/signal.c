/* signal: the deliveries of a signal. See weir/creating.h. */
#include <signal.h>

#include <weir/creating.h>
#include <weir/operator.h>

struct signal_config {
	int signal_number;
};

struct signal {
	struct weir_node node;
	struct weir_io io;
	uint64_t pending; /* deliveries that nobody has asked for yet */
	bool is_emitting;
};

static void signal_emit(struct signal *self)
{
	const struct signal_config *config = self->node.config;

	if (self->is_emitting)
		return;
	self->is_emitting = true;
	while (self->pending > 0 && self->node.demand > 0) {
		self->pending--;
		weir_emit_next(&self->node, weir_int(config->signal_number));
	}
	self->is_emitting = false;
}

static void signal_on_delivery(struct weir_io *io, int signal_number)
{
	struct signal *self = WEIR_CONTAINER_OF(io, struct signal, io);

	(void)signal_number;
	self->pending++;
	signal_emit(self);
}

static void signal_start(struct weir_node *node)
{
	struct signal *self = WEIR_CONTAINER_OF(node, struct signal, node);
	const struct signal_config *config = node->config;
	int result =
		weir_io_start_signal(&self->io, node, weir_node_loop(node), config->signal_number, signal_on_delivery);

	if (result < 0)
		weir_emit_failure(node, -result, "signal %d cannot be watched: %s", config->signal_number,
			weir_error_code_text(-result));
}

static void signal_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	signal_emit(WEIR_CONTAINER_OF(node, struct signal, node));
}

static const struct weir_node_class signal_class = {
	.name = "signal",
	.size = sizeof(struct signal),
	.config_size = sizeof(struct signal_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = signal_start,
	.request = signal_request,
};

weir_observable *weir_signal(int signal_number)
{
	if (signal_number < 1 || signal_number >= NSIG)
		return weir_reject(NULL, "signal", "%d is no signal; they go from 1 to %d", signal_number, NSIG - 1);
	if (signal_number == SIGKILL || signal_number == SIGSTOP)
		return weir_reject(NULL, "signal", "signal %d cannot be caught", signal_number);
	return weir_create_source(&signal_class, &(struct signal_config){ signal_number });
}
