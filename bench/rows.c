/* rows: the workloads of baseline.h through weir. See rows.h. */
#include "rows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <weir/operator.h>
#include <weir/weir.h>

#include "baseline.h"
#include "callbacks.h"

static weir_loop *loop;

/* Runs one pipeline to its end and returns what the observer added up. */
static uint64_t run_to_end(weir_observable *observable)
{
	struct work_sink sink = { 0 };

	weir_subscribe(observable, loop, &(weir_observer){ .next = callback_next, .context = &sink });
	weir_loop_run(loop);
	return sink.sum;
}

static uint64_t weir_w1(uint64_t items)
{
	return run_to_end(
		weir_reduce(weir_filter(weir_map(weir_range(0, items), callback_map, NULL), callback_keep, NULL),
			callback_add, NULL, weir_int(0)));
}

WEIR_MAP_INT(array_map, x, work_map(x))
WEIR_FILTER_INT(array_keep, x, work_keep(x))
WEIR_REDUCE_INT(array_add, total, x, work_add(total, x))

static uint64_t weir_w1_arrays(uint64_t items)
{
	return run_to_end(weir_reduce_array(
		weir_filter_array(weir_map_array(weir_range(0, items), array_map, NULL), array_keep, NULL), array_add,
		NULL, weir_int(0)));
}

static uint64_t weir_w2(uint64_t items)
{
	struct work_sink sink = { 0 };
	weir_subject *subject = weir_subject_new();

	weir_subscribe(weir_scan(weir_filter(weir_map(weir_subject_observable(subject), callback_map, NULL),
					 callback_keep, NULL),
			       callback_add, NULL, weir_int(0)),
		loop, &(weir_observer){ .next = callback_next, .context = &sink });
	for (uint64_t item = 0; item < items; item++)
		weir_subject_next(subject, weir_int((int64_t)item));
	weir_subject_complete(subject);
	weir_subject_unref(subject);
	weir_loop_run(loop);
	return sink.sum;
}

static uint64_t weir_w3(uint64_t items)
{
	return run_to_end(weir_merge_map(weir_range(0, items), callback_just, NULL, 0));
}

/* The same with an inner observable that must be subscribed to. */
static uint64_t weir_w3_any(uint64_t items)
{
	return run_to_end(weir_merge_map(weir_range(0, items), callback_just_mapped, NULL, 0));
}

static weir_observable *merge_of_four(uint64_t items)
{
	uint64_t quarter = items / 4;
	weir_observable *sources[4];

	for (int index = 0; index < 4; index++)
		sources[index] = weir_range(index * (int64_t)quarter, quarter);
	return weir_merge(sources, 4, 0);
}

static uint64_t weir_w4(uint64_t items)
{
	return run_to_end(merge_of_four(items));
}

static uint64_t weir_w4_arrays(uint64_t items)
{
	struct work_sink sink = { 0 };

	weir_subscribe(merge_of_four(items), loop,
		&(weir_observer){ .next = callback_next, .next_batch = callback_next_batch, .context = &sink });
	weir_loop_run(loop);
	return sink.sum;
}

static uint64_t weir_w5(uint64_t items)
{
	weir_observable *sources[] = { weir_range(0, items), weir_range((int64_t)items, items) };

	return run_to_end(weir_zip(sources, 2, callback_combine, NULL));
}

/* The sums of all groups, in the order of their appearance. */
struct group_sums {
	struct {
		int64_t key;
		struct work_sink sink;
	} groups[WORK_GROUPS];
	size_t count;
};

static void group_opened(weir_value group, void *context)
{
	struct group_sums *sums = context;
	weir_observable *observable = weir_as_observable(group);
	size_t index = sums->count++;

	sums->groups[index].key = weir_as_int(weir_group_key(observable));
	weir_subscribe_borrowed(
		observable, loop, &(weir_observer){ .next = callback_next, .context = &sums->groups[index].sink });
}

static uint64_t weir_w6(uint64_t items)
{
	static struct group_sums sums;
	uint64_t checksum = 0;

	memset(&sums, 0, sizeof sums);
	weir_subscribe(weir_group_by(weir_range(0, items), callback_group, NULL, NULL), loop,
		&(weir_observer){ .next = group_opened, .context = &sums });
	weir_loop_run(loop);
	for (size_t index = 0; index < sums.count; index++)
		checksum = checksum * 31 + (uint64_t)sums.groups[index].key + sums.groups[index].sink.sum;
	return checksum;
}

