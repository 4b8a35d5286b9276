/* What the drivers share: turns, posted work, hooks. See weir/loop.h and core/loop.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/allocator.h"
#include "core/loop.h"
#include "core/subscription.h"

static void default_on_unhandled_error(const weir_error *error, void *context)
{
	char text[1024];

	(void)context;
	weir_error_print(error, text, sizeof text);
	fprintf(stderr, "weir: unhandled error: %s\n", text);
}

static void default_on_dropped(const char *stage, weir_value value, void *context)
{
	char text[1024];

	(void)context;
	if (!weir_is_error(value))
		return;
	weir_error_print(weir_as_error(value), text, sizeof text);
	fprintf(stderr, "weir: %s dropped an error that came too late: %s\n", stage, text);
}

int weir_loop_init(weir_loop *loop, const struct weir_loop_driver *driver)
{
	memset(loop, 0, sizeof *loop);
	if (pthread_mutex_init(&loop->lock, NULL) != 0)
		return -ENOMEM;
	loop->driver = driver;
	loop->references = 1;
	loop->thread = pthread_self();
	loop->armed = WEIR_FOREVER;
	loop->last_post = &loop->first_post;
	weir_link_init(&loop->subscriptions);
	weir_link_init(&loop->flushes);
	weir_loop_set_hooks(loop, NULL);
	return 0;
}

static struct weir_post *take_posts(weir_loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	struct weir_post *posts = loop->first_post;

	loop->first_post = NULL;
	loop->last_post = &loop->first_post;
	pthread_mutex_unlock(&loop->lock);
	return posts;
}

static void drop_posts(weir_loop *loop)
{
	for (struct weir_post *post = take_posts(loop); post != NULL;) {
		struct weir_post *next = post->next;
		void (*drop)(void *) = post->drop;
		void *context = post->context;

		if (!post->is_embedded)
			weir_deallocate(post);
		if (drop != NULL)
			drop(context);
		post = next;
	}
}

/* From here on nobody can post. False when somebody just has. */
static bool shut(weir_loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	loop->is_freed = loop->first_post == NULL;
	bool is_freed = loop->is_freed;

	pthread_mutex_unlock(&loop->lock);
	return is_freed;
}

weir_loop *weir_loop_ref(weir_loop *loop)
{
	__atomic_fetch_add(&loop->references, 1, __ATOMIC_RELAXED);
	return loop;
}

void weir_loop_unref(weir_loop *loop)
{
	if (__atomic_fetch_sub(&loop->references, 1, __ATOMIC_ACQ_REL) != 1)
		return;
	pthread_mutex_destroy(&loop->lock);
	weir_deallocate(loop);
}

void weir_loop_finish(weir_loop *loop)
{
	while (!weir_list_is_empty(&loop->subscriptions))
		weir_subscription_close(WEIR_CONTAINER_OF(loop->subscriptions.next, struct weir_subscription, link));
	drop_posts(loop);
	while (loop->attachments != NULL) {
		struct weir_loop_attachment *attachment = loop->attachments;

		loop->attachments = attachment->next;
		attachment->destroy(attachment->object);
		weir_deallocate(attachment);
	}
	while (!shut(loop))
		drop_posts(loop);
}

void *weir_loop_attached(const weir_loop *loop, const void *key)
{
	for (struct weir_loop_attachment *attachment = loop->attachments; attachment != NULL;
		attachment = attachment->next)
		if (attachment->key == key)
			return attachment->object;
	return NULL;
}

int weir_loop_attach(weir_loop *loop, const void *key, void *object, void (*destroy)(void *object))
{
	struct weir_loop_attachment *attachment = weir_allocate(sizeof *attachment);

	if (attachment == NULL)
		return -ENOMEM;
	*attachment = (struct weir_loop_attachment){ loop->attachments, key, object, destroy };
	loop->attachments = attachment;
	return 0;
}

void weir_loop_free(weir_loop *loop)
{
	if (loop != NULL)
		loop->driver->destroy(loop);
}

void weir_loop_set_hooks(weir_loop *loop, const struct weir_loop_hooks *hooks)
{
	loop->hooks = hooks != NULL ? *hooks : (struct weir_loop_hooks){ 0 };
	if (loop->hooks.on_dropped == NULL)
		loop->hooks.on_dropped = default_on_dropped;
	if (loop->hooks.on_unhandled_error == NULL)
		loop->hooks.on_unhandled_error = default_on_unhandled_error;
}

