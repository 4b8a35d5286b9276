/* limit_rate: a limited number of items at a time. */
#include <weir/creating.h>
#include <weir/demand.h>
#include <weir/filtering.h>

#include "kit/conformance.h"
#include "kit/marbles.h"
#include "kit/numbers.h"
#include "kit/recorder.h"

static weir_observable *build(weir_observable *source)
{
	return weir_limit_rate(source, 4);
}

const struct conformance_subject conformance_subject = { .name = "limit_rate", .build = build };

Test(limit_rate, items_pass_as_they_come)
{
	weir_test *test = weir_test_new();

	weir_test_expect(test, weir_limit_rate(weir_test_cold(test, "-1-(23)4-5-|"), 2), "-1-(23)4-5-|");
	weir_test_expect(test, weir_limit_rate(weir_test_cold(test, "-1-#"), 2), "-1-#");
	MARBLES_OK(test);
}

/* What the source has been asked for in all after each millisecond. */
static void expect_asked(uint64_t batch, uint64_t demand, const char *expected)
{
	struct numbers_log log = { 0 };
	struct recorder recorder;
	char text[128] = "";

	record(&recorder,
		weir_limit_rate(numbers((struct numbers){
					.count = 12, .end = NUMBERS_NEVER, .interval = weir_ms(1), .log = &log }),
			batch),
		demand);
	for (int index = 0; index < 10; index++) {
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%llu", index > 0 ? " " : "",
			(unsigned long long)log.requested);
		record_run(&recorder, weir_ms(1));
	}
	record_end(&recorder);
	cr_expect_str_eq(text, expected);
}

Test(limit_rate, asks_for_a_batch_and_again_when_most_of_it_has_come)
{
	expect_asked(4, WEIR_UNBOUNDED, "4 4 4 7 7 7 10 10 10 13");
	expect_asked(1, WEIR_UNBOUNDED, "1 2 3 4 5 6 7 8 9 10");
	expect_asked(8, WEIR_UNBOUNDED, "8 8 8 8 8 8 14 14 14 14");
}

Test(limit_rate, never_asks_for_more_than_downstream_does)
{
	expect_asked(4, 6, "4 4 4 6 6 6 6 6 6 6");
	expect_asked(100, 3, "3 3 3 3 3 3 3 3 3 3");
	expect_asked(4, 0, "0 0 0 0 0 0 0 0 0 0");
}

Test(limit_rate, a_synchronous_source_does_not_recurse)
{
	struct recorder recorder;

	record(&recorder, weir_skip(weir_limit_rate(weir_range(1, 1000000), 3), 999999), WEIR_UNBOUNDED);
	record_run(&recorder, 0);
	RECORDED(&recorder, "1000000@0ms |@0ms");
}

Test(limit_rate, a_batch_of_0_is_refused)
{
	struct recorder recorder;

	record(&recorder, weir_limit_rate(weir_never(), 0), WEIR_UNBOUNDED);
	cr_expect_str_eq(recorder.message, "the batch is 0; it must be at least 1");
	RECORDED(&recorder, "#EINVAL@0ms");
}
