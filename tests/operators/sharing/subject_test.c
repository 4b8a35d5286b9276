/* subject: values go to those who listen. */
#include <errno.h>

#include <weir/weir.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

/* Alone it can only be seen ended: the rest is here. */
static weir_observable *build(weir_observable *source)
{
	weir_subject *subject = weir_subject_new();
	weir_observable *observable = weir_subject_observable(subject);

	(void)source;
	weir_subject_complete(subject);
	weir_subject_unref(subject);
	return observable;
}

const struct conformance_subject conformance_subject = {
	.name = "subject", .build = build, .creates = true, .emits_nothing = "it has ended before"
};

static void push(weir_subject *subject, int value)
{
	cr_expect_eq(weir_subject_next(subject, weir_int(value)), 0);
}

static void complete(void *subject)
{
	weir_subject_complete(subject);
}

struct pushed {
	weir_subject *subject;
	int value;
};

static void push_value(void *context)
{
	struct pushed *pushed = context;

	weir_subject_next(pushed->subject, weir_int(pushed->value));
}

Test(subject, values_go_to_those_who_listen)
{
	weir_test *test = weir_test_new();
	weir_subject *subject = weir_subject_new();
	struct pushed values[] = { { subject, 1 }, { subject, 2 }, { subject, 3 } };

	push(subject, 9);
	weir_test_at(test, weir_ms(1), push_value, &values[0]);
	weir_test_at(test, weir_ms(3), push_value, &values[1]);
	weir_test_at(test, weir_ms(5), push_value, &values[2]);
	weir_test_at(test, weir_ms(7), complete, subject);
	weir_test_expect(test, weir_subject_observable(subject), "-1-2-3-|");
	weir_test_expect_cancelled(test, weir_subject_observable(subject), weir_ms(4), "-1-2");
	MARBLES_OK(test);
	weir_subject_unref(subject);
}

Test(subject, newcomers_get_the_end_alone)
{
	struct recorder completed, failed;
	weir_subject *subject = weir_subject_new();

	push(subject, 1);
	weir_subject_complete(subject);
	record(&completed, weir_subject_observable(subject), 0);
	RECORDED(&completed, "|@0ms");
	weir_subject_unref(subject);

	subject = weir_subject_new();
	weir_subject_error(subject, weir_error_new(WEIR_ELIMIT, "no"));
	record(&failed, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&failed, "#WEIR_ELIMIT@0ms");
	weir_subject_unref(subject);
}

Test(subject, after_the_end_pushing_returns_closed)
{
	weir_subject *subject = weir_subject_new();

	cr_expect_eq(weir_subject_complete(subject), 0);
	cr_expect_eq(weir_subject_next(subject, weir_string("a longer string that needs memory")), -WEIR_ECLOSED);
	cr_expect_eq(weir_subject_complete(subject), -WEIR_ECLOSED);
	cr_expect_eq(weir_subject_error(subject, weir_error_new(EIO, "x")), -WEIR_ECLOSED);
	weir_subject_unref(subject);
}

Test(subject, an_error_as_value_is_the_failure)
{
	struct recorder recorder;
	weir_subject *subject = weir_subject_new();

	record(&recorder, weir_subject_observable(subject), WEIR_UNBOUNDED);
	cr_expect_eq(weir_subject_next(subject, weir_fail(WEIR_ELIMIT, "too many")), 0);
	cr_expect_eq(weir_subject_next(subject, weir_int(1)), -WEIR_ECLOSED);
	cr_expect_str_eq(recorder.message, "too many");
	RECORDED(&recorder, "#WEIR_ELIMIT@0ms");
	weir_subject_unref(subject);
}

