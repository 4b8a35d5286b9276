/* Tests: expectations and the run. See weir/testing.h. */
#include <errno.h>
#include <string.h>

#include <weir/error.h>

#include "base/allocator.h"
#include "testing/test.h"

enum {
	ITEMS_MAX = 100000, /* of one observable: beyond it, it is taken for endless */
};

static void on_dropped(const char *stage, weir_value value, void *context)
{
	weir_test *test = context;
	char text[256];

	if (test->allows_drops || test->is_over)
		return;
	weir_print(value, text, sizeof text);
	weir_report_add(&test->report, "%s dropped %s (weir_test_allow_drops() would allow it)\n", stage, text);
}

static void on_unhandled_error(const weir_error *error, void *context)
{
	weir_test *test = context;
	char text[256];

	weir_error_print(error, text, sizeof text);
	weir_report_add(&test->report, "an error reached no error callback: %s\n", text);
}

weir_test *weir_test_new(void)
{
	weir_test *test = weir_allocate(sizeof *test);

	if (test == NULL)
		return NULL;
	*test = (weir_test){ .limit = weir_minutes(1), .loop = weir_loop_new_virtual() };
	if (test->loop == NULL) {
		weir_deallocate(test);
		return NULL;
	}
	weir_loop_set_hooks(test->loop, &(struct weir_loop_hooks){ on_dropped, on_unhandled_error, test });
	weir_test_bind_error(test, WEIR_EUSER, "error");
	return test;
}

static void recording_finish(struct weir_recording *recording)
{
	weir_cancel(recording->subscription);
	weir_marbles_finish(&recording->marbles);
}

static void expectation_free(struct weir_expectation *expectation)
{
	weir_timer_stop(&expectation->begin);
	weir_timer_stop(&expectation->cancel);
	recording_finish(&expectation->recording);
	weir_unref(expectation->observable);
	weir_marbles_finish(&expectation->expected);
	weir_deallocate(expectation->text);
	weir_deallocate(expectation);
}

static void cancel_all(weir_test *test)
{
	test->is_over = true;
	for (struct weir_expectation *expectation = test->expectations; expectation != NULL;
		expectation = expectation->next)
		weir_cancel(expectation->recording.subscription);
	for (struct weir_recording *recording = test->inner_recordings; recording != NULL; recording = recording->next)
		weir_cancel(recording->subscription);
}

void weir_test_free(weir_test *test)
{
	if (test == NULL)
		return;
	cancel_all(test);
	while (test->expectations != NULL) {
		struct weir_expectation *expectation = test->expectations;

		test->expectations = expectation->next;
		expectation_free(expectation);
	}
	while (test->inner_recordings != NULL) {
		struct weir_recording *recording = test->inner_recordings;

		test->inner_recordings = recording->next;
		recording_finish(recording);
		weir_deallocate(recording);
	}
	while (test->actions != NULL) {
		struct weir_test_action *action = test->actions;

		test->actions = action->next;
		weir_timer_stop(&action->timer);
		weir_deallocate(action);
	}
	for (size_t letter = 0; letter < 128; letter++)
		weir_release(test->alphabet.values[letter]);

	struct weir_test_source *sources = test->sources;

	for (struct weir_test_source *source = sources; source != NULL; source = source->next)
		weir_test_stop_source(source);
	/* Subscriptions that the test did not make end here: they still speak to the sources. */
	weir_loop_free(test->loop);
	while (sources != NULL) {
		struct weir_test_source *source = sources;

		sources = source->next;
		weir_test_source_free(source);
	}
	while (test->streams != NULL) {
		struct weir_marbles *stream = test->streams;

		test->streams = stream->next;
		weir_marbles_finish(stream);
		weir_deallocate(stream);
	}
	weir_deallocate(test->alphabet.error_message);
	weir_deallocate(test->report.text);
	weir_deallocate(test);
}

weir_loop *weir_test_loop(weir_test *test)
{
	return test->loop;
}

char *weir_test_copy(weir_test *test, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = weir_allocate(size);

	if (copy == NULL)
		test->out_of_memory = true;
	else
		memcpy(copy, text, size);
	return copy;
}

static bool is_letter(weir_test *test, char letter)
{
	if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'))
		return true;
	weir_report_add(&test->report, "'%c' cannot be bound: only letters can\n", letter);
	return false;
}

void weir_test_bind(weir_test *test, char letter, weir_value value)
{
	struct weir_marble_alphabet *alphabet = &test->alphabet;

	if (!is_letter(test, letter)) {
		weir_release(value);
		return;
	}
	weir_release(alphabet->values[(unsigned char)letter]);
	alphabet->values[(unsigned char)letter] = value;
	alphabet->is_bound[(unsigned char)letter] = true;
	alphabet->streams[(unsigned char)letter] = NULL;
}

