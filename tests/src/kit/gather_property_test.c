/*
 * kit/gather, kit/flatten: random schedules against the simplest model there is, under every demand. The model runs
 * through all messages in order of time and keeps whole arrays; the sources replay the same messages as marbles.
 */
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/loop.h>
#include <weir/testing.h>
#include <weir/time.h>

enum {
	MAX_SOURCES = 4,
	MAX_MESSAGES = 12,
	MAX_EVENTS = 2000,
	SCHEDULES = 1500,
};

enum message_kind {
	MESSAGE_ITEM,
	MESSAGE_COMPLETE,
	MESSAGE_ERROR,
};

struct message {
	int frame;
	enum message_kind kind;
	int digit;
};

struct source {
	struct message messages[MAX_MESSAGES];
	size_t count;
	char marbles[64];
};

struct schedule {
	struct source sources[MAX_SOURCES];
	size_t count;
};

/* What came out: items as decimals of their parts. */
struct events {
	struct message list[MAX_EVENTS];
	size_t count;
	bool ended;
};

static uint64_t seed;

static int draw(int limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int)((seed >> 33) % (uint64_t)limit);
}

/* Groups hold no more than the one item before the end, so that frames and characters agree: `-1--2-(3|)`. */
static void draw_source(struct source *source)
{
	size_t length = 0;
	int frame = 0;
	int items = draw(MAX_MESSAGES - 1);

	source->count = 0;
	for (int item = 0; item < items; item++) {
		int digit = draw(9) + 1;

		for (int gap = draw(4); gap > 1; gap--) {
			source->marbles[length++] = '-';
			frame++;
		}
		source->marbles[length++] = (char)('0' + digit);
		source->messages[source->count++] = (struct message){ frame++, MESSAGE_ITEM, digit };
	}

	int end = draw(8);

	if (end > 0) {
		enum message_kind kind = end > 1 ? MESSAGE_COMPLETE : MESSAGE_ERROR;

		source->marbles[length++] = kind == MESSAGE_COMPLETE ? '|' : '#';
		source->messages[source->count++] = (struct message){ frame, kind, 0 };
	} else if (length == 0) {
		source->marbles[length++] = '-';
	}
	source->marbles[length] = '\0';
}

static void draw_schedule(struct schedule *schedule, uint64_t number)
{
	seed = number * 0x9e3779b97f4a7c15u + 1;
	schedule->count = (size_t)draw(MAX_SOURCES) + 1;
	for (size_t index = 0; index < schedule->count; index++)
		draw_source(&schedule->sources[index]);
}

static void add_event(struct events *events, struct message event)
{
	cr_assert_lt(events->count, MAX_EVENTS);
	events->list[events->count++] = event;
	events->ended = event.kind != MESSAGE_ITEM;
}

/* The models: one message of a source at its time, in the order of the sources within a frame. */

struct model {
	int received[MAX_SOURCES][MAX_MESSAGES];
	size_t count[MAX_SOURCES];
	bool completed[MAX_SOURCES];
	size_t sources;
	size_t taken;
	struct events *events;
};

typedef void (*model_step)(struct model *model, size_t source, struct message message);

static size_t completed_count(const struct model *model)
{
	size_t count = 0;

	for (size_t index = 0; index < model->sources; index++)
		count += model->completed[index];
	return count;
}

static void zip_step(struct model *model, size_t source, struct message message)
{
	bool is_full = true;

	for (size_t index = 0; index < model->sources; index++)
		is_full = is_full && model->count[index] > model->taken;
	if (message.kind == MESSAGE_ITEM && is_full) {
		message.digit = 0;
		for (size_t index = 0; index < model->sources; index++)
			message.digit = message.digit * 10 + model->received[index][model->taken];
		model->taken++;
		add_event(model->events, message);
	}
	(void)source;
	for (size_t index = 0; index < model->sources; index++) {
		if (model->completed[index] && model->count[index] == model->taken) {
			add_event(model->events, (struct message){ message.frame, MESSAGE_COMPLETE, 0 });
			return;
		}
	}
}

static void combine_latest_step(struct model *model, size_t source, struct message message)
{
	(void)source;
	if (message.kind == MESSAGE_COMPLETE) {
		if (completed_count(model) == model->sources)
			add_event(model->events, message);
		return;
	}
	message.digit = 0;
	for (size_t index = 0; index < model->sources; index++) {
		if (model->count[index] == 0)
			return;
		message.digit = message.digit * 10 + model->received[index][model->count[index] - 1];
	}
	add_event(model->events, message);
}

static void merge_step(struct model *model, size_t source, struct message message)
{
	(void)source;
	if (message.kind == MESSAGE_ITEM || completed_count(model) == model->sources)
		add_event(model->events, message);
}

static void run_model(const struct schedule *schedule, model_step step, struct events *ret_events)
{
	struct model model = { .sources = schedule->count, .events = ret_events };
	size_t next[MAX_SOURCES] = { 0 };

	*ret_events = (struct events){ 0 };
	for (int frame = 0; frame < 64; frame++) {
		for (size_t index = 0; index < schedule->count; index++) {
			const struct source *source = &schedule->sources[index];

			while (next[index] < source->count && source->messages[next[index]].frame == frame &&
				!ret_events->ended) {
				struct message message = source->messages[next[index]++];

				if (message.kind == MESSAGE_ERROR) {
					add_event(ret_events, message);
					return;
				}
				if (message.kind == MESSAGE_ITEM)
					model.received[index][model.count[index]++] = message.digit;
				else
					model.completed[index] = true;
				step(&model, index, message);
			}
		}
	}
}

/* The real thing. */

