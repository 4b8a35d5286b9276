/* Loops on libevent: the only file that includes its headers. See weir/loop.h. */
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/allocator.h"
#include "core/loop.h"
#include "core/subscription.h"

struct libevent_loop {
	weir_loop loop;
	struct event_base *base;
	bool owns_base;
	struct event *timer; /* the one that drives the wheel */
	struct event *wakeup;
	int wakeup_fd;
};

static struct libevent_loop *upcast(weir_loop *loop)
{
	return WEIR_CONTAINER_OF(loop, struct libevent_loop, loop);
}

static int64_t read_clock(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static weir_time libevent_clock(weir_loop *loop)
{
	(void)loop;
	return read_clock(CLOCK_MONOTONIC);
}

static int64_t libevent_wall_clock(weir_loop *loop)
{
	(void)loop;
	return read_clock(CLOCK_REALTIME);
}

static void libevent_wake(weir_loop *loop)
{
	uint64_t one = 1;
	/* It can only fail when the counter is about to overflow, and then the loop is awake. */
	ssize_t written = write(upcast(loop)->wakeup_fd, &one, sizeof one);

	(void)written;
}

/* During a turn nothing: its end does. */
static void libevent_arm(weir_loop *loop, weir_time due)
{
	struct libevent_loop *self = upcast(loop);

	if (loop->in_turn || due == loop->armed)
		return;
	loop->armed = due;
	if (due == WEIR_FOREVER) {
		evtimer_del(self->timer);
		return;
	}

	weir_duration delay = due - libevent_clock(loop);
	/* Rounded up: waking up early would only mean waking up twice. */
	int64_t microseconds = delay > 0 ? (delay + 999) / 1000 : 0;
	struct timeval timeout = { .tv_sec = microseconds / 1000000, .tv_usec = microseconds % 1000000 };

	evtimer_add(self->timer, &timeout);
}

/* Stopped, what else is ready waits for the next run. A base that is not ours is never run by us, nor stopped. */
static void heed_stop(weir_loop *loop)
{
	if (!__atomic_load_n(&loop->stop_requested, __ATOMIC_ACQUIRE))
		return;
	if (upcast(loop)->owns_base)
		event_base_loopbreak(upcast(loop)->base);
	else
		__atomic_store_n(&loop->stop_requested, false, __ATOMIC_RELEASE);
}

static void run_turn(weir_loop *loop)
{
	if (!upcast(loop)->owns_base)
		heed_stop(loop);
	weir_loop_begin_turn(loop);
	weir_loop_turn(loop, loop->now);
	weir_loop_end_turn(loop);
	heed_stop(loop);
}

static void on_timer(evutil_socket_t descriptor, short events, void *context)
{
	weir_loop *loop = context;

	(void)descriptor;
	(void)events;
	loop->armed = WEIR_FOREVER;
	run_turn(loop);
}

static void on_wakeup(evutil_socket_t descriptor, short events, void *context)
{
	uint64_t count;
	ssize_t got = read(descriptor, &count, sizeof count);

	(void)got;
	(void)events;
	run_turn(context);
}

static void on_io(evutil_socket_t descriptor, short events, void *context)
{
	struct weir_io *io = context;
	weir_loop *loop = io->loop;
	struct weir_subscription *subscription = io->subscription;
	int ready = (events & EV_SIGNAL) != 0
			    ? (int)descriptor
			    : ((events & EV_READ) != 0 ? WEIR_READABLE : 0) | ((events & EV_WRITE) != 0 ? WEIR_WRITABLE : 0);

	weir_loop_begin_turn(loop);
	if (subscription != NULL)
		weir_enter(subscription);
	io->ready(io, ready);
	if (subscription != NULL)
		weir_leave(subscription);
	weir_loop_end_turn(loop);
	heed_stop(loop);
}

/*
 * Whether the kernel can tell when the descriptor is ready. libevent would find out, too, but print its own line about
 * it.
 */
static int check_watchable(int descriptor)
{
	struct epoll_event nothing = { 0 };
	struct stat status;

	if (fstat(descriptor, &status) < 0)
		return -errno;
	if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode))
		return -EPERM;
	if (!S_ISCHR(status.st_mode))
		return 0;

	int probe = epoll_create1(EPOLL_CLOEXEC);
	int result = probe < 0 || epoll_ctl(probe, EPOLL_CTL_ADD, descriptor, &nothing) < 0 ? -errno : 0;

	if (probe >= 0)
		close(probe);
	return result;
}