void weir_test_bind_stream(weir_test *test, char letter, const char *marbles)
{
	struct weir_marbles *stream;

	if (!is_letter(test, letter))
		return;
	test->expects_streams = true;
	stream = weir_allocate(sizeof *stream);
	if (stream == NULL) {
		test->out_of_memory = true;
		return;
	}
	*stream = (struct weir_marbles){ .next = test->streams };
	test->streams = stream;
	if (weir_test_parse(test, stream, marbles, WEIR_MARBLES_EXPECTED))
		test->alphabet.streams[(unsigned char)letter] = stream;
}

void weir_test_bind_error(weir_test *test, int code, const char *message)
{
	weir_deallocate(test->alphabet.error_message);
	test->alphabet.error_code = code;
	test->alphabet.error_message = message != NULL ? weir_test_copy(test, message) : NULL;
}

static const struct weir_observer recorder;

static struct weir_marble *record(struct weir_recording *recording, enum weir_marble_type type, weir_value value)
{
	weir_duration time = weir_loop_now(recording->test->loop) - recording->origin;

	if (!weir_marbles_add(&recording->marbles, time, type, value)) {
		recording->test->out_of_memory = true;
		return NULL;
	}
	return &recording->marbles.items[recording->marbles.count - 1];
}

static void recorder_subscribed(weir_subscription *subscription, void *context)
{
	struct weir_recording *recording = context;

	recording->subscription = subscription;
}

/* An observable that came as an item: what it does counts from now on. */
static void record_stream(weir_test *test, struct weir_marble *marble, weir_observable *observable)
{
	struct weir_recording *inner = weir_allocate(sizeof *inner);
	struct weir_observer observer = recorder;

	if (inner == NULL) {
		test->out_of_memory = true;
		return;
	}
	*inner = (struct weir_recording){ .next = test->inner_recordings, .test = test };
	inner->origin = weir_loop_now(test->loop);
	inner->requested = WEIR_UNBOUNDED;
	test->inner_recordings = inner;
	marble->stream = &inner->marbles;
	observer.context = inner;
	weir_subscribe_borrowed(observable, test->loop, &observer);
}

static void recorder_next(weir_value value, void *context)
{
	struct weir_recording *recording = context;
	weir_test *test = recording->test;
	weir_observable *observable = test->expects_streams ? weir_as_observable(value) : NULL;
	struct weir_marble *marble = record(recording, WEIR_MARBLE_NEXT, weir_retain(value));

	if (++recording->received > recording->requested)
		recording->overfed = true;
	if (recording->received > ITEMS_MAX) {
		recording->is_endless = true;
		weir_cancel(recording->subscription);
		return;
	}
	if (marble != NULL && observable != NULL)
		record_stream(test, marble, observable);
	if (recording->then > 0) {
		recording->requested += recording->then;
		weir_request(recording->subscription, recording->then);
	}
}

static void recorder_error(const weir_error *error, void *context)
{
	record(context, WEIR_MARBLE_ERROR, weir_error_value(weir_error_ref(error)));
}

static void recorder_complete(void *context)
{
	record(context, WEIR_MARBLE_COMPLETE, weir_nil());
}

static void recorder_destroy(void *context)
{
	struct weir_recording *recording = context;

	recording->subscription = NULL;
}

static const struct weir_observer recorder = {
	.subscribed = recorder_subscribed,
	.next = recorder_next,
	.error = recorder_error,
	.complete = recorder_complete,
	.destroy = recorder_destroy,
};

static void begin_expired(struct weir_timer *timer)
{
	struct weir_expectation *expectation = timer->context;
	weir_observable *observable = expectation->observable;
	struct weir_observer observer = recorder;

	expectation->observable = NULL;
	observer.demand = expectation->first == 0 ? WEIR_ON_REQUEST : expectation->first;
	observer.context = &expectation->recording;
	weir_subscribe(observable, timer->loop, &observer);
}

static void cancel_expired(struct weir_timer *timer)
{
	struct weir_expectation *expectation = timer->context;

	weir_cancel(expectation->recording.subscription);
}

static struct weir_expectation *expect(weir_test *test, weir_observable *observable, const char *marbles)
{
	struct weir_expectation *expectation = weir_allocate(sizeof *expectation);
	struct weir_expectation **last = &test->expectations;

	if (expectation == NULL) {
		test->out_of_memory = true;
		weir_unref(observable);
		return NULL;
	}
	*expectation = (struct weir_expectation){
		.observable = observable,
		.text = weir_test_copy(test, marbles != NULL ? marbles : ""),
		.first = WEIR_UNBOUNDED,
		.cancel_after = -1,
		.recording = { .test = test, .requested = WEIR_UNBOUNDED },
	};
	weir_timer_init_on(&expectation->begin, test->loop, begin_expired);
	expectation->begin.context = expectation;
	weir_timer_init_on(&expectation->cancel, test->loop, cancel_expired);
	expectation->cancel.context = expectation;
	weir_test_parse(test, &expectation->expected, marbles, WEIR_MARBLES_EXPECTED);
	while (*last != NULL)
		last = &(*last)->next;
	*last = expectation;
	return expectation;
}

