/*
 * Reading and writing a descriptor that is the caller's: never waiting, whatever its flags, and without changing them
 * (others may share them); no signal ends the process.
 */
#ifndef WEIR_KIT_DESCRIPTOR_H
#define WEIR_KIT_DESCRIPTOR_H

#include <sys/types.h>

#include <weir/operator.h>

enum weir_descriptor_kind {
	WEIR_DESCRIPTOR_FILE, /* regular and the like: always ready, cannot be watched */
	WEIR_DESCRIPTOR_SOCKET,
	WEIR_DESCRIPTOR_STREAM, /* pipes, terminals, devices */
};

/* Embedded in a node's struct, zeroed; stops with the node. */
struct weir_descriptor {
	struct weir_node *node;
	void (*ready)(struct weir_node *node);
	struct weir_io io;
	struct weir_timer again; /* instead of `io` where the kernel cannot tell */
	int number;
	enum weir_descriptor_kind kind;
	void *buffer; /* for reading, as many bytes as the first reading asked for */
	bool waits; /* a call could wait for the other side: O_NONBLOCK is not set */
};

/*
 * In `start`: find out what `number` is.
 *
 * @param ready  called on the loop after weir_descriptor_await(), again and again until weir_descriptor_rest()
 * @return 0 or a negated errno
 */
int weir_descriptor_init(
	struct weir_descriptor *descriptor, struct weir_node *node, int number, void (*ready)(struct weir_node *node));

/*
 * Call `ready` when a call would make progress; a regular file is always ready, in the next turn.
 *
 * @param events  ::WEIR_READABLE or ::WEIR_WRITABLE, always the same
 * @return 0 or a negated errno
 */
int weir_descriptor_await(struct weir_descriptor *descriptor, int events);

/* Do not call `ready` any more. */
void weir_descriptor_rest(struct weir_descriptor *descriptor);

/*
 * Returns the number of bytes, 0 at the end, -EAGAIN when there is nothing yet, or another negated errno.
 *
 * @param size       at most so many, always the same
 * @param ret_bytes  valid until the next call
 */
ssize_t weir_descriptor_read(struct weir_descriptor *descriptor, size_t size, const void **ret_bytes);

/* In `finish` of whoever has read. */
void weir_descriptor_finish(struct weir_descriptor *descriptor);

/* Bytes on their way out. */
struct weir_outgoing {
	const char *bytes;
	size_t left;
};

/*
 * Write what there is room for, at most a slice that does not hold up the loop; with more left, `ready` will be called.
 *
 * Returns > 0 when all is written, 0 when some is left, or a negated errno: -EPIPE where the kernel would also send
 * SIGPIPE, -EFBIG for SIGXFSZ.
 */
int weir_descriptor_write(struct weir_descriptor *descriptor, struct weir_outgoing *outgoing);

#endif