Test(subject, a_listener_that_has_not_asked_ends_and_the_others_go_on)
{
	struct recorder slow, fast;
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();

	record_on(&slow, loop, weir_subject_observable(subject), 1);
	record_on(&fast, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	push(subject, 1);
	cr_expect_eq(weir_subject_listener_count(subject), 2);
	push(subject, 2);
	cr_expect_eq(weir_subject_listener_count(subject), 1);
	push(subject, 3);
	weir_subject_complete(subject);
	cr_expect(strstr(slow.message, "weir_on_overflow()") != NULL, "%s", slow.message);
	RECORDED(&slow, "1@0ms #WEIR_EDEMAND@0ms");
	RECORDED(&fast, "1@0ms 2@0ms 3@0ms |@0ms");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(subject, the_last_handle_gone_is_an_error_not_an_end)
{
	struct recorder recorder, late;
	weir_subject *subject = weir_subject_ref(weir_subject_new());
	weir_observable *observable = weir_subject_observable(subject);

	record(&recorder, weir_ref(observable), WEIR_UNBOUNDED);
	weir_subject_unref(subject);
	push(subject, 1);
	weir_subject_unref(subject);
	RECORDED(&recorder, "1@0ms #WEIR_ECLOSED@0ms");
	record(&late, observable, WEIR_UNBOUNDED);
	RECORDED(&late, "#WEIR_ECLOSED@0ms");
}

Test(subject, closing_lets_go_without_a_word)
{
	struct recorder recorder, late;
	weir_subject *subject = weir_subject_new();

	record(&recorder, weir_subject_observable(subject), WEIR_UNBOUNDED);
	push(subject, 1);
	weir_subject_close(subject);
	cr_expect_eq(weir_subject_listener_count(subject), 0);
	cr_expect_eq(weir_subject_next(subject, weir_int(2)), -WEIR_ECLOSED);
	cr_expect_eq(weir_subject_complete(subject), -WEIR_ECLOSED);
	RECORDED(&recorder, "1@0ms");
	record(&late, weir_subject_observable(subject), WEIR_UNBOUNDED);
	RECORDED(&late, "#WEIR_ECLOSED@0ms");
	weir_subject_unref(subject);
}

Test(subject, null_stands_for_one_without_memory)
{
	struct recorder recorder;

	cr_expect_eq(weir_subject_next(NULL, weir_string("a longer string that needs memory")), -EINVAL);
	cr_expect_eq(weir_subject_complete(NULL), -EINVAL);
	cr_expect_eq(weir_subject_error(NULL, weir_error_new(EIO, "x")), -EINVAL);
	cr_expect_eq(weir_subject_listener_count(NULL), 0);
	weir_subject_unref(weir_subject_ref(NULL));
	weir_subject_close(NULL);
	record(&recorder, weir_subject_observable(NULL), WEIR_UNBOUNDED);
	RECORDED(&recorder, "#EINVAL@0ms");
}

/* What a listener does when it gets a value. */
struct actor {
	weir_subject *subject;
	weir_subscription *subscription;
	weir_subscription *victim;
	struct actor *newcomer;
	weir_loop *loop;
	int push_at, push_value, cancel_at, join_at, end_at, unref_at;
	char text[256];
};

static void actor_subscribe(struct actor *actor, weir_loop *loop);

static void actor_next(weir_value value, void *context)
{
	struct actor *actor = context;
	int item = (int)weir_as_int(value);

	snprintf(actor->text + strlen(actor->text), sizeof actor->text - strlen(actor->text), "%d ", item);
	if (item == actor->push_at)
		push(actor->subject, actor->push_value);
	if (item == actor->cancel_at)
		weir_cancel(actor->victim);
	if (item == actor->join_at)
		actor_subscribe(actor->newcomer, actor->loop);
	if (item == actor->end_at)
		weir_subject_complete(actor->subject);
	if (item == actor->unref_at)
		weir_subject_unref(actor->subject);
}

static void actor_error(const weir_error *error, void *context)
{
	struct actor *actor = context;

	strcat(actor->text, weir_error_code_name(weir_error_code(error)));
}

static void actor_complete(void *context)
{
	strcat(((struct actor *)context)->text, "|");
}

static void actor_subscribe(struct actor *actor, weir_loop *loop)
{
	actor->loop = loop;
	actor->subscription = weir_subscribe(weir_subject_observable(actor->subject), loop,
		&(weir_observer){
			.next = actor_next, .error = actor_error, .complete = actor_complete, .context = actor });
}

Test(subject, what_is_pushed_from_inside_comes_after_it_for_everybody)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	struct actor first = { .subject = subject, .push_at = 1, .push_value = 2, .end_at = 3 };
	struct actor second = { .subject = subject, .push_at = 1, .push_value = 3 };

	actor_subscribe(&first, loop);
	actor_subscribe(&second, loop);
	push(subject, 1);
	cr_expect_str_eq(first.text, "1 2 3 |");
	cr_expect_str_eq(second.text, "1 2 3 |");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(subject, who_leaves_during_a_delivery_gets_nothing_more)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	struct actor first = { .subject = subject, .cancel_at = 1 };
	struct actor second = { .subject = subject }, third = { .subject = subject, .cancel_at = 2 };

	actor_subscribe(&first, loop);
	actor_subscribe(&second, loop);
	actor_subscribe(&third, loop);
	first.victim = second.subscription;
	third.victim = third.subscription;
	push(subject, 1);
	push(subject, 2);
	push(subject, 3);
	cr_expect_str_eq(first.text, "1 2 3 ");
	cr_expect_str_eq(second.text, "");
	cr_expect_str_eq(third.text, "1 2 ");
	weir_subject_complete(subject);
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(subject, who_joins_during_a_delivery_gets_the_next_one)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	struct actor newcomer = { .subject = subject };
	struct actor first = { .subject = subject, .join_at = 1, .newcomer = &newcomer, .push_at = 1, .push_value = 2 };

	actor_subscribe(&first, loop);
	push(subject, 1);
	weir_subject_complete(subject);
	cr_expect_str_eq(first.text, "1 2 |");
	cr_expect_str_eq(newcomer.text, "2 |");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(subject, may_go_during_its_own_delivery)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	struct actor first = { .subject = subject, .unref_at = 1 }, second = { .subject = subject };
	struct actor last = { .subject = weir_subject_new(), .cancel_at = 1, .unref_at = 1 };

	actor_subscribe(&first, loop);
	actor_subscribe(&second, loop);
	push(subject, 1);
	cr_expect_str_eq(first.text, "1 WEIR_ECLOSED");
	cr_expect_str_eq(second.text, "1 WEIR_ECLOSED");
	actor_subscribe(&last, loop);
	last.victim = last.subscription;
	push(last.subject, 1);
	cr_expect_str_eq(last.text, "1 ");
	weir_loop_free(loop);
}

static void push_many(weir_value value, void *context)
{
	weir_subject *subject = context;
	int result = 0;

	if (weir_as_int(value) != 0)
		return;
	for (int index = 0; index < 65536; index++)
		cr_assert_eq(weir_subject_next(subject, weir_int(1)), 0);
	result = weir_subject_next(subject, weir_string("a longer string that needs memory"));
	cr_expect_eq(result, -WEIR_EOVERFLOW);
}

static void ignore_error(const weir_error *error, void *context)
{
	(void)error;
	(void)context;
}

Test(subject, what_is_pushed_from_inside_is_bounded)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();

	struct recorder recorder;

	weir_subscribe(weir_subject_observable(subject), loop,
		&(weir_observer){ .next = push_many, .error = ignore_error, .context = subject });
	record_on(&recorder, loop, weir_ignore_elements(weir_subject_observable(subject)), WEIR_UNBOUNDED);
	push(subject, 0);
	weir_loop_run(loop);
	RECORDED(&recorder, "#WEIR_EOVERFLOW@0ms");
	weir_loop_free(loop);
	weir_subject_unref(subject);
}

