/* Recipes: counted, reusable, with contexts that are freed once, and no checks needed when memory runs out. */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/recovering.h>
#include <weir/transforming.h>

#include "core/subscription.h"
#include "kit/faults.h"
#include "kit/numbers.h"
#include "kit/teardown.h"

static weir_loop *loop;

static void set_up(void)
{
	faults_install();
	loop = weir_loop_new_virtual();
}

static void tear_down(void)
{
	leave_nothing(loop);
}

TestSuite(observable, .init = set_up, .fini = tear_down);

static int destroyed;
static int destroy_order[8];

static void count_destroyed(void *context)
{
	destroy_order[destroyed] = (int)(intptr_t)context;
	destroyed++;
}

static weir_value same(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

struct result {
	uint64_t items;
	int code;
	char message[128];
	bool completed;
};

static void result_next(weir_value value, void *context)
{
	(void)value;
	((struct result *)context)->items++;
}

static void result_error(const weir_error *error, void *context)
{
	struct result *result = context;

	result->code = weir_error_code(error);
	strncpy(result->message, weir_error_message(error), sizeof result->message - 1);
}

static void result_complete(void *context)
{
	((struct result *)context)->completed = true;
}

static struct result run(weir_observable *observable)
{
	struct result result = { 0 };

	weir_subscribe(observable, loop,
		&(struct weir_observer){
			.next = result_next, .error = result_error, .complete = result_complete, .context = &result });
	weir_loop_run(loop);
	return result;
}

Test(observable, one_that_is_never_subscribed_to_is_freed)
{
	weir_unref(weir_map(weir_range(0, 3), same, NULL));
	weir_unref(NULL);
}

Test(observable, a_reference_keeps_it_and_all_above_it)
{
	weir_observable *source = weir_range(0, 3);
	weir_observable *mapped = weir_map(weir_ref(source), same, NULL);
	weir_observable *filtered = weir_take(weir_ref(mapped), 2);

	weir_unref(mapped);
	weir_unref(source);
	cr_expect_eq(run(filtered).items, 2);
}

Test(observable, one_source_serves_many)
{
	weir_observable *source = weir_range(0, 3);

	for (int use = 0; use < 5; use++)
		cr_expect_eq(run(weir_map(weir_ref(source), same, NULL)).items, 3);
	weir_unref(source);
}

Test(observable, a_context_is_destroyed_once_when_nothing_can_use_it)
{
	weir_observable *observable = weir_with_context(weir_range(0, 3), (void *)7, count_destroyed);

	run(weir_ref(observable));
	run(weir_map(weir_ref(observable), same, NULL));
	cr_expect_eq(destroyed, 0);
	weir_unref(observable);
	cr_expect_eq(destroyed, 1);
	cr_expect_eq(destroy_order[0], 7);
}

Test(observable, a_context_lives_as_long_as_a_subscription_runs)
{
	weir_observable *observable =
		weir_with_context(numbers((struct numbers){ .count = 2, .interval = 10 }), NULL, count_destroyed);

	weir_subscribe(observable, loop, &(struct weir_observer){ 0 });
	weir_loop_run_for(loop, 15);
	cr_expect_eq(destroyed, 0);
	weir_loop_run(loop);
	cr_expect_eq(destroyed, 1);
}

Test(observable, several_contexts_are_each_destroyed)
{
	weir_observable *observable = weir_range(0, 3);

	for (intptr_t context = 1; context <= 3; context++)
		observable = weir_with_context(observable, (void *)context, count_destroyed);
	weir_unref(observable);
	cr_expect_eq(destroyed, 3);
	cr_expect_eq(destroy_order[0] + destroy_order[1] + destroy_order[2], 6);
}

Test(observable, a_context_of_nothing_is_destroyed_with_the_failure_that_stands_for_it)
{
	cr_expect_eq(run(weir_with_context(NULL, NULL, count_destroyed)).code, EINVAL);
	cr_expect_eq(destroyed, 1);
}

Test(observable, without_memory_the_context_is_destroyed_at_once)
{
	weir_observable *observable = weir_range(0, 3);

	faults_fail_once(1);
	observable = weir_with_context(observable, NULL, count_destroyed);
	faults_stop();
	cr_expect_eq(destroyed, 1);
	cr_expect_eq(run(observable).code, ENOMEM);
	cr_expect_eq(destroyed, 1);
}

/* A configuration that owns something. */
struct owning {
	weir_value value;
};

static int configs_destroyed;

static void owning_destroy(void *config)
{
	configs_destroyed++;
	weir_release(((struct owning *)config)->value);
}

static const struct weir_node_class owning_class = {
	.name = "owning", .config_size = sizeof(struct owning), .config_destroy = owning_destroy
};

static weir_observable *owning(weir_observable *source)
{
	return weir_extend(source, &owning_class, &(struct owning){ weir_string("owned") });
}

Test(observable, the_configuration_is_released_with_it_or_when_it_cannot_be_made)
{
	weir_unref(owning(weir_range(0, 1)));
	cr_expect_eq(configs_destroyed, 1);
	/* Without a source. */
	cr_expect_eq(run(owning(NULL)).code, EINVAL);
	cr_expect_eq(configs_destroyed, 2);
	/* Without memory: the string is allocated first, then the recipe. */
	faults_fail_once(3);
	weir_observable *observable = owning(weir_range(0, 1));

	faults_stop();
	cr_expect(faults_hit());
	cr_expect_eq(configs_destroyed, 3);
	cr_expect_eq(run(observable).code, ENOMEM);
}

Test(observable, a_chain_needs_no_checks)
{
	for (size_t number = 1;; number++) {
		faults_fail_once(number);

		weir_observable *observable = weir_range(0, 3);

		observable = weir_map(observable, same, NULL);
		observable = weir_take(observable, 2);
		observable = weir_map(observable, same, NULL);
		faults_stop();

		struct result result = run(observable);

		if (!faults_hit()) {
			cr_expect_eq(result.items, 2);
			break;
		}
		cr_expect_eq(result.code, ENOMEM, "allocation %zu: %d", number, result.code);
		cr_expect_eq(result.items, 0);
	}
}

Test(observable, what_could_not_be_made_can_be_referred_to_and_extended)
{
	faults_fail_once(1);
	weir_observable *nothing = weir_range(0, 3);

	faults_stop();
	for (int round = 0; round < 10; round++)
		cr_expect_eq(run(weir_map(weir_ref(nothing), same, NULL)).code, ENOMEM);
	for (int round = 0; round < 20; round++)
		weir_unref(nothing);
	cr_expect_eq(run(nothing).code, ENOMEM);
}

Test(observable, what_is_rejected_says_so_when_it_is_subscribed_to)
{
	struct result result = run(weir_reject(weir_range(0, 3), "stage", "%d is not allowed", 5));

	cr_expect_eq(result.code, EINVAL);
	cr_expect_str_eq(result.message, "5 is not allowed");
	for (size_t number = 1;; number++) {
		faults_fail_once(number);

		weir_observable *observable = weir_reject(weir_range(0, 3), "stage", "%d is not allowed", 5);

		faults_stop();
		result = run(observable);
		if (!faults_hit())
			break;
		/* Only the origin can be lost; otherwise it is the missing memory that is told. */
		cr_expect(result.code == EINVAL || result.code == ENOMEM);
		cr_expect(!result.completed);
	}
}

Test(observable, a_long_chain_is_freed_without_recursion)
{
	weir_observable *observable = weir_range(0, 3);

	for (int stage = 0; stage < 200000; stage++)
		observable = weir_map(observable, same, NULL);
	weir_unref(observable);
}

Test(observable, a_long_chain_of_which_parts_are_held_is_freed)
{
	weir_observable *held[100];
	weir_observable *observable = weir_range(0, 3);

	for (size_t part = 0; part < 100; part++) {
		for (int stage = 0; stage < 100; stage++)
			observable = weir_map(observable, same, NULL);
		held[part] = weir_ref(observable);
	}
	weir_unref(observable);
	for (size_t part = 0; part < 100; part++)
		weir_unref(held[(part * 37) % 100]);
}

Test(observable, across_threads_reaches_every_stage)
{
	weir_observable *source = weir_range(0, 3);
	weir_observable *mapped = weir_map(weir_ref(source), same, NULL);

	cr_expect_eq(weir_across_threads(mapped), mapped);
	cr_expect(source->block.shared);
	cr_expect(mapped->block.shared);
	cr_expect_eq(run(weir_ref(mapped)).items, 3);
	weir_unref(mapped);
	weir_unref(source);
}

static bool is_shared(weir_value value)
{
	return ((const struct weir_block *)value.as.pointer)->shared;
}

Test(observable, across_threads_reaches_what_configurations_hold)
{
	weir_observable *first = weir_range(0, 3);
	weir_observable *fallback = weir_range(0, 3);
	weir_value seed = weir_string("a seed that is counted, as it is long");
	weir_observable *observable = weir_concat((weir_observable *[]){ weir_ref(first), weir_never() }, 2);

	observable = weir_switch_if_empty(weir_map_to(observable, weir_retain(seed)), weir_ref(fallback));
	observable = weir_repeat(observable, 2, 0);
	cr_expect(!first->block.shared && !fallback->block.shared && !is_shared(seed));
	weir_across_threads(observable);
	cr_expect(first->block.shared && fallback->block.shared && is_shared(seed));
	weir_unref(observable);
	weir_unref(first);
	weir_unref(fallback);
	weir_release(seed);
}

Test(observable, across_threads_of_what_holds_nothing)
{
	weir_error *error = weir_error_new(EIO, "x");

	weir_unref(weir_across_threads(weir_iif(NULL, NULL, NULL, NULL)));
	weir_unref(weir_across_threads(weir_throw_if_empty(weir_never(), NULL)));
	weir_unref(weir_across_threads(weir_throw_if_empty(weir_never(), weir_error_ref(error))));
	weir_unref(weir_across_threads(weir_throw_error(error)));
	cr_expect_null(weir_across_threads(NULL));
}

Test(observable, as_a_value_it_is_the_same)
{
	weir_observable *observable = weir_range(0, 3);
	weir_value value = weir_observable_value(weir_ref(observable));

	cr_expect_eq(weir_as_observable(value), observable);
	weir_release(value);
	cr_expect_eq(run(observable).items, 3);
}
