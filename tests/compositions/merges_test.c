/*
 * Merges that promise an order, with sources drawn at random, under random demand and random cancels: each item comes
 * once, in the order that is promised; nothing hangs; nothing is left behind.
 *
 * Everything follows from the seed, which a failure prints. WEIR_TEST_SEEDS=n runs n seeds, WEIR_TEST_SEED=n only that one.
 */
#include <stdlib.h>

#include <criterion/criterion.h>

#include <weir/weir.h>

#include "kit/draw.h"
#include "kit/numbers.h"

enum {
	SEEDS = 300,
	SOURCES_MAX = 40,
	ITEMS_MAX = 8, /* of a source */
	KEYS = 5,
	ROUNDS_MAX = 100000,
};

enum demand {
	UNBOUNDED,
	NOW_AND_THEN,
	FROM_INSIDE, /* one more in each item */
	DEMANDS,
};

struct world {
	uint64_t seed;
	uint64_t state;
	enum demand demand;
	bool cancels;
	size_t source_count;
	uint64_t limit; /* of those that run at once */
	uint64_t prefetch;
	size_t segment;
	/* The n-th item of source s is s * ITEMS_MAX + n. */
	size_t item_counts[SOURCES_MAX];
	weir_duration paces[SOURCES_MAX];
	/* What came. */
	weir_subscription *subscription;
	int64_t items[SOURCES_MAX * ITEMS_MAX];
	size_t count;
	bool ended;
};

static struct world world_draw(uint64_t seed)
{
	struct world world = { .seed = seed, .state = seed };

	world.demand = (enum demand)draw(&world.state, DEMANDS);
	world.source_count = draw(&world.state, 4) == 0 ? draw(&world.state, SOURCES_MAX) : draw(&world.state, 6);
	world.limit = draw(&world.state, 5);
	world.prefetch = draw(&world.state, 4);
	world.segment = 1 + draw(&world.state, 3);
	for (size_t s = 0; s < world.source_count; s++) {
		world.item_counts[s] = draw(&world.state, ITEMS_MAX);
		world.paces[s] = weir_ms((int64_t)draw(&world.state, 4));
	}
	return world;
}

static weir_value item_of(weir_value number, void *context)
{
	return weir_int((int64_t)(intptr_t)context * ITEMS_MAX + weir_as_int(number) - 1);
}

static weir_observable *source_of(const struct world *world, size_t s)
{
	return weir_map(
		numbers((struct numbers){ .count = (int64_t)world->item_counts[s], .interval = world->paces[s] }),
		item_of, (void *)(intptr_t)s);
}

static void on_subscribed(weir_subscription *subscription, void *context)
{
	((struct world *)context)->subscription = weir_subscription_ref(subscription);
}

static void on_next(weir_value value, void *context)
{
	struct world *world = context;

	cr_assert_lt(world->count, SOURCES_MAX * ITEMS_MAX, "seed %d: too many items", (int)world->seed);
	world->items[world->count++] = weir_as_int(value);
	if (world->demand == FROM_INSIDE)
		weir_request(world->subscription, 1);
	if (world->cancels && draw(&world->state, 10) == 0)
		weir_cancel(world->subscription);
}

static void on_error(const weir_error *error, void *context)
{
	cr_assert_fail("seed %d: %s", (int)((struct world *)context)->seed, weir_error_message(error));
}

static void on_complete(void *context)
{
	((struct world *)context)->ended = true;
}

/* Consumes the observable. Runs it to its end, or to a cancel. */
static void world_run(struct world *world, weir_observable *observable)
{
	static const uint64_t first[] = { WEIR_UNBOUNDED, WEIR_ON_REQUEST, 1 };
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(observable, loop,
		&(weir_observer){ .subscribed = on_subscribed,
			.next = on_next,
			.error = on_error,
			.complete = on_complete,
			.context = world,
			.demand = first[world->demand] });
	for (int round = 0; weir_subscription_is_active(world->subscription); round++) {
		cr_assert_lt(round, ROUNDS_MAX, "seed %d: it hangs", (int)world->seed);
		if (world->demand == NOW_AND_THEN)
			weir_request(world->subscription, 1 + draw(&world->state, 3));
		weir_loop_run_for(loop, weir_ms((int64_t)draw(&world->state, 5)));
		if (world->cancels && draw(&world->state, 20) == 0)
			weir_cancel(world->subscription);
	}
	weir_subscription_unref(world->subscription);
	cr_assert(world->ended || world->cancels, "seed %d: it has not completed", (int)world->seed);
	cr_assert_eq(weir_loop_timer_count(loop), 0, "seed %d: a timer is left", (int)world->seed);
	weir_loop_free(loop);
}

/* In the order of `expected`, all of it unless it was cancelled. */
static void expect_items(const struct world *world, const int64_t *expected, size_t count)
{
	cr_assert(world->count == count || (world->cancels && world->count < count), "seed %d: %zu items, not %zu",
		(int)world->seed, world->count, count);
	for (size_t index = 0; index < world->count; index++)
		cr_assert_eq(world->items[index], expected[index], "seed %d: item %zu is %d, not %d", (int)world->seed,
			index, (int)world->items[index], (int)expected[index]);
}

