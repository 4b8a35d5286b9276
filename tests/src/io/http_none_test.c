/* A library built without libcurl says so. */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include <weir/http.h>
#include <weir/loop.h>
#include <weir/pages.h>
#include <weir/sse.h>

#include "kit/collected.h"

Test(http_none, every_source_fails_with_what_is_missing)
{
	weir_observable *observables[] = {
		weir_http("http://x/", NULL),
		weir_http_body("http://x/", NULL),
		weir_http_fetch("http://x/", NULL),
		weir_http_get("http://x/"),
		weir_sse("http://x/", NULL),
		weir_sse_json("http://x/", NULL),
		weir_pages("http://x/", NULL),
		weir_pages("http://x/", &(weir_pages_options){ .next = WEIR_NEXT_OFFSET, .items = "a" }),
		weir_poll("http://x/", weir_s(1), NULL),
	};

	for (size_t index = 0; index < sizeof observables / sizeof *observables; index++) {
		weir_loop *loop = weir_loop_new();
		struct collected got = { 0 };

		collect(&got, loop, observables[index], 0);
		cr_assert(collect_run(&got, loop, weir_s(5)), "observable %zu", index);
		cr_assert_eq(collect_code(&got), ENOTSUP, "observable %zu: %s", index, collect_message(&got));
		cr_assert_not_null(strstr(collect_message(&got), "-Dhttp=enabled needs libcurl"), "observable %zu: %s",
			index, collect_message(&got));
		collect_finish(&got);
		weir_loop_free(loop);
	}
}
