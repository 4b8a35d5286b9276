/* Descriptors without waiting and without signals. See kit/descriptor.h. */
#include "kit/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/allocator.h"

enum {
	/* A disk takes about a millisecond for it. */
	FILE_SLICE = 1 << 20,
};

static void descriptor_on_timer(struct weir_timer *timer)
{
	struct weir_descriptor *descriptor = WEIR_CONTAINER_OF(timer, struct weir_descriptor, again);

	weir_timer_start(timer, 0);
	descriptor->ready(descriptor->node);
}

static void descriptor_on_io(struct weir_io *io, int events)
{
	struct weir_descriptor *descriptor = WEIR_CONTAINER_OF(io, struct weir_descriptor, io);

	(void)events;
	descriptor->ready(descriptor->node);
}

int weir_descriptor_init(
	struct weir_descriptor *descriptor, struct weir_node *node, int number, void (*ready)(struct weir_node *node))
{
	struct stat status;
	int flags = fcntl(number, F_GETFL);

	if (flags < 0 || fstat(number, &status) < 0)
		return -errno;
	descriptor->node = node;
	descriptor->ready = ready;
	descriptor->number = number;
	descriptor->waits = (flags & O_NONBLOCK) == 0;
	if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode))
		descriptor->kind = WEIR_DESCRIPTOR_FILE;
	else if (S_ISSOCK(status.st_mode))
		descriptor->kind = WEIR_DESCRIPTOR_SOCKET;
	else
		descriptor->kind = WEIR_DESCRIPTOR_STREAM;
	weir_timer_init(&descriptor->again, node, descriptor_on_timer);
	return 0;
}

int weir_descriptor_await(struct weir_descriptor *descriptor, int events)
{
	if (descriptor->kind != WEIR_DESCRIPTOR_FILE) {
		int result = 0;

		if (descriptor->io.event == NULL)
			result = weir_io_start(&descriptor->io, descriptor->node, weir_node_loop(descriptor->node),
				descriptor->number, events, descriptor_on_io);
		if (result != -EPERM)
			return result;
		/* Such as /dev/null: a stream that is always ready. */
		descriptor->kind = WEIR_DESCRIPTOR_FILE;
	}
	if (!weir_timer_is_active(&descriptor->again))
		weir_timer_start(&descriptor->again, 0);
	return 0;
}

void weir_descriptor_rest(struct weir_descriptor *descriptor)
{
	weir_io_stop(&descriptor->io);
	weir_timer_stop(&descriptor->again);
}

/* Whether a call would wait now. Somebody else who uses the descriptor may still come first. */
static bool would_wait(const struct weir_descriptor *descriptor, short events)
{
	struct pollfd poll_one = { .fd = descriptor->number, .events = events };

	return descriptor->kind == WEIR_DESCRIPTOR_STREAM && descriptor->waits && poll(&poll_one, 1, 0) == 0;
}

static ssize_t outcome(ssize_t result)
{
	if (result >= 0)
		return result;
	return errno == EINTR || errno == EWOULDBLOCK ? -EAGAIN : -errno;
}

ssize_t weir_descriptor_read(struct weir_descriptor *descriptor, size_t size, const void **ret_bytes)
{
	if (descriptor->buffer == NULL)
		descriptor->buffer = weir_allocate(size);
	if (descriptor->buffer == NULL)
		return -ENOMEM;
	*ret_bytes = descriptor->buffer;
	if (descriptor->kind == WEIR_DESCRIPTOR_SOCKET)
		return outcome(recv(descriptor->number, descriptor->buffer, size, MSG_DONTWAIT));
	if (would_wait(descriptor, POLLIN))
		return -EAGAIN;
	return outcome(read(descriptor->number, descriptor->buffer, size));
}

void weir_descriptor_finish(struct weir_descriptor *descriptor)
{
	weir_deallocate(descriptor->buffer);
	descriptor->buffer = NULL;
}

/* Calls write() so that the signals it may raise are taken back. */
static ssize_t write_silently(int number, const void *bytes, size_t size)
{
	sigset_t raised;
	sigset_t before;
	sigset_t pending;
	siginfo_t taken;
	int error;

	sigemptyset(&raised);
	sigaddset(&raised, SIGPIPE);
	sigaddset(&raised, SIGXFSZ);
	sigemptyset(&pending);
	pthread_sigmask(SIG_BLOCK, &raised, &before);
	/* One that was blocked by the program may be waiting for it, and must not be taken instead. */
	if (sigismember(&before, SIGPIPE) == 1 || sigismember(&before, SIGXFSZ) == 1)
		sigpending(&pending);

	ssize_t result = write(number, bytes, size);

	error = errno;
	if (result < 0 && (error == EPIPE || error == EFBIG)) {
		int signal_number = error == EPIPE ? SIGPIPE : SIGXFSZ;

		sigemptyset(&raised);
		sigaddset(&raised, signal_number);
		if (sigismember(&pending, signal_number) != 1)
			sigtimedwait(&raised, &taken, &(struct timespec){ 0 });
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return result;
}

static ssize_t write_some(const struct weir_descriptor *descriptor, const void *bytes, size_t size)
{
	if (descriptor->kind == WEIR_DESCRIPTOR_SOCKET)
		return outcome(send(descriptor->number, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL));
	if (would_wait(descriptor, POLLOUT))
		return -EAGAIN;
	/* A pipe that has room has room for this much; a file always has. */
	if (descriptor->kind == WEIR_DESCRIPTOR_STREAM && descriptor->waits && size > PIPE_BUF)
		size = PIPE_BUF;
	if (size > FILE_SLICE)
		size = FILE_SLICE;
	return outcome(write_silently(descriptor->number, bytes, size));
}

int weir_descriptor_write(struct weir_descriptor *descriptor, struct weir_outgoing *outgoing)
{
	ssize_t written = outgoing->left > 0 ? write_some(descriptor, outgoing->bytes, outgoing->left) : 0;

	if (written < 0 && written != -EAGAIN)
		return (int)written;
	if (written > 0) {
		outgoing->bytes += written;
		outgoing->left -= (size_t)written;
	}
	if (outgoing->left > 0)
		return weir_descriptor_await(descriptor, WEIR_WRITABLE);
	weir_descriptor_rest(descriptor);
	return 1;
}
