/* What the core and the drivers know of a loop. Its timers stand in loop/timers.c, its drivers beside them. */
#ifndef WEIR_CORE_LOOP_H
#define WEIR_CORE_LOOP_H

#include <pthread.h>

#include <weir/loop.h>
#include <weir/operator.h>

#include "base/list.h"

enum {
	WEIR_WHEEL_BITS = 6,
	WEIR_WHEEL_SLOTS = 1 << WEIR_WHEEL_BITS,
	WEIR_WHEEL_LEVELS = 11, /* 66 bits: every int64_t nanosecond */
};

/* A list of timers in the order they were started. */
struct weir_timer_list {
	struct weir_timer *first;
	struct weir_timer *last;
};

/*
 * A hierarchical wheel (Varghese and Lauck 1987) with nanosecond slots. A timer stands in the level of the highest
 * group of 6 bits in which its due time differs from `elapsed`; when `elapsed` reaches a slot of a higher level, the
 * slot's timers move down in order. So timers fire in order of (due time, order of scheduling), and starting and
 * stopping one costs O(1).
 */
struct weir_wheel {
	weir_time elapsed;
	size_t count;
	uint64_t occupied[WEIR_WHEEL_LEVELS];
	struct weir_timer_list slots[WEIR_WHEEL_LEVELS][WEIR_WHEEL_SLOTS];
};

struct weir_post {
	struct weir_post *next;
	void (*work)(void *context);
	void (*drop)(void *context);
	void *context;
	bool is_embedded; /* the poster's memory */
};

/* What is to be done once at the end of a turn, however often it is asked for: to publish what the turn has gathered.
 */
struct weir_flush {
	struct weir_link link;
	void (*flush)(struct weir_flush *flush);
};

/* Something a loop has at most one of, such as the HTTP client: made when it is first needed, freed with the loop. */
struct weir_loop_attachment {
	struct weir_loop_attachment *next;
	const void *key; /* an address that nobody else uses */
	void *object;
	void (*destroy)(void *object);
};

/* What differs between a real and a virtual loop. */
struct weir_loop_driver {
	/* Read the clock. */
	weir_time (*clock)(weir_loop *loop);
	int64_t (*wall_clock)(weir_loop *loop);
	/* Make the loop's thread look at posts, holds and the stop; from any thread, inside the lock. */
	void (*wake)(weir_loop *loop);
	/* The earliest timer may have changed to `due`. */
	void (*arm)(weir_loop *loop, weir_time due);
	int (*run)(weir_loop *loop, weir_time deadline);
	int (*io_start)(struct weir_io *io, int descriptor, int events, bool is_signal);
	void (*io_stop)(struct weir_io *io);
	void (*destroy)(weir_loop *loop);
};

struct weir_loop {
	const struct weir_loop_driver *driver;
	uint32_t references;
	pthread_t thread; /* read by any */
	weir_time now;
	bool in_turn; /* `now` is what the clock said at its beginning */
	bool running;
	weir_time armed; /* when the driver will wake up; WEIR_FOREVER: not */
	struct weir_wheel wheel;
	struct weir_link subscriptions; /* the roots */
	size_t subscription_count;
	size_t io_count;
	struct weir_loop_hooks hooks;
	struct weir_loop_attachment *attachments;
	struct weir_link flushes;

	/* Shared with other threads. */
	pthread_mutex_t lock;
	struct weir_post *first_post;
	struct weir_post **last_post;
	size_t holds;
	bool stop_requested;
	bool is_freed; /* only the memory is left, for those who hold a reference */
};

/* Set up what all drivers share: the first member of the driver's own. Returns 0 or -ENOMEM. */
int weir_loop_init(weir_loop *loop, const struct weir_loop_driver *driver);

/* Cancel what runs, drop what was posted. The driver releases what it has itself, and then calls weir_loop_unref(). */
void weir_loop_finish(weir_loop *loop);

/*
 * Keep the memory of a loop beyond weir_loop_free(): for whoever speaks to it from another thread and cannot know when
 * that happens. Posting to a freed loop fails, holding and releasing it does nothing.
 */
weir_loop *weir_loop_ref(weir_loop *loop);
void weir_loop_unref(weir_loop *loop);

/*
 * As weir_loop_post_or_drop(), without allocation. `post` must stay until `work` or `drop` is called, and may be posted
 * again from there on. Returns 0, or -ESHUTDOWN when the loop has been freed (then neither is called).
 */
int weir_loop_post_embedded(weir_loop *loop, struct weir_post *post);

/* Call `flush` at the end of the turn at hand. False outside of turns: then it is for the caller to do it. */
bool weir_loop_flush_later(weir_loop *loop, struct weir_flush *flush);

/* What was attached under this key, or NULL. */
void *weir_loop_attached(const weir_loop *loop, const void *key);

/*
 * Keep `object` until the loop is freed: `destroy` is called when all subscriptions have ended, newest attachment
 * first, while timers and descriptors can still be stopped. Returns 0, or -ENOMEM (then the object stays the caller's).
 */
int weir_loop_attach(weir_loop *loop, const void *key, void *object, void (*destroy)(void *object));

/* One turn: posted work, then every timer due. Returns the number of callbacks that ran. */
size_t weir_loop_turn(weir_loop *loop, weir_time until);

/* Begin and end a turn around callbacks of the driver's own (descriptors). */
void weir_loop_begin_turn(weir_loop *loop);
void weir_loop_end_turn(weir_loop *loop);

/* Whether weir_loop_run() has something to wait for. */
bool weir_loop_has_work(weir_loop *loop);

/* When the next timer may be due: never later than the truth. WEIR_FOREVER without timers. */
weir_time weir_wheel_next_due(const struct weir_wheel *wheel);

/* Take the next timer that is due at or before `until`, in order; NULL if there is none. Sets `elapsed` to its due
 * time. */
struct weir_timer *weir_wheel_pop(struct weir_wheel *wheel, weir_time until);

void weir_loop_report_unhandled(weir_loop *loop, const weir_error *error);
void weir_loop_report_dropped(weir_loop *loop, const char *stage, weir_value value);

/* Debug builds abort with a message when the caller is not on the loop's thread. */
#ifdef NDEBUG
#define weir_loop_check_thread(loop, function) ((void)0)
#else
void weir_loop_check_thread(const weir_loop *loop, const char *function);
#endif

#endif
