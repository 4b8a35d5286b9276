/* hub: listeners that come and go during delivery, against a model; and values that are kept, against another. */
#include "kit/hub.h"

#include <stdlib.h>

#include <criterion/criterion.h>

#include <weir/loop.h>

#include "base/allocator.h"

enum {
	LISTENERS = 6,
	VALUES_MAX = 4096,
	PUSHES_PER_RUN = 200, /* pushes from inside end there, or they would never */
	RUNS = 300,
};

static const struct weir_node_class listener_class = {
	.name = "hub",
	.size = sizeof(struct weir_listener),
	.config_size = sizeof(struct weir_hub *),
	.demand = WEIR_DEMAND_COUNTED,
	.start = weir_listener_start,
	.request = weir_listener_request,
	.finish = weir_listener_finish,
	.config_destroy = weir_listener_config_destroy,
};

static int hubs_destroyed;

static void hub_destroy(struct weir_hub *hub)
{
	hubs_destroyed++;
	weir_hub_finish(hub);
	weir_deallocate(hub);
}

static const struct weir_hub_class hub_class = {
	.destroy = hub_destroy,
};

static struct weir_hub *hub_new(const struct weir_hub_options *options)
{
	struct weir_hub *hub = weir_allocate(sizeof *hub);

	weir_hub_init(hub, &hub_class, options);
	return hub;
}

static uint64_t scramble(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* What listeners do, decided by who gets what: the same for hub and model. */
enum deed {
	DEED_NOTHING,
	DEED_PUSH,
	DEED_PUSH_TWICE,
	DEED_JOIN,
	DEED_LEAVE,
	DEED_LEAVE_OTHER,
	DEED_END,
};

struct world;

struct listener {
	struct world *world;
	int index;
	bool is_present;
	uint64_t joined; /* model */
	weir_subscription *subscription; /* hub */
	int got[VALUES_MAX];
	int count;
	bool ended;
};

struct world {
	uint64_t seed;
	struct weir_hub *hub; /* NULL: this is the model */
	weir_loop *loop;
	struct listener listeners[LISTENERS];
	int pushes;
	/* model */
	struct listener *order[LISTENERS];
	int present;
	uint64_t joins;
	int queue[VALUES_MAX];
	int queue_first, queue_end;
	bool is_delivering, is_ending, has_ended;
};

static void react(struct listener *listener, int value);

static void on_next(weir_value value, void *context)
{
	struct listener *listener = context;

	listener->got[listener->count++] = (int)weir_as_int(value);
	react(listener, (int)weir_as_int(value));
}

static void on_complete(void *context)
{
	((struct listener *)context)->ended = true;
}

static void on_destroy(void *context)
{
	struct listener *listener = context;

	listener->is_present = false;
	listener->subscription = NULL;
}

static void on_subscribed(weir_subscription *subscription, void *context)
{
	((struct listener *)context)->subscription = subscription;
}

static void join(struct world *world, struct listener *listener)
{
	if (listener->is_present)
		return;
	listener->is_present = true;
	if (world->hub != NULL) {
		weir_subscribe(weir_hub_observable(world->hub, &listener_class), world->loop,
			&(weir_observer){ .subscribed = on_subscribed,
				.next = on_next,
				.complete = on_complete,
				.destroy = on_destroy,
				.context = listener });
		return;
	}
	if (world->has_ended) {
		listener->ended = true;
		listener->is_present = false;
		return;
	}
	listener->joined = ++world->joins;
	world->order[world->present++] = listener;
}

static void leave(struct world *world, struct listener *listener)
{
	int index = 0;

	if (!listener->is_present)
		return;
	if (world->hub != NULL) {
		weir_cancel(listener->subscription);
		return;
	}
	listener->is_present = false;
	while (world->order[index] != listener)
		index++;
	for (world->present--; index < world->present; index++)
		world->order[index] = world->order[index + 1];
}

/* The next of the listeners that have joined after `last` and not after `limit`. */
static struct listener *model_next(const struct world *world, uint64_t last, uint64_t limit)
{
	for (int index = 0; index < world->present; index++)
		if (world->order[index]->joined > last && world->order[index]->joined <= limit)
			return world->order[index];
	return NULL;
}

static void model_settle(struct world *world)
{
	struct listener *listener;

	if (world->is_delivering)
		return;
	world->is_delivering = true;
	while (world->queue_first < world->queue_end) {
		int value = world->queue[world->queue_first++];
		uint64_t limit = world->joins, last = 0;

		while ((listener = model_next(world, last, limit)) != NULL) {
			last = listener->joined;
			listener->got[listener->count++] = value;
			react(listener, value);
		}
	}
	if (world->is_ending) {
		world->has_ended = true;
		while (world->present > 0) {
			listener = world->order[0];
			leave(world, listener);
			listener->ended = true;
		}
	}
	world->is_delivering = false;
}

static void push(struct world *world)
{
	int value = world->pushes;

	if (world->pushes == PUSHES_PER_RUN)
		return;
	world->pushes++;
	if (world->hub != NULL) {
		weir_hub_next(world->hub, weir_int(value));
		return;
	}
	if (world->is_ending)
		return;
	world->queue[world->queue_end++] = value;
	model_settle(world);
}

static void end(struct world *world)
{
	if (world->hub != NULL) {
		weir_hub_complete(world->hub);
		return;
	}
	world->is_ending = true;
	if (!world->has_ended)
		model_settle(world);
}

static void act(struct world *world, struct listener *self, uint64_t chance)
{
	struct listener *other = &world->listeners[chance / 64 % LISTENERS];

	switch (chance % 64) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
	case 5:
		push(world);
		break;
	case 6:
	case 7:
		push(world);
		push(world);
		break;
	case 8:
	case 9:
	case 10:
	case 11:
	case 12:
	case 13:
	case 14:
	case 15:
		join(world, other);
		break;
	case 16:
	case 17:
	case 18:
	case 19:
		leave(world, self != NULL ? self : other);
		break;
	case 20:
	case 21:
	case 22:
	case 23:
	case 24:
		leave(world, other);
		break;
	case 25:
		if (chance / 64 % 16 == 0)
			end(world);
		break;
	default:
		break;
	}
}