static uint64_t weir_w7(uint64_t items)
{
	struct work_sink sink = { 0 };
	weir_observable *observable = weir_just(weir_int(1));

	for (int stage = 0; stage < 10; stage++)
		observable = weir_map(observable, callback_map, NULL);
	for (uint64_t item = 0; item < items; item++)
		weir_subscribe_borrowed(observable, loop, &(weir_observer){ .next = callback_next, .context = &sink });
	weir_unref(observable);
	return sink.sum;
}

static void *w8_thread(void *context)
{
	weir_loop_run(context);
	return NULL;
}

/* The range runs on a second thread's loop; its items are handed over to this one. */
static uint64_t weir_w8(uint64_t items)
{
	weir_loop *other = weir_loop_new();
	pthread_t thread;
	uint64_t sum;

	if (other == NULL)
		return 0;
	weir_loop_hold(other);
	if (pthread_create(&thread, NULL, w8_thread, other) != 0)
		return 0;
	sum = run_to_end(weir_subscribe_on(weir_range(0, items), other));
	weir_loop_release(other);
	pthread_join(thread, NULL);
	weir_loop_free(other);
	return sum;
}

static void w9_expired(struct weir_timer *timer)
{
	(void)timer;
}

struct w9 {
	struct weir_timer *timers;
	uint64_t items;
	uint64_t checksum;
};

/* Inside a turn, as in every callback: the clock stands still. */
static void w9_run(void *context)
{
	struct w9 *w9 = context;
	uint64_t random = BENCH_RANDOM_SEED;
	weir_time now = weir_loop_now(loop);

	for (uint64_t item = 0; item < w9->items; item++) {
		w9->timers[item].context = (void *)(uintptr_t)bench_random_due(&random);
		weir_timer_start(&w9->timers[item], weir_ms((int64_t)(uintptr_t)w9->timers[item].context));
	}
	for (uint64_t item = 0; item < w9->items; item++) {
		w9->checksum += (uint64_t)(w9->timers[item].due - now) / 1000000;
		weir_timer_stop(&w9->timers[item]);
	}
}

static uint64_t weir_w9(uint64_t items)
{
	static struct weir_timer *timers;
	static uint64_t room;
	struct w9 w9 = { .items = items };

	if (items > room) {
		free(timers);
		timers = calloc(items, sizeof *timers);
		if (timers == NULL)
			return 0;
		room = items;
		for (uint64_t item = 0; item < items; item++)
			weir_timer_init_on(&timers[item], loop, w9_expired);
	}
	w9.timers = timers;
	weir_loop_post(loop, w9_run, &w9);
	weir_loop_run(loop);
	return w9.checksum;
}

static uint64_t weir_w10(uint64_t items)
{
	return run_to_end(weir_switch_map(weir_range(0, items), callback_just, NULL));
}

static uint64_t weir_w11(uint64_t items)
{
	return run_to_end(
		weir_map(weir_buffer_count(weir_distinct_until_changed(weir_range(0, items),
						   &(weir_distinct_until_changed_options){ .key = callback_pair }),
				 100, 0),
			callback_total, NULL));
}

struct pair_state {
	int64_t key;
	bool has_key;
};

static bool is_new_pair(struct pair_state *state, int64_t key)
{
	bool is_new = !state->has_key || state->key != key;

	state->key = key;
	state->has_key = true;
	return is_new;
}

WEIR_FILTER_INT(array_new_pair, x, is_new_pair(context, work_pair(x)))

static uint64_t weir_w11_arrays(uint64_t items)
{
	struct pair_state state = { 0 };

	return run_to_end(
		weir_map(weir_buffer_count(weir_filter_array(weir_range(0, items), array_new_pair, &state), 100, 0),
			callback_total, NULL));
}

const struct weir_row weir_rows[] = {
	{ "W1", "W1", NULL, weir_w1, weir_w1_arrays },
	{ "W2", "W2", NULL, weir_w2 },
	{ "W3", "W3", NULL, weir_w3 },
	{ "W3any", "W3", "merge_map, inner must be run", weir_w3_any },
	{ "W4", "W4", NULL, weir_w4, weir_w4_arrays },
	{ "W5", "W5", NULL, weir_w5 },
	{ "W6", "W6", NULL, weir_w6 },
	{ "W7", "W7", NULL, weir_w7 },
	{ "W8", "W8", NULL, weir_w8 },
	{ "W9", "W9", NULL, weir_w9 },
	{ "W10", "W10", NULL, weir_w10 },
	{ "W11", "W11", NULL, weir_w11, weir_w11_arrays },
	{ 0 },
};

const struct weir_row *weir_row_find(const char *name)
{
	for (const struct weir_row *row = weir_rows; row->name != NULL; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

bool weir_rows_open(void)
{
	loop = weir_loop_new();
	return loop != NULL;
}

void weir_rows_close(void)
{
	weir_loop_free(loop);
}