/* Items of sources with one key come in order, and all come unless it was cancelled. */
static void expect_order_by_key(const struct world *world, size_t keys)
{
	size_t total = 0;

	for (size_t key = 0; key < keys; key++) {
		struct world part = *world;
		int64_t expected[SOURCES_MAX * ITEMS_MAX];
		size_t count = 0;

		part.count = 0;
		for (size_t index = 0; index < world->count; index++)
			if ((size_t)world->items[index] / ITEMS_MAX % keys == key)
				part.items[part.count++] = world->items[index];
		for (size_t s = key; s < world->source_count; s += keys)
			for (size_t n = 0; n < world->item_counts[s]; n++)
				expected[count++] = (int64_t)(s * ITEMS_MAX + n);
		expect_items(&part, expected, count);
		total += part.count;
	}
	cr_assert_eq(total, world->count);
}

static size_t array_of_sources(const struct world *world, weir_observable **sources)
{
	for (size_t s = 0; s < world->source_count; s++)
		sources[s] = source_of(world, s);
	return world->source_count;
}

static weir_observable *project(weir_value value, void *context)
{
	return source_of(context, (size_t)weir_as_int(value));
}

static weir_value key_of(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) % KEYS);
}

static weir_observable *indexes(const struct world *world)
{
	return weir_range(0, world->source_count);
}

/* The cases */

static void eagerly(struct world *world)
{
	world_run(world, weir_concat_map_eager(indexes(world), project, world, world->limit, world->prefetch));
	expect_order_by_key(world, 1);
}

static void one_by_one(struct world *world)
{
	world_run(world, weir_concat_map(indexes(world), project, world));
	expect_order_by_key(world, 1);
}

static void by_key(struct world *world)
{
	world_run(world, weir_merge_map_by_key(indexes(world), key_of, project, world, world->limit, world->prefetch));
	expect_order_by_key(world, KEYS);
}

static void merged(struct world *world)
{
	world_run(world, weir_merge_map(indexes(world), project, world, world->limit));
	expect_order_by_key(world, SOURCES_MAX);
}

static void prioritized(struct world *world)
{
	weir_observable *sources[SOURCES_MAX];
	size_t count = array_of_sources(world, sources);

	world_run(world, weir_merge_prioritized(sources, count));
	expect_order_by_key(world, SOURCES_MAX);
}

/* By the number of the item in its source. */
static int compare_numbers(weir_value left, weir_value right, void *context)
{
	(void)context;
	return (int)(weir_as_int(left) % ITEMS_MAX) - (int)(weir_as_int(right) % ITEMS_MAX);
}

static void sorted(struct world *world)
{
	weir_observable *sources[SOURCES_MAX];
	int64_t expected[SOURCES_MAX * ITEMS_MAX];
	size_t count = 0;

	for (size_t n = 0; n < ITEMS_MAX; n++)
		for (size_t s = 0; s < world->source_count; s++)
			if (n < world->item_counts[s])
				expected[count++] = (int64_t)(s * ITEMS_MAX + n);
	world_run(world, weir_merge_sorted(sources, array_of_sources(world, sources), compare_numbers, NULL));
	expect_items(world, expected, count);
}

static void interleaved(struct world *world)
{
	weir_observable *sources[SOURCES_MAX];
	int64_t expected[SOURCES_MAX * ITEMS_MAX];
	size_t count = 0;

	for (size_t turn = 0; turn < ITEMS_MAX; turn += world->segment)
		for (size_t s = 0; s < world->source_count; s++)
			for (size_t n = turn; n < turn + world->segment && n < world->item_counts[s]; n++)
				expected[count++] = (int64_t)(s * ITEMS_MAX + n);
	world_run(world, weir_interleave(sources, array_of_sources(world, sources), world->segment));
	expect_items(world, expected, count);
}

static void for_all_seeds(void (*check)(struct world *world))
{
	const char *only = getenv("WEIR_TEST_SEED");
	const char *number = getenv("WEIR_TEST_SEEDS");
	uint64_t first = only != NULL ? strtoull(only, NULL, 10) : 1;
	uint64_t count = only != NULL ? 1 : number != NULL ? strtoull(number, NULL, 10) : SEEDS;

	for (uint64_t seed = first; seed < first + count; seed++) {
		for (int cancels = 0; cancels < 2; cancels++) {
			struct world world = world_draw(seed);

			world.cancels = cancels;
			check(&world);
		}
	}
}

Test(merges, concat_map_eager_keeps_the_order_of_the_values)
{
	for_all_seeds(eagerly);
}

Test(merges, concat_map_runs_one_after_the_other)
{
	for_all_seeds(one_by_one);
}

Test(merges, merge_map_by_key_keeps_the_order_of_each_key)
{
	for_all_seeds(by_key);
}

Test(merges, merge_map_keeps_the_order_of_each_observable)
{
	for_all_seeds(merged);
}

Test(merges, merge_prioritized_keeps_the_order_of_each_source)
{
	for_all_seeds(prioritized);
}

Test(merges, merge_sorted_sorts)
{
	for_all_seeds(sorted);
}

Test(merges, interleave_takes_turns)
{
	for_all_seeds(interleaved);
}
