/* The path of stages in an error's origin. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/creating.h>
#include <weir/filtering.h>
#include <weir/loop.h>
#include <weir/observing.h>
#include <weir/operator.h>
#include <weir/transforming.h>

#include "kit/faults.h"
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

TestSuite(label, .init = set_up, .fini = tear_down);

static char *origin;
static int code;

static void keep_origin(const weir_error *error, void *context)
{
	(void)context;
	free(origin);
	origin = strdup(weir_error_origin(error));
	code = weir_error_code(error);
}

static const char *origin_of(weir_observable *observable)
{
	free(origin);
	origin = NULL;
	weir_subscribe(observable, loop, &(struct weir_observer){ .error = keep_origin });
	weir_loop_run(loop);
	return origin != NULL ? origin : "none";
}

#define ORIGIN(observable, expected) \
	do { \
		cr_expect_str_eq(origin_of(observable), (expected), "%s", origin); \
		free(origin); \
		origin = NULL; \
	} while (0)

static weir_value fails(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_fail(ERANGE, "no");
}

static weir_value same(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

static int refuses(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return -EIO;
}

Test(label, the_origin_is_the_path_to_the_stage_that_failed)
{
	ORIGIN(weir_map(weir_range(0, 1), fails, NULL), "range > map");
	ORIGIN(weir_map(weir_take(weir_filter(weir_map(weir_range(0, 1), same, NULL), refuses, NULL), 1), same, NULL),
		"range > map > filter");
	ORIGIN(weir_map(NULL, same, NULL), "map");
}

Test(label, a_label_stands_in_the_place_of_its_stage)
{
	ORIGIN(weir_label(weir_map(weir_label(weir_range(0, 1), "numbers"), fails, NULL), "checked"),
		"numbers > checked");
	ORIGIN(weir_map(weir_label(weir_map(weir_range(0, 1), same, NULL), "same"), fails, NULL), "range > same > map");
	/* Of two the inner one: it stands directly behind the stage. */
	ORIGIN(weir_label(weir_label(weir_map(weir_range(0, 1), fails, NULL), "inner"), "outer"), "range > inner");
}

static weir_observable *project_failing(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return weir_map(weir_range(0, 2), fails, NULL);
}

static weir_observable *project_twice(weir_value value, void *context)
{
	(void)value;
	return weir_merge_map(weir_label(weir_range(0, 2), "inner numbers"), project_failing, context, 0);
}

Test(label, an_inner_stage_stands_behind_the_operator_that_runs_it)
{
	ORIGIN(weir_merge_map(weir_range(0, 2), project_failing, NULL, 0), "range > merge_map > (range > map)");
	ORIGIN(weir_switch_map(weir_range(0, 2), project_failing, NULL), "range > switch_map > (range > map)");
	ORIGIN(weir_label(weir_switch_map(weir_range(0, 2), project_twice, NULL), "outer"),
		"range > outer > (inner numbers > merge_map > (range > map))");
}

Test(label, a_very_long_path_is_whole)
{
	weir_observable *observable = weir_range(0, 1);

	for (int stage = 0; stage < 2000; stage++)
		observable = weir_map(observable, same, NULL);
	origin_of(weir_map(observable, fails, NULL));
	cr_expect_eq(strlen(origin), strlen("range") + 2001 * strlen(" > map"));
	free(origin);
	origin = NULL;
}

Test(label, without_memory_for_the_path_the_error_comes_all_the_same)
{
	for (size_t number = 1; number < 20; number++) {
		weir_observable *observable = weir_map(weir_range(0, 1), fails, NULL);

		code = 0;
		faults_fail_once(number);
		origin_of(observable);
		faults_stop();
		cr_expect(code == ERANGE || code == ENOMEM, "allocation %zu: %d", number, code);
		free(origin);
		origin = NULL;
	}
}