static int libevent_io_start(struct weir_io *io, int descriptor, int events, bool is_signal)
{
	short what = is_signal ? EV_SIGNAL | EV_PERSIST
			       : (short)(EV_PERSIST | ((events & WEIR_READABLE) != 0 ? EV_READ : 0) |
					 ((events & WEIR_WRITABLE) != 0 ? EV_WRITE : 0));
	int watchable = is_signal ? 0 : check_watchable(descriptor);

	if (watchable < 0)
		return watchable;

	struct event *event = event_new(upcast(io->loop)->base, descriptor, what, on_io, io);

	if (event == NULL)
		return errno == EINVAL ? -EINVAL : -ENOMEM;
	errno = 0;
	if (event_add(event, NULL) < 0) {
		int error = errno;

		event_free(event);
		return error != 0 ? -error : -EIO;
	}
	io->event = event;
	return 0;
}

static void libevent_io_stop(struct weir_io *io)
{
	event_free(io->event);
}

static int libevent_run(weir_loop *loop, weir_time deadline)
{
	struct libevent_loop *self = upcast(loop);
	struct event *alarm = NULL;
	int result = 0;

	if (!self->owns_base)
		return -EINVAL;
	if (deadline != WEIR_FOREVER) {
		/* Only to wake up in time: what it calls is an empty turn. */
		weir_duration delay = deadline - libevent_clock(loop);
		int64_t microseconds = delay > 0 ? (delay + 999) / 1000 : 0;
		struct timeval timeout = { .tv_sec = microseconds / 1000000, .tv_usec = microseconds % 1000000 };

		alarm = event_new(self->base, -1, EV_PERSIST, on_wakeup, loop);
		if (alarm == NULL || evtimer_add(alarm, &timeout) < 0)
			result = -ENOMEM;
	}
	weir_loop_begin_turn(loop);
	weir_loop_end_turn(loop);
	/* What is due already has its turn, however short the time is. */
	for (bool is_first = true;
		result == 0 && !__atomic_load_n(&loop->stop_requested, __ATOMIC_ACQUIRE) && weir_loop_has_work(loop) &&
		(is_first || deadline == WEIR_FOREVER || libevent_clock(loop) < deadline);
		is_first = false)
		if (event_base_loop(self->base, EVLOOP_ONCE) < 0)
			result = -EIO;
	if (alarm != NULL)
		event_free(alarm);
	return result;
}

static void libevent_destroy(weir_loop *loop)
{
	struct libevent_loop *self = upcast(loop);

	weir_loop_finish(loop);
	if (self->timer != NULL)
		event_free(self->timer);
	if (self->wakeup != NULL)
		event_free(self->wakeup);
	if (self->wakeup_fd >= 0)
		close(self->wakeup_fd);
	if (self->owns_base && self->base != NULL)
		event_base_free(self->base);
	weir_loop_unref(loop);
}

static const struct weir_loop_driver libevent_driver = {
	.clock = libevent_clock,
	.wall_clock = libevent_wall_clock,
	.wake = libevent_wake,
	.arm = libevent_arm,
	.run = libevent_run,
	.io_start = libevent_io_start,
	.io_stop = libevent_io_stop,
	.destroy = libevent_destroy,
};

/* Consumes the base when it is ours. */
static weir_loop *loop_on(struct event_base *base, bool owns_base)
{
	struct libevent_loop *self = base != NULL ? weir_allocate(sizeof *self) : NULL;

	if (self == NULL || weir_loop_init(&self->loop, &libevent_driver) < 0) {
		weir_deallocate(self);
		if (owns_base && base != NULL)
			event_base_free(base);
		errno = ENOMEM;
		return NULL;
	}
	self->base = base;
	self->owns_base = owns_base;
	self->wakeup = NULL;
	self->wakeup_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	self->timer = evtimer_new(base, on_timer, &self->loop);
	if (self->wakeup_fd >= 0)
		self->wakeup = event_new(base, self->wakeup_fd, EV_READ | EV_PERSIST, on_wakeup, &self->loop);
	if (self->timer == NULL || self->wakeup == NULL || event_add(self->wakeup, NULL) < 0) {
		int error = self->wakeup_fd < 0 ? errno : ENOMEM;

		libevent_destroy(&self->loop);
		errno = error;
		return NULL;
	}
	return &self->loop;
}

weir_loop *weir_loop_new(void)
{
	/* Millisecond waiting (epoll's) would make every short delay a long one. */
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config != NULL && event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER) == 0)
		base = event_base_new_with_config(config);
	if (config != NULL)
		event_config_free(config);
	return loop_on(base, true);
}

weir_loop *weir_loop_from_event_base(struct event_base *base)
{
	return loop_on(base, false);
}

struct event_base *weir_loop_event_base(const weir_loop *loop)
{
	return loop->driver == &libevent_driver ? upcast((weir_loop *)loop)->base : NULL;
}

bool weir_loop_is_virtual(const weir_loop *loop)
{
	return loop->driver != &libevent_driver;
}
