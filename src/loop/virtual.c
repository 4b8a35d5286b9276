/* A loop whose clock jumps from timer to timer. See weir/loop.h. */
#include "base/allocator.h"
#include "core/loop.h"

struct virtual_loop {
	weir_loop loop;
	pthread_cond_t posted; /* with the loop's lock: something was posted, released or stopped */
};

static weir_time virtual_clock(weir_loop *loop)
{
	return loop->now;
}

static void virtual_wake(weir_loop *loop)
{
	pthread_cond_signal(&WEIR_CONTAINER_OF(loop, struct virtual_loop, loop)->posted);
}

static void virtual_arm(weir_loop *loop, weir_time due)
{
	(void)loop;
	(void)due;
}

static bool is_stopped(weir_loop *loop)
{
	return __atomic_load_n(&loop->stop_requested, __ATOMIC_ACQUIRE);
}

/* Nothing is due any more. Whether there may be more to do: somebody holds the loop and will post, or just has. */
static bool wait_for_posts(weir_loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	while (loop->first_post == NULL && loop->holds > 0 && !is_stopped(loop))
		pthread_cond_wait(&WEIR_CONTAINER_OF(loop, struct virtual_loop, loop)->posted, &loop->lock);
	bool posted = loop->first_post != NULL;

	pthread_mutex_unlock(&loop->lock);
	return posted;
}

static int virtual_run(weir_loop *loop, weir_time deadline)
{
	loop->in_turn = true;
	while (!is_stopped(loop)) {
		/* Everything of this instant before the clock moves. */
		if (weir_loop_turn(loop, loop->now) > 0)
			continue;

		/* It may be the beginning of a slot, earlier than any timer in it; the next turn then moves those down. */
		weir_time due = weir_wheel_next_due(&loop->wheel);

		if (due <= deadline && due != WEIR_FOREVER)
			loop->now = due > loop->now ? due : loop->now;
		else if (!wait_for_posts(loop))
			break;
	}
	if (deadline != WEIR_FOREVER && loop->now < deadline && !is_stopped(loop))
		loop->now = deadline;
	loop->in_turn = false;
	return 0;
}

static void virtual_destroy(weir_loop *loop)
{
	weir_loop_finish(loop);
	pthread_cond_destroy(&WEIR_CONTAINER_OF(loop, struct virtual_loop, loop)->posted);
	weir_loop_unref(loop);
}

static const struct weir_loop_driver virtual_driver = {
	.clock = virtual_clock,
	.wall_clock = virtual_clock,
	.wake = virtual_wake,
	.arm = virtual_arm,
	.run = virtual_run,
	.destroy = virtual_destroy,
};

weir_loop *weir_loop_new_virtual(void)
{
	struct virtual_loop *self = weir_allocate(sizeof *self);

	if (self == NULL)
		return NULL;
	if (weir_loop_init(&self->loop, &virtual_driver) < 0) {
		weir_deallocate(self);
		return NULL;
	}
	pthread_cond_init(&self->posted, NULL);
	return &self->loop;
}
