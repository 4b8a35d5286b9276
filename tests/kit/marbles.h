/* <weir/testing.h> in Criterion tests. */
#ifndef TESTS_KIT_MARBLES_H
#define TESTS_KIT_MARBLES_H

#include <string.h>

#include <criterion/criterion.h>

#include <weir/testing.h>

/* Run the test, fail with its report if there is one, free it. */
#define MARBLES_OK(test) \
	do { \
		weir_test *marbles_test = (test); \
		const char *marbles_report = weir_test_run(marbles_test); \
\
		cr_expect(marbles_report == NULL, "%s", marbles_report); \
		weir_test_free(marbles_test); \
	} while (0)

/* The same where the test must fail, with `part` in its report. */
#define MARBLES_FAIL(test, part) \
	do { \
		weir_test *marbles_test = (test); \
		const char *marbles_report = weir_test_run(marbles_test); \
\
		cr_expect(marbles_report != NULL && strstr(marbles_report, (part)) != NULL, \
			"expected a report with \"%s\", got:\n%s", (part), \
			marbles_report != NULL ? marbles_report : "none"); \
		weir_test_free(marbles_test); \
	} while (0)

#endif
