/* Stages with a step: run together they do what they do one by one. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/aggregating.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/numbers.h"
#include "kit/recorder.h"

/* What the stages' callbacks do at the item where they are to do it. */
enum act {
	ACT_NOTHING,
	ACT_FAIL,
	ACT_CANCEL,
	ACT_STRING, /* a counted value instead of a number */
};

struct stage {
	char kind; /* m, f, s, r, p */
	enum act act;
	int at; /* of the calls of this stage, from 1 */
	int calls;
	struct run *run;
};

struct run {
	struct recorder recorder;
	struct stage stages[8];
	char calls[8192];
	size_t length;
};

static void on_dropped(const char *stage, weir_value value, void *context)
{
	struct run *run = context;

	(void)value;
	run->length +=
		(size_t)snprintf(run->calls + run->length, sizeof run->calls - run->length, "%s dropped ", stage);
}

static enum act called(struct stage *stage, weir_value value)
{
	struct run *run = stage->run;
	char text[64];

	weir_print(value, text, sizeof text);
	run->length += (size_t)snprintf(run->calls + run->length, sizeof run->calls - run->length, "%td%c(%s) ",
		stage - run->stages, stage->kind, text);
	cr_assert_lt(run->length, sizeof run->calls);
	if (++stage->calls != stage->at)
		return ACT_NOTHING;
	if (stage->act == ACT_CANCEL)
		weir_cancel(run->recorder.subscription);
	return stage->act;
}

static weir_value number_or_string(enum act act, int64_t number)
{
	if (act == ACT_FAIL)
		return weir_fail(WEIR_EUSER, "failed");
	if (act == ACT_STRING)
		return weir_string_format(
			"a string that is too long to be stored in the value, of %lld", (long long)number);
	return weir_int(number);
}

static weir_value mapper(weir_value value, void *context)
{
	return number_or_string(called(context, value), weir_as_int(value) + 1);
}

static int predicate(weir_value value, void *context)
{
	enum act act = called(context, value);

	return act == ACT_FAIL ? -EDOM : weir_as_int(value) % 3 != 0;
}

static weir_value accumulator(weir_value total, weir_value value, void *context)
{
	return number_or_string(called(context, value), weir_as_int(total) + weir_as_int(value));
}

static weir_value double_step(struct weir_node *node, weir_value value)
{
	struct stage *stage = *(struct stage *const *)node->config;
	enum act act = called(stage, value);
	int64_t number = weir_as_int(value);

	weir_release(value);
	return number % 5 == 0 ? weir_nothing() : number_or_string(act, number * 2);
}

static const struct weir_node_class double_class = {
	.name = "double",
	.config_size = sizeof(struct stage *),
	.step = double_step,
};

static weir_observable *append(weir_observable *source, struct stage *stage)
{
	switch (stage->kind) {
	case 'm':
		return weir_map(source, mapper, stage);
	case 'f':
		return weir_filter(source, predicate, stage);
	case 's':
		return weir_scan(source, accumulator, stage, weir_int(10));
	case 'S':
		return weir_scan_first(source, accumulator, stage);
	case 'r':
		return weir_reduce(source, accumulator, stage, weir_int(10));
	case 'R':
		return weir_reduce_first(source, accumulator, stage);
	default:
		return weir_extend(source, &double_class, &stage);
	}
}

/* @param apart  a stage without a step stands between any two, so that each is run alone */
static void run_pipeline(
	struct run *run, const char *kinds, enum act act, int stage, int at, size_t batch, uint64_t demand, bool apart)
{
	weir_observable *observable = numbers((struct numbers){ .count = 20, .batch = batch });

	run->length = 0;
	for (int index = 0; kinds[index] != '\0'; index++) {
		run->stages[index] = (struct stage){ .kind = kinds[index], .run = run };
		if (index == stage) {
			run->stages[index].act = act;
			run->stages[index].at = at;
		}
		if (apart)
			observable = weir_take(observable, 1000);
		observable = append(observable, &run->stages[index]);
	}
	run->calls[0] = '\0';
	weir_loop *loop = weir_loop_new_virtual();

	weir_loop_set_hooks(loop, &(struct weir_loop_hooks){ .on_dropped = on_dropped, .context = run });
	record_on(&run->recorder, loop, observable, demand);
	run->recorder.owns_loop = true;
	record_run(&run->recorder, 0);
}

static void expect_alike(const char *kinds, enum act act, int stage, int at, size_t batch, uint64_t demand)
{
	static struct run together;
	static struct run apart;

	run_pipeline(&together, kinds, act, stage, at, batch, demand, false);
	run_pipeline(&apart, kinds, act, stage, at, batch, demand, true);
	cr_expect_str_eq(together.recorder.text, apart.recorder.text, "%s act %d of stage %d at %d, batch %zu: %s",
		kinds, (int)act, stage, at, batch, together.recorder.text);
	cr_expect_str_eq(together.calls, apart.calls, "%s act %d of stage %d at %d, batch %zu: %s instead of %s", kinds,
		(int)act, stage, at, batch, together.calls, apart.calls);
	record_end(&together.recorder);
	record_end(&apart.recorder);
}

/* Every chain of up to four stages, ended by each kind, disturbed at each stage in each way. */
static void expect_all_alike(size_t batch, uint64_t demand)
{
	static const char kinds[] = "mfsSp";
	static const char ends[] = "mfsrRp";
	char chain[5];

	for (int length = 1; length <= 4; length++) {
		int chains = 1;

		for (int index = 1; index < length; index++)
			chains *= 5;
		for (int number = 0; number < chains * 6; number++) {
			int rest = number / 6;

			memset(chain, 0, sizeof chain);
			for (int index = 0; index < length - 1; index++, rest /= 5)
				chain[index] = kinds[rest % 5];
			chain[length - 1] = ends[number % 6];
			expect_alike(chain, ACT_NOTHING, 0, 0, batch, demand);
			for (int stage = 0; stage < length; stage++) {
				expect_alike(chain, ACT_FAIL, stage, 2, batch, demand);
				expect_alike(chain, ACT_CANCEL, stage, 2, batch, demand);
				expect_alike(chain, ACT_STRING, stage, 1, batch, demand);
			}
		}
	}
}

Test(step, stages_run_together_do_what_they_do_apart)
{
	expect_all_alike(0, WEIR_UNBOUNDED);
}

Test(step, batches_run_through_item_by_item)
{
	expect_all_alike(7, WEIR_UNBOUNDED);
}

Test(step, an_item_that_becomes_none_is_replaced)
{
	expect_all_alike(3, 4);
}

Test(step, nothing_is_no_value)
{
	cr_expect(weir_is_nothing(weir_nothing()));
	cr_expect_not(weir_is_nothing(weir_nil()));
	cr_expect_not(weir_is_error(weir_nothing()));
}
