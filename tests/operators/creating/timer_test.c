/* timer: one item after a span of time. */
#include <weir/creating.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	(void)source;
	return weir_timer(weir_ms(3));
}

const struct conformance_subject conformance_subject = { .name = "timer", .build = build, .creates = true };

Test(timer, emits_0_after_the_delay_and_completes)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_timer(weir_ms(3)), "---(0|)");
	MARBLES_OK(test);
}

Test(timer, is_exact_to_the_nanosecond)
{
	struct recorder recorder;

	record(&recorder, weir_timer(1234567891), WEIR_UNBOUNDED);
	record_run(&recorder, weir_s(2));
	RECORDED(&recorder, "0@1234567891ns |@1234567891ns");
}

Test(timer, a_delay_of_0_or_less_comes_in_the_same_instant_but_not_inside_subscribe)
{
	for (weir_duration delay = 0; delay >= -5; delay -= 5) {
		struct recorder recorder;

		record(&recorder, weir_timer(delay), WEIR_UNBOUNDED);
		cr_expect_str_eq(recorder.text, "");
		record_run(&recorder, 0);
		RECORDED(&recorder, "0@0ms |@0ms");
	}
}

Test(timer, the_item_waits_until_it_is_requested)
{
	struct recorder recorder;

	record(&recorder, weir_timer(weir_ms(3)), 0);
	record_run(&recorder, weir_ms(10));
	cr_expect_str_eq(recorder.text, "");
	weir_request(recorder.subscription, 1);
	RECORDED(&recorder, "0@10ms |@10ms");
}

Test(timer, nothing_comes_after_a_cancel)
{
	weir_test *test = weir_test_new();

	weir_test_expect_cancelled(test, weir_timer(weir_ms(3)), weir_ms(3), "---");
	MARBLES_OK(test);
}

Test(timer, a_delay_without_end_keeps_no_loop_running)
{
	struct recorder recorder;

	record(&recorder, weir_timer(WEIR_FOREVER), WEIR_UNBOUNDED);
	cr_expect_eq(weir_loop_run(recorder.loop), 0);
	RECORDED(&recorder, "");
}