struct feedback {
	weir_subject *subject;
	int64_t limit;
	int64_t last;
};

static void push_next(weir_value value, void *context)
{
	struct feedback *feedback = context;

	cr_expect_eq(weir_as_int(value), ++feedback->last);
	if (weir_as_int(value) < feedback->limit)
		weir_subject_next(feedback->subject, weir_int(weir_as_int(value) + 1));
	else
		weir_subject_complete(feedback->subject);
}

static void note(weir_value value, void *noted)
{
	(void)value;
	*(bool *)noted = true;
}

Test(subject, one_that_feeds_itself_yields_to_the_loop_and_keeps_its_order)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	struct feedback feedback = { .subject = subject, .limit = 20000 };
	struct recorder recorder;
	bool timer_ran = false;

	weir_subscribe(
		weir_subject_observable(subject), loop, &(weir_observer){ .next = push_next, .context = &feedback });
	record_on(&recorder, loop, weir_count(weir_subject_observable(subject)), WEIR_UNBOUNDED);
	weir_subscribe(weir_timer(0), loop, &(weir_observer){ .next = note, .context = &timer_ran });
	weir_subject_next(subject, weir_int(1));
	cr_expect(feedback.last > 1 && feedback.last < feedback.limit && !timer_ran);
	weir_loop_run_for(loop, 0);
	cr_expect(timer_ran);
	weir_loop_run(loop);
	cr_expect_eq(feedback.last, feedback.limit);
	RECORDED(&recorder, "20000@0ms |@0ms");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(subject, one_that_waits_for_its_turn_may_lose_its_listeners_and_its_loop)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_replay_subject_new(&(weir_replay_subject_options){ .count = 1 });
	struct feedback feedback = { .subject = subject, .limit = INT64_MAX };

	weir_subscribe(
		weir_subject_observable(subject), loop, &(weir_observer){ .next = push_next, .context = &feedback });
	weir_subject_next(subject, weir_int(1));
	weir_loop_free(loop);
	cr_expect_eq(weir_subject_next(subject, weir_int(0)), 0);
	cr_expect_eq(weir_subject_complete(subject), 0);
	weir_subject_unref(subject);
}