static void react(struct listener *listener, int value)
{
	struct world *world = listener->world;

	act(world, listener, scramble(world->seed ^ scramble((uint64_t)value * LISTENERS + (uint64_t)listener->index)));
}

static void live(struct world *world, uint64_t seed, struct weir_hub *hub, weir_loop *loop)
{
	memset(world, 0, sizeof *world);
	world->seed = seed;
	world->hub = hub;
	world->loop = loop;
	for (int index = 0; index < LISTENERS; index++) {
		world->listeners[index].world = world;
		world->listeners[index].index = index;
	}
	for (uint64_t step = 0; step < 100; step++) {
		act(world, NULL, scramble(seed + step));
		push(world);
	}
	end(world);
}

Test(hub, delivers_as_the_model_says_however_listeners_come_and_go)
{
	struct world *real = malloc(sizeof *real), *model = malloc(sizeof *model);

	for (uint64_t run = 1; run <= RUNS; run++) {
		struct weir_hub *hub = hub_new(NULL);
		weir_loop *loop = weir_loop_new_virtual();

		hubs_destroyed = 0;
		live(real, run * 7919, hub, loop);
		live(model, run * 7919, NULL, NULL);
		cr_assert_eq(real->pushes, model->pushes);
		for (int index = 0; index < LISTENERS; index++) {
			const struct listener *ours = &real->listeners[index], *theirs = &model->listeners[index];

			cr_assert_eq(ours->count, theirs->count, "run %d, listener %d: %d values, not %d", (int)run,
				index, ours->count, theirs->count);
			for (int item = 0; item < ours->count; item++)
				cr_assert_eq(ours->got[item], theirs->got[item], "run %d, listener %d, item %d",
					(int)run, index, item);
			cr_assert_eq(ours->ended, theirs->ended, "run %d, listener %d", (int)run, index);
		}
		weir_hub_unref(hub);
		cr_assert_eq(hubs_destroyed, 1);
		weir_loop_free(loop);
	}
	free(real);
	free(model);
}

/* A reader of a hub that keeps values: it must get a gapless run of them, and no more than it asked for. */
struct reader {
	weir_subscription *subscription;
	int64_t next; /* -1: any */
	uint64_t asked, got;
	int code;
	bool ended;
	bool asks_inside;
};

static void reader_subscribed(weir_subscription *subscription, void *context)
{
	((struct reader *)context)->subscription = subscription;
}

static void reader_next(weir_value value, void *context)
{
	struct reader *reader = context;

	cr_assert(reader->next < 0 || weir_as_int(value) == reader->next, "%d came, %d was next",
		(int)weir_as_int(value), (int)reader->next);
	reader->next = weir_as_int(value) + 1;
	cr_assert_lt(reader->got, reader->asked);
	reader->got++;
	if (reader->asks_inside && weir_as_int(value) % 3 == 0) {
		reader->asked += 2;
		weir_request(reader->subscription, 2);
	}
}

static void reader_error(const weir_error *error, void *context)
{
	((struct reader *)context)->code = weir_error_code(error);
}

static void reader_complete(void *context)
{
	((struct reader *)context)->ended = true;
}

static void reader_destroy(void *context)
{
	((struct reader *)context)->subscription = NULL;
}

static void read_on(struct reader *reader, struct weir_hub *hub, weir_loop *loop, uint64_t chance)
{
	*reader = (struct reader){ .next = -1, .asked = chance % 4, .asks_inside = chance / 8 % 2 };
	weir_subscribe(weir_hub_observable(hub, &listener_class), loop,
		&(weir_observer){ .subscribed = reader_subscribed,
			.next = reader_next,
			.error = reader_error,
			.complete = reader_complete,
			.destroy = reader_destroy,
			.context = reader,
			.demand = reader->asked > 0 ? reader->asked : WEIR_ON_REQUEST });
}

