/* read_fd: bytes as they are asked for, to the end, from anything that can be read. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include <weir/creating.h>
#include <weir/descriptor.h>

#include "kit/conformance.h"
#include "kit/gathered.h"

static int file_of(const char *text)
{
	int file = memfd_create("read_fd", MFD_CLOEXEC);

	cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
	lseek(file, 0, SEEK_SET);
	return file;
}

static void close_context(void *context)
{
	close((int)(intptr_t)context);
}

/* Each subscription reads a file of its own: two at one share its bytes. */
static weir_observable *read_new_file(void *context)
{
	int file = file_of("nine chunks of four bytes, all in all");

	(void)context;
	return weir_with_context(weir_read_fd(file, 4), (void *)(intptr_t)file, close_context);
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_defer(read_new_file, NULL);
}

const struct conformance_subject conformance_subject = { .name = "read_fd", .build = build, .creates = true };

static void make_pipe(int ends[2])
{
	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
}

static void put(int descriptor, const char *text)
{
	cr_assert_eq(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
}

Test(read_fd, a_file_comes_in_chunks_and_completes)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	int file = file_of("abcdefghij");

	gather(&got, loop, weir_read_fd(file, 4), 0);
	cr_expect_eq(got.items, 0, "the first chunk is read in a turn of the loop");
	cr_assert_eq(weir_loop_run(loop), 0);
	cr_expect_str_eq(got.bytes, "abcdefghij");
	cr_expect_eq(got.items, 3);
	cr_expect(got.completed);
	gather_free(&got);
	weir_loop_free(loop);
	close(file);
}

Test(read_fd, a_file_can_be_read_on_a_virtual_loop)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct gathered got;
	int file = file_of("abcdefghij");

	gather(&got, loop, weir_read_fd(file, 0), 0);
	weir_loop_run(loop);
	cr_expect_str_eq(got.bytes, "abcdefghij");
	cr_expect_eq(got.items, 1);
	cr_expect(got.completed);
	gather_free(&got);
	weir_loop_free(loop);
	close(file);
}

Test(read_fd, a_pipe_is_read_as_it_is_filled_and_completes_when_it_is_closed)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	int ends[2];

	make_pipe(ends);
	gather(&got, loop, weir_read_fd(ends[0], 0), 0);
	put(ends[1], "one");
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_eq(got.items, 1);
	cr_expect_str_eq(got.bytes, "one");
	put(ends[1], "two");
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_eq(got.items, 2);
	cr_expect(!got.completed);
	close(ends[1]);
	cr_assert_eq(weir_loop_run(loop), 0);
	cr_expect_str_eq(got.bytes, "onetwo");
	cr_expect(got.completed);
	gather_free(&got);
	weir_loop_free(loop);
	close(ends[0]);
}

Test(read_fd, nothing_is_read_without_demand)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	int ends[2];
	int waiting;

	make_pipe(ends);
	put(ends[1], "abcdefgh");
	gather(&got, loop, weir_read_fd(ends[0], 2), WEIR_ON_REQUEST);
	weir_loop_run_for(loop, weir_ms(5));
	ioctl(ends[0], FIONREAD, &waiting);
	cr_expect_eq(waiting, 8);
	weir_request(got.subscription, 1);
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_str_eq(got.bytes, "ab");
	weir_request(got.subscription, 2);
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_str_eq(got.bytes, "abcdef");
	ioctl(ends[0], FIONREAD, &waiting);
	cr_expect_eq(waiting, 2);
	gather_free(&got);
	weir_loop_free(loop);
	close(ends[0]);
	close(ends[1]);
}

Test(read_fd, two_readers_of_one_pipe_share_its_bytes_and_neither_waits)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got[2];
	int ends[2];

	make_pipe(ends);
	for (int index = 0; index < 2; index++)
		gather(&got[index], loop, weir_read_fd(ends[0], 0), 0);
	put(ends[1], "abc");
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_eq(got[0].length + got[1].length, 3);
	close(ends[1]);
	cr_assert_eq(weir_loop_run(loop), 0);
	for (int index = 0; index < 2; index++) {
		cr_expect(got[index].completed);
		gather_free(&got[index]);
	}
	weir_loop_free(loop);
	close(ends[0]);
}

Test(read_fd, a_socket_is_read_to_its_end)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	int ends[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	gather(&got, loop, weir_read_fd(ends[0], 0), 0);
	put(ends[1], "hello");
	close(ends[1]);
	cr_assert_eq(weir_loop_run(loop), 0);
	cr_expect_str_eq(got.bytes, "hello");
	cr_expect(got.completed);
	gather_free(&got);
	weir_loop_free(loop);
	close(ends[0]);
}

Test(read_fd, an_unplugged_terminal_is_an_input_output_error)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);

	cr_assert_geq(terminal, 0);
	grantpt(terminal);
	unlockpt(terminal);

	int line = open(ptsname(terminal), O_RDWR | O_NOCTTY);

	cr_assert_geq(line, 0);
	gather(&got, loop, weir_read_fd(terminal, 0), 0);
	put(line, "21.5");
	weir_loop_run_for(loop, weir_ms(5));
	cr_expect_str_eq(got.bytes, "21.5");
	close(line);
	cr_assert_eq(weir_loop_run(loop), 0);
	cr_expect_eq(got.code, EIO);
	gather_free(&got);
	weir_loop_free(loop);
	close(terminal);
}

Test(read_fd, what_cannot_be_watched_is_read_all_the_same)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	int nothing = open("/dev/null", O_RDONLY);
	int zeros = open("/dev/zero", O_RDONLY);

	gather(&got, loop, weir_read_fd(nothing, 0), 0);
	cr_assert_eq(weir_loop_run(loop), 0);
	cr_expect(got.completed);
	gather_free(&got);
	gather(&got, loop, weir_read_fd(zeros, 100), 3);
	cr_assert_eq(weir_loop_run(loop), 0);
	cr_expect_eq(got.length, 300);
	gather_free(&got);
	weir_loop_free(loop);
	close(nothing);
	close(zeros);
}

Test(read_fd, flags_of_the_descriptor_are_left_alone)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	int ends[2];

	make_pipe(ends);

	int flags = fcntl(ends[0], F_GETFL);

	gather(&got, loop, weir_read_fd(ends[0], 0), 0);
	cr_expect_eq(fcntl(ends[0], F_GETFL), flags);
	gather_free(&got);
	cr_expect_eq(fcntl(ends[0], F_GETFL), flags);
	weir_loop_free(loop);
	close(ends[0]);
	close(ends[1]);
}

static void expect_failure(int descriptor, size_t chunk_size, int code, const char *message)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;

	gather(&got, loop, weir_read_fd(descriptor, chunk_size), 0);
	weir_loop_run(loop);
	cr_expect_eq(got.code, code, "%s", got.message);
	cr_expect_str_eq(got.message, message);
	cr_expect_str_eq(got.origin, "read_fd");
	gather_free(&got);
	weir_loop_free(loop);
}

Test(read_fd, errors_name_the_descriptor)
{
	int directory = open("/", O_RDONLY | O_DIRECTORY);
	char message[80];

	snprintf(message, sizeof message, "reading descriptor %d failed: Is a directory", directory);
	expect_failure(directory, 0, EISDIR, message);
	expect_failure(1000, 0, EBADF, "reading descriptor 1000 failed: Bad file descriptor");
	close(directory);
}

Test(read_fd, bad_arguments)
{
	expect_failure(-1, 0, EINVAL, "-1 is no descriptor");
	expect_failure(0, SIZE_MAX, EINVAL, "a chunk of 18446744073709551615 bytes is too long");
}
