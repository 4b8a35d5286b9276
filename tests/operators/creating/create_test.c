/* create: whatever a callback emits. */
#include <errno.h>
#include <stdlib.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

/* Emits 1 to 9 as they are asked for, then completes. */
struct counting {
	int next;
};

static void count_on(weir_emitter *emitter, uint64_t count, void *context)
{
	struct counting *counting = context;

	(void)count;
	while (weir_emitter_demand(emitter) > 0 && counting->next <= 9)
		weir_emitter_next(emitter, weir_int(counting->next++));
	if (counting->next > 9)
		weir_emitter_complete(emitter);
}

static int count_subscribe(weir_emitter *emitter, void *context)
{
	struct counting *counting = malloc(sizeof *counting);

	(void)context;
	counting->next = 1;
	weir_emitter_on_request(emitter, count_on, counting);
	weir_emitter_on_end(emitter, free, counting);
	return 0;
}

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_create(count_subscribe, NULL);
}

const struct conformance_subject conformance_subject = { .name = "create", .build = build, .creates = true };

/* A subscription whose emitter the test holds. */
struct held {
	weir_emitter *emitter;
	int ended;
	char drops[256];
};

static void held_ended(void *context)
{
	((struct held *)context)->ended++;
}

static int hold(weir_emitter *emitter, void *context)
{
	struct held *held = context;

	held->emitter = weir_emitter_ref(emitter);
	weir_emitter_on_end(emitter, held_ended, held);
	return 0;
}

static void on_dropped(const char *stage, weir_value value, void *context)
{
	struct held *held = context;
	char text[64];

	weir_print(value, text, sizeof text);
	snprintf(held->drops + strlen(held->drops), sizeof held->drops - strlen(held->drops), "%s:%s ", stage, text);
}

static void record_held(struct recorder *recorder, struct held *held, uint64_t demand)
{
	weir_loop *loop = weir_loop_new_virtual();

	*held = (struct held){ 0 };
	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped, .context = held });
	record_on(recorder, loop, weir_create(hold, held), demand);
	recorder->owns_loop = true;
}

static int emit_three(weir_emitter *emitter, void *context)
{
	(void)context;
	for (int value = 1; value <= 3; value++)
		weir_emitter_next(emitter, weir_int(value));
	weir_emitter_complete(emitter);
	return 0;
}

Test(create, may_emit_at_once)
{
	weir_test *test = weir_test_new();

	weir_test_allow_drops(test);
	weir_test_expect(test, weir_create(emit_three, NULL), "(123|)");
	weir_test_expect(test, weir_take(weir_create(emit_three, NULL), 2), "(12|)");
	MARBLES_OK(test);
}

Test(create, runs_for_each_subscription_and_may_emit_later)
{
	struct recorder first, second;
	struct held holds[2];

	record_held(&first, &holds[0], WEIR_UNBOUNDED);
	record_held(&second, &holds[1], WEIR_UNBOUNDED);
	cr_expect(weir_emitter_is_open(holds[0].emitter));
	cr_expect_eq(weir_emitter_loop(holds[0].emitter), first.loop);
	cr_expect_eq(weir_emitter_demand(holds[0].emitter), WEIR_UNBOUNDED);
	record_run(&first, weir_ms(3));
	cr_expect_eq(weir_emitter_next(holds[0].emitter, weir_int(1)), 0);
	cr_expect_eq(weir_emitter_next(holds[1].emitter, weir_int(2)), 0);
	cr_expect_eq(weir_emitter_complete(holds[0].emitter), 0);
	cr_expect_eq(weir_emitter_error(holds[1].emitter, weir_error_new(EIO, "x")), 0);
	RECORDED(&first, "1@3ms |@3ms");
	RECORDED(&second, "2@0ms #EIO@0ms");
	cr_expect(holds[0].ended == 1 && holds[1].ended == 1);
	weir_emitter_unref(holds[0].emitter);
	weir_emitter_unref(holds[1].emitter);
}

Test(create, after_the_end_everything_is_reported_and_nothing_happens)
{
	struct recorder recorder;
	struct held held;

	record_held(&recorder, &held, WEIR_UNBOUNDED);
	cr_expect_eq(weir_emitter_complete(held.emitter), 0);
	cr_expect_eq(held.ended, 1);
	cr_expect(!weir_emitter_is_open(held.emitter));
	cr_expect_eq(weir_emitter_demand(held.emitter), 0);
	cr_expect_eq(weir_emitter_next(held.emitter, weir_int(7)), -WEIR_ECLOSED);
	cr_expect_eq(weir_emitter_complete(held.emitter), -WEIR_ECLOSED);
	cr_expect_eq(weir_emitter_error(held.emitter, weir_error_new(EIO, "late")), -WEIR_ECLOSED);
	cr_expect(strncmp(held.drops, "create:7 create:", 16) == 0, "%s", held.drops);
	RECORDED(&recorder, "|@0ms");
	/* The loop is gone, the emitter is not. */
	cr_expect_eq(weir_emitter_next(held.emitter, weir_string("a longer string that needs memory")), -WEIR_ECLOSED);
	cr_expect_eq(weir_emitter_next_from_any_thread(held.emitter, weir_int(7)), -ESHUTDOWN);
	weir_emitter_unref(held.emitter);
}

