/* read_fd: the bytes of a descriptor, as they are asked for. See weir/descriptor.h. */
#include <errno.h>
#include <stdint.h>

#include <weir/descriptor.h>
#include <weir/operator.h>

#include "kit/descriptor.h"

enum {
	READ_FD_CHUNK = 64 << 10,
};

struct read_fd_config {
	int descriptor;
	size_t chunk_size;
};

struct read_fd {
	struct weir_node node;
	struct weir_descriptor descriptor;
};

static void read_fd_fail(struct weir_node *node, int error)
{
	const struct read_fd_config *config = node->config;

	weir_emit_failure(
		node, error, "reading descriptor %d failed: %s", config->descriptor, weir_error_code_text(error));
}

static void read_fd_on_ready(struct weir_node *node)
{
	struct read_fd *self = WEIR_CONTAINER_OF(node, struct read_fd, node);
	const struct read_fd_config *config = node->config;
	const void *bytes;
	ssize_t got = weir_descriptor_read(&self->descriptor, config->chunk_size, &bytes);

	if (got == 0)
		weir_emit_complete(node);
	else if (got > 0)
		weir_emit_result(node, weir_bin(bytes, (size_t)got));
	else if (got != -EAGAIN)
		read_fd_fail(node, (int)-got);
	if (weir_is_open(node) && node->demand == 0)
		weir_descriptor_rest(&self->descriptor);
}

static void read_fd_start(struct weir_node *node)
{
	struct read_fd *self = WEIR_CONTAINER_OF(node, struct read_fd, node);
	const struct read_fd_config *config = node->config;
	int result = weir_descriptor_init(&self->descriptor, node, config->descriptor, read_fd_on_ready);

	if (result < 0)
		read_fd_fail(node, -result);
}

static void read_fd_request(struct weir_node *node, uint64_t count)
{
	int result = weir_descriptor_await(&WEIR_CONTAINER_OF(node, struct read_fd, node)->descriptor, WEIR_READABLE);

	(void)count;
	if (result < 0)
		read_fd_fail(node, -result);
}

static void read_fd_finish(struct weir_node *node)
{
	weir_descriptor_finish(&WEIR_CONTAINER_OF(node, struct read_fd, node)->descriptor);
}

static const struct weir_node_class read_fd_class = {
	.name = "read_fd",
	.size = sizeof(struct read_fd),
	.config_size = sizeof(struct read_fd_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = read_fd_start,
	.request = read_fd_request,
	.finish = read_fd_finish,
};

weir_observable *weir_read_fd(int descriptor, size_t chunk_size)
{
	if (descriptor < 0)
		return weir_reject(NULL, "read_fd", "%d is no descriptor", descriptor);
	if (chunk_size > PTRDIFF_MAX)
		return weir_reject(NULL, "read_fd", "a chunk of %zu bytes is too long", chunk_size);
	return weir_create_source(
		&read_fd_class, &(struct read_fd_config){ descriptor, chunk_size > 0 ? chunk_size : READ_FD_CHUNK });
}