void weir_test_expect(weir_test *test, weir_observable *observable, const char *marbles)
{
	expect(test, observable, marbles);
}

void weir_test_expect_cancelled(weir_test *test, weir_observable *observable, weir_duration after, const char *marbles)
{
	struct weir_expectation *expectation = expect(test, observable, marbles);

	if (expectation != NULL)
		expectation->cancel_after = after;
}

void weir_test_expect_with_demand(
	weir_test *test, weir_observable *observable, uint64_t first, uint64_t then, const char *marbles)
{
	struct weir_expectation *expectation = expect(test, observable, marbles);

	if (expectation == NULL)
		return;
	expectation->first = expectation->recording.requested = first;
	expectation->recording.then = then;
}

void weir_test_expect_subscriptions(weir_test *test, const weir_observable *observable, const char *marbles)
{
	struct weir_marbles expected = { 0 };
	struct weir_test_source *source = test->sources;

	while (source != NULL && source->observable != observable)
		source = source->next;
	if (source == NULL) {
		weir_report_add(&test->report,
			"weir_test_expect_subscriptions() was given what is no cold or hot source of this test\n");
		return;
	}
	source->is_checked = true;
	if (!weir_test_parse(test, &expected, marbles, WEIR_MARBLES_SUBSCRIPTION))
		return;
	for (size_t index = 0; index < expected.count; index++)
		if (!weir_marbles_add(
			    &source->expected, expected.items[index].time, expected.items[index].type, weir_nil()))
			test->out_of_memory = true;
	weir_marbles_finish(&expected);
}

static void action_expired(struct weir_timer *timer)
{
	struct weir_test_action *action = WEIR_CONTAINER_OF(timer, struct weir_test_action, timer);

	action->action(action->context);
}

void weir_test_at(weir_test *test, weir_duration after, void (*action)(void *context), void *context)
{
	struct weir_test_action *row = weir_allocate(sizeof *row);
	struct weir_test_action **last = &test->actions;

	if (row == NULL) {
		test->out_of_memory = true;
		return;
	}
	*row = (struct weir_test_action){ .after = after, .action = action, .context = context };
	weir_timer_init_on(&row->timer, test->loop, action_expired);
	while (*last != NULL)
		last = &(*last)->next;
	*last = row;
}

void weir_test_allow_drops(weir_test *test)
{
	test->allows_drops = true;
}

void weir_test_limit(weir_test *test, weir_duration limit)
{
	test->limit = limit;
}

static void schedule(weir_test *test)
{
	for (struct weir_expectation *expectation = test->expectations; expectation != NULL;
		expectation = expectation->next) {
		weir_timer_start(&expectation->begin, 0);
		if (expectation->cancel_after >= 0)
			weir_timer_start(&expectation->cancel, expectation->cancel_after);
	}
	for (struct weir_test_action *action = test->actions; action != NULL; action = action->next)
		weir_timer_start(&action->timer, action->after);
	weir_test_start_sources(test);
}

/* Where the run ended: nothing may be left once the expectations were cancelled. */
static void check_leftovers(weir_test *test, bool is_quiet)
{
	if (!is_quiet) {
		weir_report_add(&test->report, "it still ran after %lld ms; use weir_test_expect_cancelled()\n",
			(long long)(test->limit / WEIR_FRAME));
		return;
	}
	if (weir_loop_timer_count(test->loop) > 0)
		weir_report_add(&test->report, "%zu timers are left over\n", weir_loop_timer_count(test->loop));
	if (weir_loop_subscription_count(test->loop) > 0)
		weir_report_add(
			&test->report, "%zu subscriptions are left over\n", weir_loop_subscription_count(test->loop));
}

/* After the run, or instead of it. */
static const char *report_of(const weir_test *test)
{
	if (test->report.length > 0)
		return test->report.text;
	return test->out_of_memory || test->report.is_cut ? "out of memory\n" : NULL;
}

const char *weir_test_run(weir_test *test)
{
	size_t number = 0;

	if (test->has_run || report_of(test) != NULL)
		return report_of(test);
	test->has_run = true;
	schedule(test);
	weir_loop_run_for(test->loop, test->limit);

	bool is_quiet = weir_loop_timer_count(test->loop) == 0;

	cancel_all(test);
	check_leftovers(test, is_quiet);
	for (struct weir_expectation *expectation = test->expectations; expectation != NULL;
		expectation = expectation->next)
		weir_test_compare(test, expectation, ++number);
	for (struct weir_test_source *source = test->sources; source != NULL; source = source->next)
		weir_test_compare_subscriptions(test, source);
	return report_of(test);
}
