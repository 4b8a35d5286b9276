/* write_fd: every byte of every item, in order, or an error that says so; no waiting, no signal. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include <weir/creating.h>
#include <weir/descriptor.h>
#include <weir/transforming.h>

#include "kit/conformance.h"
#include "kit/gathered.h"
#include "kit/marbles.h"

static weir_value as_text(weir_value value, void *context)
{
	(void)context;
	return weir_string_format("%lld,", (long long)weir_as_int(value));
}

static weir_observable *build(weir_observable *source)
{
	static int file = -1;

	if (file < 0)
		file = memfd_create("write_fd", MFD_CLOEXEC);
	return weir_write_fd(weir_map(source, as_text, NULL), file);
}

const struct conformance_subject conformance_subject = { .name = "write_fd", .build = build };

static char *content(int file, size_t *ret_length)
{
	off_t length = lseek(file, 0, SEEK_END);
	char *text = malloc((size_t)length + 1);

	cr_assert_eq(pread(file, text, (size_t)length, 0), length);
	text[length] = '\0';
	*ret_length = (size_t)length;
	return text;
}

Test(write_fd, items_are_passed_on_when_they_are_written)
{
	weir_test *test = weir_test_new();
	int file = memfd_create("write_fd", 0);
	size_t length;

	weir_test_expect(test, weir_write_fd(weir_test_cold(test, "-a--b-c|"), file), "-a--b-c|");
	MARBLES_OK(test);

	char *text = content(file, &length);

	cr_expect_str_eq(text, "abc");
	free(text);
	close(file);
}

Test(write_fd, an_error_of_the_source_is_passed_on)
{
	weir_test *test = weir_test_new();
	int file = memfd_create("write_fd", 0);

	weir_test_expect(test, weir_write_fd(weir_test_cold(test, "-a-#"), file), "-a-#");
	MARBLES_OK(test);
	close(file);
}

Test(write_fd, the_source_is_asked_for_one_item_at_a_time)
{
	weir_test *test = weir_test_new();
	int file = memfd_create("write_fd", 0);
	size_t length;

	weir_test_expect_with_demand(test, weir_write_fd(weir_test_cold(test, "abcd|"), file), 2, 0, "ab");
	MARBLES_OK(test);

	char *text = content(file, &length);

	cr_expect_str_eq(text, "ab", "nothing is written that nobody asked for");
	free(text);
	close(file);
}

enum {
	BIG = 3 << 20,
};

static weir_value big_value(char letter)
{
	char *bytes = malloc(BIG);

	memset(bytes, letter, BIG);

	weir_value value = weir_bin(bytes, BIG);

	free(bytes);
	return value;
}

struct drain {
	int descriptor;
	char *bytes;
	size_t length;
};

static void *drain(void *context)
{
	struct drain *self = context;
	ssize_t got;

	self->bytes = malloc(4 * BIG);
	while ((got = read(self->descriptor, self->bytes + self->length, 100000)) > 0)
		self->length += (size_t)got;
	return NULL;
}

/* Three big items and an empty one through `ends`, read by another thread. */
static void send_big_items(int ends[2])
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	struct drain other = { .descriptor = ends[0] };
	pthread_t thread;

	pthread_create(&thread, NULL, drain, &other);
	gather(&got, loop,
		weir_write_fd(
			weir_of((weir_value[]){ big_value('a'), weir_string(""), big_value('b'), big_value('c') }, 4),
			ends[1]),
		0);
	cr_assert_eq(weir_loop_run(loop), 0);
	close(ends[1]);
	pthread_join(thread, NULL);
	cr_expect(got.completed, "%s", got.message);
	cr_expect_eq(got.items, 4);
	cr_assert_eq(other.length, 3 * BIG);
	for (size_t index = 0; index < 3 * BIG; index += 4099)
		cr_assert_eq(other.bytes[index], "abc"[index / BIG]);
	gather_free(&got);
	weir_loop_free(loop);
	free(other.bytes);
	close(ends[0]);
}

Test(write_fd, what_a_pipe_has_no_room_for_waits)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	send_big_items(ends);
	cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
	fcntl(ends[0], F_SETFL, 0);
	send_big_items(ends);
}

Test(write_fd, what_a_socket_has_no_room_for_waits)
{
	int ends[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	send_big_items(ends);
}

Test(write_fd, a_big_item_to_a_file_does_not_hold_up_the_loop)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	struct gathered ticks;
	int file = memfd_create("write_fd", 0);

	gather(&got, loop, weir_write_fd(weir_just(big_value('x')), file), 0);
	gather(&ticks, loop, weir_timer(0), 0);
	cr_expect_eq(got.items, 0);
	weir_loop_run(loop);
	cr_expect(got.completed);
	cr_expect(ticks.completed);
	cr_expect_eq(lseek(file, 0, SEEK_END), BIG);
	gather_free(&got);
	gather_free(&ticks);
	weir_loop_free(loop);
	close(file);
}