void weir_loop_report_unhandled(weir_loop *loop, const weir_error *error)
{
	loop->hooks.on_unhandled_error(error, loop->hooks.context);
}

void weir_loop_report_dropped(weir_loop *loop, const char *stage, weir_value value)
{
	loop->hooks.on_dropped(stage, value, loop->hooks.context);
}

weir_time weir_loop_now(weir_loop *loop)
{
	return loop->in_turn ? loop->now : loop->driver->clock(loop);
}

int64_t weir_loop_wall_clock(weir_loop *loop)
{
	return loop->driver->wall_clock(loop);
}

void weir_loop_begin_turn(weir_loop *loop)
{
	loop->now = loop->driver->clock(loop);
	loop->in_turn = true;
}

bool weir_loop_flush_later(weir_loop *loop, struct weir_flush *flush)
{
	if (loop->in_turn && !weir_link_is_linked(&flush->link))
		weir_list_append(&loop->flushes, &flush->link);
	return loop->in_turn;
}

static void run_flushes(weir_loop *loop)
{
	while (!weir_list_is_empty(&loop->flushes)) {
		struct weir_flush *flush = WEIR_CONTAINER_OF(loop->flushes.next, struct weir_flush, link);

		weir_list_remove(&flush->link);
		flush->flush(flush);
	}
}

void weir_loop_end_turn(weir_loop *loop)
{
	run_flushes(loop);
	loop->in_turn = false;
	loop->driver->arm(loop, weir_wheel_next_due(&loop->wheel));
}

/* What was taken but not run, to the front again. */
static void put_back(weir_loop *loop, struct weir_post *posts)
{
	struct weir_post *last = posts;

	while (last->next != NULL)
		last = last->next;
	pthread_mutex_lock(&loop->lock);
	last->next = loop->first_post;
	if (loop->first_post == NULL)
		loop->last_post = &last->next;
	loop->first_post = posts;
	loop->driver->wake(loop);
	pthread_mutex_unlock(&loop->lock);
}

static size_t run_posts(weir_loop *loop)
{
	struct weir_post *post = take_posts(loop);
	size_t count = 0;

	for (; post != NULL && !__atomic_load_n(&loop->stop_requested, __ATOMIC_RELAXED); count++) {
		struct weir_post *next = post->next;
		void (*work)(void *) = post->work;
		void *context = post->context;

		if (!post->is_embedded)
			weir_deallocate(post);
		work(context);
		post = next;
	}
	if (post != NULL)
		put_back(loop, post);
	return count;
}

static void fire(struct weir_timer *timer)
{
	struct weir_subscription *subscription = timer->subscription;

	if (subscription == NULL) {
		timer->expired(timer);
		return;
	}
	weir_enter(subscription);
	timer->expired(timer);
	weir_leave(subscription);
}

size_t weir_loop_turn(weir_loop *loop, weir_time until)
{
	struct weir_timer *timer;
	size_t count = run_posts(loop);
	/* What this turn's callbacks start for now is the next turn's: descriptors come in between. */
	size_t limit = loop->wheel.count;

	while (limit-- > 0 && !__atomic_load_n(&loop->stop_requested, __ATOMIC_RELAXED) &&
		(timer = weir_wheel_pop(&loop->wheel, until)) != NULL) {
		fire(timer);
		count++;
	}
	run_flushes(loop);
	return count;
}

bool weir_loop_has_work(weir_loop *loop)
{
	if (loop->wheel.count > 0 || loop->io_count > 0)
		return true;
	pthread_mutex_lock(&loop->lock);
	bool has_work = loop->first_post != NULL || loop->holds > 0;

	pthread_mutex_unlock(&loop->lock);
	return has_work;
}

static int run_until(weir_loop *loop, weir_time deadline)
{
	if (loop->running || loop->driver->run == NULL)
		return -EINVAL;
	__atomic_store_n(&loop->thread, pthread_self(), __ATOMIC_RELAXED);
	loop->running = true;

	int result = loop->driver->run(loop, deadline);

	loop->running = false;
	if (__atomic_exchange_n(&loop->stop_requested, false, __ATOMIC_ACQ_REL))
		return -ECANCELED;
	return result;
}

int weir_loop_run(weir_loop *loop)
{
	return run_until(loop, WEIR_FOREVER);
}

int weir_loop_run_for(weir_loop *loop, weir_duration duration)
{
	return run_until(loop, weir_time_after(weir_loop_now(loop), duration));
}