static void count_batch(const weir_value *values, size_t count, void *context)
{
	size_t *batches = context;

	batches[0]++;
	batches[1] += count;
	cr_expect_eq(weir_as_int(values[count - 1]), (int64_t)count);
}

Test(subject, a_batch_reaches_one_listener_at_once_and_several_in_order)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();
	weir_value values[] = { weir_int(1), weir_int(2), weir_int(3) };
	size_t batches[2] = { 0 };
	struct recorder recorder;

	weir_subscription *subscription = weir_subscribe(weir_subject_observable(subject), loop,
		&(weir_observer){ .next_batch = count_batch, .context = batches });

	cr_expect_eq(weir_subject_next_batch(subject, values, 3), 0);
	cr_expect_eq(batches[0], 1);
	weir_cancel(subscription);
	record_on(&recorder, loop, weir_subject_observable(subject), WEIR_UNBOUNDED);
	weir_subscribe(weir_take(weir_subject_observable(subject), 2), loop, &(weir_observer){ 0 });
	cr_expect_eq(weir_subject_next_batch(subject, values, 3), 0);
	weir_subject_complete(subject);
	cr_expect_eq(weir_subject_next_batch(subject, values, 3), -WEIR_ECLOSED);
	RECORDED(&recorder, "1@0ms 2@0ms 3@0ms |@0ms");
	weir_subject_unref(subject);
	weir_loop_free(loop);
}

Test(subject, listeners_share_a_loop)
{
	struct recorder here, elsewhere;
	weir_subject *subject = weir_subject_new();

	record(&here, weir_subject_observable(subject), WEIR_UNBOUNDED);
	record(&elsewhere, weir_subject_observable(subject), WEIR_UNBOUNDED);
	push(subject, 1);
	RECORDED(&elsewhere, "#EINVAL@0ms");
	RECORDED(&here, "1@0ms");
	weir_subject_unref(subject);
}

Test(subject, from_any_thread_comes_in_order_in_a_later_turn)
{
	struct recorder recorder;
	weir_subject *subject = weir_subject_new();

	record(&recorder, weir_subject_observable(subject), WEIR_UNBOUNDED);
	cr_expect_eq(weir_subject_next_from_any_thread(subject, recorder.loop, weir_string("one")), 0);
	cr_expect_eq(weir_subject_next_from_any_thread(subject, recorder.loop, weir_int(2)), 0);
	cr_expect_eq(weir_subject_complete_from_any_thread(subject, recorder.loop), 0);
	cr_expect_eq(weir_subject_next_from_any_thread(subject, recorder.loop, weir_string("late")), 0);
	cr_expect_eq(weir_subject_unref_from_any_thread(subject, recorder.loop), 0);
	cr_expect_str_eq(recorder.text, "");
	weir_loop_run(recorder.loop);
	RECORDED(&recorder, "\"one\"@0ms 2@0ms |@0ms");
}

Test(subject, what_was_posted_goes_with_the_loop)
{
	weir_loop *loop = weir_loop_new_virtual();
	weir_subject *subject = weir_subject_new();

	weir_subject_next_from_any_thread(subject, loop, weir_string("a longer string that needs memory"));
	weir_subject_complete_from_any_thread(subject, loop);
	weir_subject_unref_from_any_thread(subject, loop);
	weir_loop_free(loop);
}