/* A big item takes several turns, all in one instant of virtual time. */
static void expect_whole_item(const char *marbles)
{
	weir_test *test = weir_test_new();
	int file = memfd_create("write_fd", 0);

	weir_test_bind(test, 'x', big_value('x'));
	weir_test_expect(test, weir_write_fd(weir_test_cold(test, marbles), file), marbles);
	MARBLES_OK(test);
	cr_expect_eq(lseek(file, 0, SEEK_END), BIG);
	close(file);
}

Test(write_fd, a_terminal_of_the_source_waits_for_the_item_in_hand)
{
	expect_whole_item("-(x#)");
	expect_whole_item("-(x|)");
}

Test(write_fd, a_cancel_does_not_wait_for_the_item_in_hand)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	int file = memfd_create("write_fd", 0);

	gather(&got, loop, weir_write_fd(weir_just(big_value('x')), file), 0);
	weir_cancel(got.subscription);
	cr_expect(got.destroyed);
	cr_expect_eq(weir_loop_timer_count(loop), 0);
	cr_expect_lt(lseek(file, 0, SEEK_END), BIG);
	gather_free(&got);
	weir_loop_free(loop);
	close(file);
}

static void expect_failure(weir_observable *source, int descriptor, int code, const char *message)
{
	weir_loop *loop = weir_loop_new();
	struct gathered got;
	char expected[128];

	snprintf(expected, sizeof expected, message, descriptor);
	gather(&got, loop, weir_write_fd(source, descriptor), 0);
	weir_loop_run(loop);
	cr_expect_eq(got.code, code, "%s", got.message);
	cr_expect_str_eq(got.message, expected);
	gather_free(&got);
	weir_loop_free(loop);
}

static void expect_no_signal_waits(void)
{
	sigset_t pending;
	sigset_t blocked;

	sigpending(&pending);
	cr_expect_eq(sigismember(&pending, SIGPIPE), 0);
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	cr_expect_eq(sigismember(&blocked, SIGPIPE), 0);
	cr_expect_eq(sigismember(&blocked, SIGXFSZ), 0);
}

Test(write_fd, a_closed_pipe_is_an_error_and_no_signal)
{
	int ends[2];

	signal(SIGPIPE, SIG_DFL);
	cr_assert_eq(pipe(ends), 0);
	close(ends[0]);
	expect_failure(weir_just(weir_string("x")), ends[1], EPIPE, "writing to descriptor %d failed: Broken pipe");
	close(ends[1]);
	expect_no_signal_waits();
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	close(ends[0]);
	expect_failure(weir_just(weir_string("x")), ends[1], EPIPE, "writing to descriptor %d failed: Broken pipe");
	close(ends[1]);
	expect_no_signal_waits();
}

Test(write_fd, a_signal_that_the_program_has_waiting_is_left_to_it)
{
	sigset_t pipe_signal;
	int ends[2];

	sigemptyset(&pipe_signal);
	sigaddset(&pipe_signal, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe_signal, NULL);
	raise(SIGPIPE);
	cr_assert_eq(pipe(ends), 0);
	close(ends[0]);
	expect_failure(weir_just(weir_string("x")), ends[1], EPIPE, "writing to descriptor %d failed: Broken pipe");
	close(ends[1]);
	cr_expect_eq(sigtimedwait(&pipe_signal, NULL, &(struct timespec){ 0 }), SIGPIPE);
}

Test(write_fd, a_full_disk_is_an_error)
{
	int full = open("/dev/full", O_WRONLY);

	expect_failure(
		weir_just(weir_string("x")), full, ENOSPC, "writing to descriptor %d failed: No space left on device");
	close(full);
}

Test(write_fd, a_file_beyond_the_size_limit_is_an_error_and_no_signal)
{
	char name[] = "/tmp/weir-write-fd-XXXXXX";
	int file = mkstemp(name);
	struct rlimit limit = { .rlim_cur = 1000, .rlim_max = RLIM_INFINITY };

	unlink(name);
	signal(SIGXFSZ, SIG_DFL);
	setrlimit(RLIMIT_FSIZE, &limit);
	expect_failure(weir_just(big_value('x')), file, EFBIG, "writing to descriptor %d failed: File too large");
	expect_no_signal_waits();
	close(file);
}

Test(write_fd, an_item_that_is_no_bytes_is_an_error_that_shows_it)
{
	int file = memfd_create("write_fd", 0);

	expect_failure(weir_just(weir_int(7)), file, EINVAL, "7 is neither a str nor a bin and cannot be written");
	expect_failure(weir_just(weir_ext(1, "x", 1)), file, EINVAL,
		"<ext 1, 1 bytes> is neither a str nor a bin and cannot be written");
	close(file);
}

Test(write_fd, bad_arguments)
{
	expect_failure(weir_just(weir_string("x")), -1, EINVAL, "%d is no descriptor");
	expect_failure(
		weir_just(weir_string("x")), 1000, EBADF, "writing to descriptor %d failed: Bad file descriptor");
}
