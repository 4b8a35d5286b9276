/* from_fd: readiness, level-triggered, watched only while somebody asks. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include <weir/descriptor.h>

#include "kit/conformance.h"
#include "kit/gathered.h"

/* Always readable. */
static weir_observable *build(weir_observable *source)
{
	static int ends[2] = { -1, -1 };

	(void)source;
	if (ends[0] < 0) {
		cr_assert_eq(pipe(ends), 0);
		cr_assert_eq(write(ends[1], "x", 1), 1);
	}
	return weir_from_fd(ends[0], WEIR_READABLE);
}

const struct conformance_subject conformance_subject = {
	.name = "from_fd",
	.build = build,
	.creates = true,
	.endless = true,
	.needs_real_loop = true,
};

Test(from_fd, emits_again_and_again_while_there_is_something_to_read)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	int ends[2];
	char byte;

	cr_assert_eq(pipe(ends), 0);
	gather(&got, loop, weir_from_fd(ends[0], WEIR_READABLE), 0);
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_eq(got.items, 0);
	cr_assert_eq(write(ends[1], "x", 1), 1);
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_gt(got.items, 1);
	cr_expect_eq(got.last, WEIR_READABLE);
	cr_assert_eq(read(ends[0], &byte, 1), 1);

	size_t items = got.items;

	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_eq(got.items, items);
	close(ends[1]);
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_gt(got.items, items, "the end is something to read, too");
	gather_free(&got);
	weir_loop_free(loop);
	close(ends[0]);
}

Test(from_fd, says_what_it_is_ready_for)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	int ends[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	gather(&got, loop, weir_from_fd(ends[0], WEIR_READABLE | WEIR_WRITABLE), 1);
	cr_assert_eq(weir_loop_run(loop), 0, "without demand nothing is watched, so nothing is left to do");
	cr_expect_eq(got.items, 1);
	cr_expect_eq(got.last, WEIR_WRITABLE);
	cr_assert_eq(write(ends[1], "x", 1), 1);
	weir_request(got.subscription, 2);
	cr_assert_eq(weir_loop_run(loop), 0);
	cr_expect_eq(got.items, 3);
	cr_expect_eq(got.last, WEIR_READABLE | WEIR_WRITABLE);
	gather_free(&got);
	weir_loop_free(loop);
	close(ends[0]);
	close(ends[1]);
}

static void expect_failure(weir_loop *loop, int descriptor, int events, int code, const char *message)
{
	struct gathered got;
	char expected[128];

	snprintf(expected, sizeof expected, message, descriptor);
	gather(&got, loop, weir_from_fd(descriptor, events), 0);
	weir_loop_run(loop);
	cr_expect_eq(got.code, code, "%s", got.message);
	cr_expect_str_eq(got.message, expected);
	cr_expect_str_eq(got.origin, "from_fd");
	gather_free(&got);
	weir_loop_free(loop);
}

Test(from_fd, what_cannot_be_watched_is_an_error)
{
	int file = memfd_create("from_fd", 0);
	int nothing = open("/dev/null", O_RDONLY);

	expect_failure(weir_loop_new(), file, WEIR_READABLE, EPERM,
		"descriptor %d cannot be watched: Operation not permitted");
	expect_failure(weir_loop_new(), nothing, WEIR_READABLE, EPERM,
		"descriptor %d cannot be watched: Operation not permitted");
	expect_failure(
		weir_loop_new(), 1000, WEIR_READABLE, EBADF, "descriptor %d cannot be watched: Bad file descriptor");
	expect_failure(weir_loop_new_virtual(), 0, WEIR_READABLE, ENOTSUP,
		"descriptor %d cannot be watched: Operation not supported");
	close(file);
	close(nothing);
}

Test(from_fd, bad_arguments)
{
	expect_failure(weir_loop_new(), -1, WEIR_READABLE, EINVAL, "%d is no descriptor");
	expect_failure(weir_loop_new(), 0, 0, EINVAL,
		"the events are %d; they must be WEIR_READABLE (1), WEIR_WRITABLE (2) or both");
	expect_failure(weir_loop_new(), 0, 4, EINVAL,
		"the events are 4; they must be WEIR_READABLE (1), WEIR_WRITABLE (2) or both");
}
