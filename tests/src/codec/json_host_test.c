/*
 * A program that uses jansson itself, beside weir_parse_json(): its allocation functions stay its own.
 *
 * jansson is looked up when the test runs, so that it builds where there is none.
 */
#include "codec_test.h"

#include <dlfcn.h>
#include <pthread.h>

struct json;

static void (*json_set_alloc_funcs)(void *(*)(size_t), void (*)(void *));
static struct json *(*json_array)(void);
static void (*json_delete)(struct json *);

static size_t taken;
static size_t given_back;

static void *host_malloc(size_t size)
{
	taken++;
	return malloc(size);
}

static void host_free(void *memory)
{
	given_back++;
	free(memory);
}

static void look_up(void)
{
	*(void **)&json_set_alloc_funcs = dlsym(RTLD_DEFAULT, "json_set_alloc_funcs");
	*(void **)&json_array = dlsym(RTLD_DEFAULT, "json_array");
	*(void **)&json_delete = dlsym(RTLD_DEFAULT, "json_delete");
	if (json_set_alloc_funcs == NULL)
		cr_skip_test("jansson is not in this program");
}

TestSuite(json_host, .init = look_up);

static void parse(void)
{
	IS(weir_parse_json(BYTES("{\"a\":[1,\"x\"]}"), NULL), "{\"a\": [1, \"x\"]}");
	FAILS(weir_parse_json(BYTES("{\"a\":[1,\"x\"]"), NULL), WEIR_ETRUNCATED, "");
}

Test(json_host, functions_that_were_set_before_serve_the_host)
{
	json_set_alloc_funcs(host_malloc, host_free);
	parse();
	cr_assert_eq(taken, 0, "parsing does not use them");

	struct json *array = json_array();

	cr_assert_gt(taken, 0);
	parse();
	json_delete(array);
	cr_assert_eq(given_back, taken);
}

Test(json_host, what_was_allocated_before_is_freed_as_it_was_allocated)
{
	struct json *array = json_array();

	parse();
	json_delete(array);
}

Test(json_host, functions_that_are_set_later_serve_everybody)
{
	parse();
	json_set_alloc_funcs(host_malloc, host_free);
	parse();
	cr_assert_gt(taken, 0);
	cr_assert_eq(given_back, taken);
}

static void *parse_often(void *unused)
{
	for (int round = 0; round < 2000; round++)
		parse();
	return unused;
}

Test(json_host, threads_parse_at_once)
{
	pthread_t threads[4];

	for (size_t index = 0; index < 4; index++)
		pthread_create(&threads[index], NULL, parse_often, NULL);
	for (size_t index = 0; index < 4; index++)
		pthread_join(threads[index], NULL);
}
