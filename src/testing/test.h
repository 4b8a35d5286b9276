/* What the parts of <weir/testing.h> know of each other. */
#ifndef WEIR_TESTING_TEST_H
#define WEIR_TESTING_TEST_H

#include <stdarg.h>

#include <weir/operator.h>
#include <weir/testing.h>

#include "base/list.h"
#include "testing/marbles.h"

/* Text that grows. */
struct weir_report {
	char *text;
	size_t length;
	size_t capacity;
	bool is_cut; /* there was no memory for all of it */
};

void weir_report_add(struct weir_report *report, const char *format, ...) WEIR_PRINTF(2, 3);

struct weir_test_subscription {
	weir_time subscribed;
	weir_time released; /* negative: not */
};

/* A cold or hot source. */
struct weir_test_source {
	struct weir_test_source *next;
	weir_test *test;
	weir_observable *observable; /* the test's own reference */
	char *text;
	struct weir_marbles marbles;
	struct weir_test_subscription *log;
	size_t log_count;
	size_t log_capacity;
	bool is_checked; /* something is expected of its subscriptions */
	struct weir_marbles expected; /* `^` and `!` of all expected subscriptions, one after the other */
	/* Hot only. */
	struct weir_timer *timers;
	size_t happened; /* messages before this one are in the past */
	struct weir_link listeners;
	uint64_t last_serial;
};

/* What an observable did, from its subscription on. */
struct weir_recording {
	struct weir_recording *next;
	weir_test *test;
	struct weir_marbles marbles;
	weir_time origin;
	weir_subscription *subscription; /* NULL when it has ended */
	bool has_begun;
	bool is_endless; /* more items came than any test needs */
	bool overfed; /* more items came than were requested */
	uint64_t requested;
	uint64_t received;
	uint64_t then;
};

struct weir_expectation {
	struct weir_expectation *next;
	weir_observable *observable; /* until it is subscribed to */
	char *text;
	struct weir_marbles expected;
	uint64_t first;
	struct weir_timer begin;
	struct weir_timer cancel;
	weir_duration cancel_after; /* negative: not */
	struct weir_recording recording;
};

struct weir_test_action {
	struct weir_test_action *next;
	struct weir_timer timer;
	weir_duration after;
	void (*action)(void *context);
	void *context;
};

struct weir_test {
	weir_loop *loop;
	struct weir_marble_alphabet alphabet;
	struct weir_test_source *sources;
	struct weir_expectation *expectations;
	struct weir_test_action *actions;
	struct weir_marbles *streams; /* what bound letters expect of observables */
	struct weir_recording *inner_recordings; /* of observables that came as items */
	struct weir_report report;
	weir_duration limit;
	bool has_run;
	bool is_over; /* what is released now is not of the run */
	bool allows_drops;
	bool expects_streams;
	bool out_of_memory;
};

/* Parse, and report what is wrong with the text. False then. */
bool weir_test_parse(weir_test *test, struct weir_marbles *marbles, const char *text, enum weir_marble_grammar grammar);

char *weir_test_copy(weir_test *test, const char *text);

/* Put the hot sources' messages on the loop. */
void weir_test_start_sources(weir_test *test);

void weir_test_stop_source(struct weir_test_source *source);
void weir_test_source_free(struct weir_test_source *source);

/* Add what differs to the report. */
void weir_test_compare(weir_test *test, const struct weir_expectation *expectation, size_t number);
void weir_test_compare_subscriptions(weir_test *test, const struct weir_test_source *source);

#endif
