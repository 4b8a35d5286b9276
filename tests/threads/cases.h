/*
 * Cases of a plain program, told as TAP: Criterion does not run under the thread sanitizer. `EXPECT` may be used on any
 * thread.
 */
#ifndef TESTS_THREADS_CASES_H
#define TESTS_THREADS_CASES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures; /* atomic */

#define EXPECT(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s: not %s\n", __FILE__, __LINE__, __func__, #condition); \
			__atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED); \
		} \
	} while (0)

struct thread_case {
	const char *name;
	void (*run)(void);
};

#define CASE(name) \
	{ \
#name, name \
	}

/* For main(): all cases, or those whose name contains the first argument. Returns the exit status. */
static inline int run_cases(const struct thread_case *cases, size_t case_count, int argc, char **argv)
{
	size_t count = 0;

	for (size_t index = 0; index < case_count; index++) {
		if (argc > 1 && strstr(cases[index].name, argv[1]) == NULL)
			continue;

		int before = __atomic_load_n(&failures, __ATOMIC_RELAXED);

		cases[index].run();
		printf("%s %zu - %s\n", __atomic_load_n(&failures, __ATOMIC_RELAXED) == before ? "ok" : "not ok",
			++count, cases[index].name);
		fflush(stdout);
	}
	printf("1..%zu\n", count);
	return __atomic_load_n(&failures, __ATOMIC_RELAXED) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