static void check_kept(uint64_t seed, size_t keep, size_t slack)
{
	struct weir_hub *hub = hub_new(&(struct weir_hub_options){ .keep = keep, .slack = slack });
	weir_loop *loop = weir_loop_new_virtual();
	struct reader readers[LISTENERS] = { 0 };
	size_t limit = keep > slack ? keep : slack;
	int64_t pushed = 0;

	for (int step = 0; step < 400; step++) {
		uint64_t chance = scramble(seed + (uint64_t)step);
		struct reader *reader = &readers[chance / 4096 % LISTENERS];

		switch (chance % 8) {
		case 0:
			if (reader->subscription == NULL)
				read_on(reader, hub, loop, chance / 64);
			break;
		case 1:
		case 2:
		case 3:
			if (reader->subscription != NULL) {
				uint64_t count = chance / 64 % 5;

				reader->asked += count;
				weir_request(reader->subscription, count);
			}
			break;
		case 4:
			if (chance / 64 % 8 == 0)
				weir_cancel(reader->subscription);
			break;
		default:
			cr_assert_eq(weir_hub_next(hub, weir_int(pushed)), 0);
			pushed++;
			break;
		}
		cr_assert_leq(hub->values.count, limit + 1);
		for (int index = 0; index < LISTENERS; index++) {
			reader = &readers[index];
			if (reader->subscription != NULL && reader->got < reader->asked && reader->next >= 0)
				cr_assert_eq(reader->next, pushed, "it has asked and there is something to give");
			if (reader->code != 0)
				cr_assert(reader->code == WEIR_EDEMAND && reader->got == reader->asked);
		}
	}
	weir_hub_complete(hub);
	for (int index = 0; index < LISTENERS; index++) {
		struct reader *reader = &readers[index];
		bool was_open = reader->subscription != NULL;

		reader->asked += 10000;
		weir_request(reader->subscription, 10000);
		if (was_open)
			cr_assert(reader->ended && (reader->next < 0 || reader->next == pushed));
	}
	cr_assert_eq(hub->listener_count, 0);
	weir_hub_unref(hub);
	weir_loop_free(loop);
}

Test(hub, what_is_kept_comes_gapless_and_as_asked_for)
{
	for (uint64_t seed = 1; seed <= 100; seed++) {
		check_kept(seed * 104729, 3, 0);
		check_kept(seed * 104729, 0, 4);
		check_kept(seed * 104729, 2, 5);
		check_kept(seed * 104729, 5, 2);
		check_kept(seed * 104729, SIZE_MAX - 1, 0);
	}
}

Test(hub, keeps_nothing_while_nobody_is_behind)
{
	struct weir_hub *hub = hub_new(&(struct weir_hub_options){ .slack = 4 });
	weir_loop *loop = weir_loop_new_virtual();
	struct reader fast = { 0 }, slow = { 0 };

	read_on(&fast, hub, loop, 3);
	weir_hub_next(hub, weir_int(0));
	cr_expect_eq(hub->values.count, 0);
	cr_expect_eq(weir_hub_room(hub), 2);
	read_on(&slow, hub, loop, 0);
	cr_expect_eq(weir_hub_room(hub), 0);
	weir_hub_next(hub, weir_int(1));
	cr_expect_eq(hub->values.count, 1);
	cr_expect_eq(fast.got, 2);
	slow.asked = 2;
	weir_request(slow.subscription, 2);
	cr_expect_eq(slow.got, 1);
	cr_expect_eq(hub->values.count, 0);
	cr_expect_eq(hub->flags, 0);
	cr_expect_eq(weir_hub_room(hub), 1);
	weir_loop_free(loop);
	weir_hub_unref(hub);
}

static int dropped;

static void on_dropped(const char *stage, weir_value value, void *context)
{
	(void)value;
	(void)context;
	cr_expect_str_eq(stage, "hub");
	dropped++;
}

Test(hub, an_error_overtakes_what_only_waits_for_demand)
{
	struct weir_hub *hub = hub_new(&(struct weir_hub_options){ .slack = 4 });
	weir_loop *loop = weir_loop_new_virtual();
	struct reader reader = { 0 };

	dropped = 0;
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped });
	read_on(&reader, hub, loop, 1);
	for (int value = 0; value < 3; value++)
		weir_hub_next(hub, weir_int(value));
	weir_hub_error(hub, weir_error_new(WEIR_EUSER, "x"));
	cr_expect_eq(reader.got, 1);
	cr_expect_eq(reader.code, WEIR_EUSER);
	cr_expect_eq(dropped, 2);
	weir_hub_unref(hub);
	weir_loop_free(loop);
}

Test(hub, completion_waits_for_what_waits_for_demand)
{
	struct weir_hub *hub = hub_new(&(struct weir_hub_options){ .slack = 4 });
	weir_loop *loop = weir_loop_new_virtual();
	struct reader reader = { 0 };

	read_on(&reader, hub, loop, 1);
	for (int value = 0; value < 3; value++)
		weir_hub_next(hub, weir_int(value));
	weir_hub_complete(hub);
	cr_expect(!reader.ended);
	reader.asked += 2;
	weir_request(reader.subscription, 2);
	cr_expect(reader.ended);
	cr_expect_eq(reader.got, 3);
	weir_hub_unref(hub);
	weir_loop_free(loop);
}