Test(create, teardown_runs_once_on_cancel_too_and_at_once_when_it_is_late)
{
	struct recorder recorder;
	struct held held;

	record_held(&recorder, &held, WEIR_UNBOUNDED);
	weir_cancel(recorder.subscription);
	cr_expect_eq(held.ended, 1);
	weir_emitter_on_end(held.emitter, held_ended, &held);
	cr_expect_eq(held.ended, 2);
	RECORDED(&recorder, "");
	cr_expect_eq(held.ended, 2);
	weir_emitter_unref(held.emitter);
}

Test(create, emitting_more_than_was_asked_for_fails)
{
	struct recorder recorder;
	struct held held;

	record_held(&recorder, &held, 1);
	cr_expect_eq(weir_emitter_demand(held.emitter), 1);
	cr_expect_eq(weir_emitter_next(held.emitter, weir_int(1)), 0);
	cr_expect_eq(weir_emitter_demand(held.emitter), 0);
	cr_expect_eq(weir_emitter_next(held.emitter, weir_int(2)), -WEIR_EDEMAND);
	cr_expect_str_eq(held.drops, "create:2 ");
	cr_expect_eq(held.ended, 1);
	RECORDED(&recorder, "1@0ms #WEIR_EDEMAND@0ms");
	weir_emitter_unref(held.emitter);
}

Test(create, is_told_what_is_asked_for)
{
	struct recorder recorder;

	record(&recorder, weir_create(count_subscribe, NULL), 2);
	weir_request(recorder.subscription, 3);
	cr_expect_str_eq(recorder.text, "1@0ms 2@0ms 3@0ms 4@0ms 5@0ms");
	weir_request(recorder.subscription, WEIR_UNBOUNDED);
	RECORDED(&recorder, "1@0ms 2@0ms 3@0ms 4@0ms 5@0ms 6@0ms 7@0ms 8@0ms 9@0ms |@0ms");
}

static int fail(weir_emitter *emitter, void *context)
{
	weir_emitter_on_end(emitter, held_ended, context);
	return -EACCES;
}

Test(create, a_negative_result_is_the_error)
{
	struct recorder recorder;
	struct held held = { 0 };

	record(&recorder, weir_create(fail, &held), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EACCES@0ms");
	cr_expect_eq(held.ended, 1);
}

Test(create, an_error_as_value_is_the_failure)
{
	struct recorder recorder;
	struct held held;

	record_held(&recorder, &held, WEIR_UNBOUNDED);
	cr_expect_eq(weir_emitter_next(held.emitter, weir_fail(WEIR_ELIMIT, "x")), 0);
	RECORDED(&recorder, "#WEIR_ELIMIT@0ms");
	weir_emitter_unref(held.emitter);
}

/* Emits twice as long as values are small, then ends, from inside the delivery. */
static void emit_again(weir_value value, void *context)
{
	struct held *held = context;
	int64_t number = weir_as_int(value);

	if (number == 1) {
		cr_expect_eq(weir_emitter_next(held->emitter, weir_int(2)), 0);
		cr_expect_eq(weir_emitter_next(held->emitter, weir_int(3)), 0);
		cr_expect_eq(weir_emitter_complete(held->emitter), 0);
		cr_expect_eq(weir_emitter_next(held->emitter, weir_int(4)), -WEIR_ECLOSED);
	}
	held->drops[number]++;
	cr_expect_eq(held->ended, 0);
}

Test(create, what_is_emitted_from_inside_comes_after)
{
	weir_loop *loop = weir_loop_new_virtual();
	struct held held = { 0 };
	weir_subscription *subscription = weir_subscribe(
		weir_create(hold, &held), loop, &(weir_observer){ .next = emit_again, .context = &held });

	cr_assert_not_null(subscription);
	cr_expect_eq(weir_emitter_next(held.emitter, weir_int(1)), 0);
	cr_expect_eq(held.ended, 1);
	cr_expect(held.drops[1] == 1 && held.drops[2] == 1 && held.drops[3] == 1 && held.drops[4] == 0);
	weir_emitter_unref(held.emitter);
	weir_loop_free(loop);
}

Test(create, from_any_thread_comes_in_order_in_a_later_turn)
{
	struct recorder recorder;
	struct held held;

	record_held(&recorder, &held, WEIR_UNBOUNDED);
	cr_expect_eq(weir_emitter_next_from_any_thread(held.emitter, weir_string("one")), 0);
	cr_expect_eq(weir_emitter_next_from_any_thread(held.emitter, weir_int(2)), 0);
	cr_expect_eq(weir_emitter_complete_from_any_thread(held.emitter), 0);
	cr_expect_eq(weir_emitter_next_from_any_thread(held.emitter, weir_int(3)), 0);
	cr_expect_str_eq(recorder.text, "");
	weir_loop_run(recorder.loop);
	cr_expect_str_eq(held.drops, "create:3 ");
	RECORDED(&recorder, "\"one\"@0ms 2@0ms |@0ms");
	weir_emitter_unref(held.emitter);
}

Test(create, what_is_on_its_way_goes_with_the_loop)
{
	struct recorder recorder;
	struct held held;

	record_held(&recorder, &held, WEIR_UNBOUNDED);
	cr_expect_eq(weir_emitter_next_from_any_thread(held.emitter, weir_string("a longer string, with memory")), 0);
	cr_expect_eq(weir_emitter_error_from_any_thread(held.emitter, weir_error_new(EIO, "x")), 0);
	weir_emitter_unref(held.emitter);
	RECORDED(&recorder, "");
	cr_expect_eq(held.ended, 1);
}

Test(create, needs_a_callback)
{
	struct recorder recorder;

	record(&recorder, weir_create(NULL, NULL), 0);
	RECORDED(&recorder, "#EINVAL@0ms");
}