struct run {
	weir_loop *loop;
	weir_subscription *subscription;
	struct events events;
	uint64_t outstanding;
	uint64_t again; /* requested for each item */
	int depth;
};

static int current_frame(const struct run *run)
{
	return (int)(weir_loop_now(run->loop) / weir_ms(1));
}

static void run_subscribed(weir_subscription *subscription, void *context)
{
	((struct run *)context)->subscription = subscription;
}

static void run_next(weir_value value, void *context)
{
	struct run *run = context;

	cr_assert_eq(run->depth, 0);
	cr_assert_gt(run->outstanding, 0, "more than was requested");
	run->outstanding -= run->outstanding != WEIR_UNBOUNDED;
	add_event(&run->events, (struct message){ current_frame(run), MESSAGE_ITEM, (int)weir_as_int(value) });
	run->depth++;
	run->outstanding += run->again;
	weir_request(run->subscription, run->again);
	run->depth--;
}

static void run_error(const weir_error *error, void *context)
{
	(void)error;
	add_event(&((struct run *)context)->events, (struct message){ current_frame(context), MESSAGE_ERROR, 0 });
}

static void run_complete(void *context)
{
	add_event(&((struct run *)context)->events, (struct message){ current_frame(context), MESSAGE_COMPLETE, 0 });
}

static void run_stop(void *context)
{
	struct run *run = context;

	if (!run->events.ended)
		weir_cancel(run->subscription);
}

static weir_value decimal(const weir_value *values, size_t count, void *context)
{
	int64_t number = 0;

	(void)context;
	for (size_t index = 0; index < count; index++)
		number = number * 10 + weir_as_int(values[index]);
	return weir_int(number);
}

typedef weir_observable *(*operation)(weir_observable **sources, size_t count);

static weir_observable *apply_zip(weir_observable **sources, size_t count)
{
	return weir_zip(sources, count, decimal, NULL);
}

static weir_observable *apply_combine_latest(weir_observable **sources, size_t count)
{
	return weir_combine_latest(sources, count, decimal, NULL);
}

static weir_observable *apply_merge(weir_observable **sources, size_t count)
{
	return weir_merge(sources, count, 0);
}

static void run_real(const struct schedule *schedule, operation apply, uint64_t demand, struct events *ret_events)
{
	weir_test *test = weir_test_new();
	weir_observable *sources[MAX_SOURCES];
	struct run run = { .loop = weir_test_loop(test), .outstanding = demand, .again = demand != WEIR_UNBOUNDED };

	weir_test_allow_drops(test);
	weir_test_at(test, weir_ms(99), run_stop, &run);
	for (size_t index = 0; index < schedule->count; index++)
		sources[index] = weir_test_cold(test, schedule->sources[index].marbles);
	weir_subscribe(apply(sources, schedule->count), run.loop,
		&(weir_observer){
			.subscribed = run_subscribed,
			.next = run_next,
			.error = run_error,
			.complete = run_complete,
			.context = &run,
			.demand = demand == WEIR_UNBOUNDED ? 0 : demand,
		});

	const char *report = weir_test_run(test);

	cr_assert_null(report, "%s", report);
	*ret_events = run.events;
	weir_test_free(test);
}

static void print_events(const struct events *events, char *buffer, size_t size)
{
	size_t length = 0;

	buffer[0] = '\0';
	for (size_t index = 0; index < events->count && length < size; index++) {
		const struct message *event = &events->list[index];

		if (event->kind == MESSAGE_ITEM)
			length +=
				(size_t)snprintf(buffer + length, size - length, "%d@%d ", event->digit, event->frame);
		else
			length += (size_t)snprintf(buffer + length, size - length, "%c@%d",
				event->kind == MESSAGE_COMPLETE ? '|' : '#', event->frame);
	}
}

static bool has_error(const struct schedule *schedule)
{
	for (size_t index = 0; index < schedule->count; index++) {
		const struct source *source = &schedule->sources[index];

		if (source->count > 0 && source->messages[source->count - 1].kind == MESSAGE_ERROR)
			return true;
	}
	return false;
}

/* Where items are queued, a source that is ahead is not asked for more, and its error comes when its turn does. */
static void expect_like_model(operation apply, model_step step, bool error_waits)
{
	static const uint64_t demands[] = { WEIR_UNBOUNDED, 7, 2, 1 };

	for (uint64_t number = 0; number < SCHEDULES; number++) {
		struct schedule schedule;
		struct events expected;
		char expected_text[1024];

		draw_schedule(&schedule, number);
		run_model(&schedule, step, &expected);
		print_events(&expected, expected_text, sizeof expected_text);
		for (size_t index = 0; index < sizeof demands / sizeof *demands; index++) {
			struct events actual;
			char actual_text[1024];

			if (demands[index] != WEIR_UNBOUNDED && error_waits && has_error(&schedule))
				break;
			run_real(&schedule, apply, demands[index], &actual);
			print_events(&actual, actual_text, sizeof actual_text);
			cr_assert_str_eq(actual_text, expected_text, "schedule %d, demand %d: %s, not %s; %s %s %s %s",
				(int)number, (int)demands[index], actual_text, expected_text,
				schedule.sources[0].marbles, schedule.count > 1 ? schedule.sources[1].marbles : "",
				schedule.count > 2 ? schedule.sources[2].marbles : "",
				schedule.count > 3 ? schedule.sources[3].marbles : "");
		}
	}
}

Test(gather_property, zip_is_like_its_model)
{
	expect_like_model(apply_zip, zip_step, true);
}

Test(gather_property, combine_latest_is_like_its_model)
{
	expect_like_model(apply_combine_latest, combine_latest_step, false);
}

Test(gather_property, merge_is_like_its_model)
{
	expect_like_model(apply_merge, merge_step, false);
}