void weir_loop_stop(weir_loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	__atomic_store_n(&loop->stop_requested, true, __ATOMIC_RELEASE);
	if (!loop->is_freed)
		loop->driver->wake(loop);
	pthread_mutex_unlock(&loop->lock);
}

static void change_holds(weir_loop *loop, int change)
{
	pthread_mutex_lock(&loop->lock);
	loop->holds += (size_t)change;
	/* One hold more lets a loop sleep that sleeps; only without any may it have to end. */
	if (loop->holds == 0 && !loop->is_freed)
		loop->driver->wake(loop);
	pthread_mutex_unlock(&loop->lock);
}

void weir_loop_hold(weir_loop *loop)
{
	change_holds(loop, 1);
}

void weir_loop_release(weir_loop *loop)
{
	change_holds(loop, -1);
}

int weir_loop_post_embedded(weir_loop *loop, struct weir_post *post)
{
	post->next = NULL;
	pthread_mutex_lock(&loop->lock);
	bool is_freed = loop->is_freed;
	bool was_empty = loop->first_post == NULL;

	if (!is_freed) {
		*loop->last_post = post;
		loop->last_post = &post->next;
	}
	/* Inside the lock: the loop cannot be freed before the one who posted last has let go of it. */
	if (was_empty && !is_freed)
		loop->driver->wake(loop);
	pthread_mutex_unlock(&loop->lock);
	return is_freed ? -ESHUTDOWN : 0;
}

int weir_loop_post_or_drop(weir_loop *loop, void (*work)(void *context), void (*drop)(void *context), void *context)
{
	struct weir_post *post = weir_allocate(sizeof *post);

	if (post == NULL)
		return -ENOMEM;
	*post = (struct weir_post){ .work = work, .drop = drop, .context = context };

	int result = weir_loop_post_embedded(loop, post);

	if (result < 0)
		weir_deallocate(post);
	return result;
}

int weir_loop_post(weir_loop *loop, void (*work)(void *context), void *context)
{
	return weir_loop_post_or_drop(loop, work, NULL, context);
}

bool weir_loop_is_current(const weir_loop *loop)
{
	return pthread_equal(__atomic_load_n(&loop->thread, __ATOMIC_RELAXED), pthread_self());
}

size_t weir_loop_timer_count(const weir_loop *loop)
{
	return loop->wheel.count;
}

size_t weir_loop_subscription_count(const weir_loop *loop)
{
	return loop->subscription_count;
}

#ifndef NDEBUG
void weir_loop_check_thread(const weir_loop *loop, const char *function)
{
	if (weir_loop_is_current(loop))
		return;
	fprintf(stderr,
		"weir: %s() was called on a thread that does not run the loop; use weir_loop_post(), "
		"weir_subscribe_on() "
		"or weir_observe_on()\n",
		function);
	abort();
}
#endif

static void io_resource_stop(struct weir_resource *resource)
{
	weir_io_stop(WEIR_CONTAINER_OF(resource, struct weir_io, resource));
}

static int io_start(struct weir_io *io, struct weir_node *node, weir_loop *loop, int descriptor, int events,
	bool is_signal, void (*ready)(struct weir_io *io, int events))
{
	io->event = NULL;
	io->loop = loop;
	io->ready = ready;
	io->events = events;
	io->subscription = node != NULL ? node->subscription : NULL;
	/* A resource is attached once, however often it is started. */
	if (node != NULL && io->resource.stop == NULL)
		weir_attach(node, &io->resource, io_resource_stop);
	if (loop->driver->io_start == NULL)
		return -ENOTSUP;

	int result = loop->driver->io_start(io, descriptor, events, is_signal);

	if (result == 0)
		loop->io_count++;
	return result;
}

int weir_io_start(struct weir_io *io, struct weir_node *node, weir_loop *loop, int descriptor, int events,
	void (*ready)(struct weir_io *io, int events))
{
	return io_start(io, node, loop, descriptor, events, false, ready);
}

int weir_io_start_signal(struct weir_io *io, struct weir_node *node, weir_loop *loop, int signal_number,
	void (*ready)(struct weir_io *io, int events))
{
	return io_start(io, node, loop, signal_number, 0, true, ready);
}

void weir_io_stop(struct weir_io *io)
{
	if (io->event == NULL)
		return;
	io->loop->driver->io_stop(io);
	io->event = NULL;
	io->loop->io_count--;
}
