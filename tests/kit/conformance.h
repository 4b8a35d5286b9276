/*
 * The inherited suite: every operator's test program defines one `conformance_subject` and links the suite's tests,
 * which then run over it. Without a subject the program does not link.
 */
#ifndef TESTS_KIT_CONFORMANCE_H
#define TESTS_KIT_CONFORMANCE_H

#include <weir/observable.h>

struct conformance_subject {
	/* The operator's name, as in its class. */
	const char *name;
	/*
	 * The operator applied to `source` (consumed), with arguments under which it emits something when the source is
	 * the integers 1 to 9, synchronous or a millisecond apart. Called many times; every call must build the same
	 * recipe. For a creating operator `source` is NULL and the result completes by itself, or `endless` is set.
	 */
	weir_observable *(*build)(weir_observable *source);
	/* A creating operator: there is no source. */
	bool creates;
	/* It never completes by itself (interval, never, a subject): the suite cancels it after 50 ms. */
	bool endless;
	/* It answers an error of the source otherwise than by failing with it (catch_error, retry, materialize …). */
	bool handles_errors;
	/* It needs a real loop (descriptors, threads): the suite then skips what needs virtual time. */
	bool needs_real_loop;
	/* Why the items may differ with demand, when they may: a lossy stage. NULL: they must not. */
	const char *demand_changes_items;
	/* Why their order may differ with demand, when it may: several sources merged. NULL: it must not. */
	const char *demand_changes_order;
	/*
	 * Why fewer items may come before an error of the source when less is demanded: it overtakes items that wait here, or
	 * in inner observables. NULL: the same items must.
	 */
	const char *errors_overtake_items;
	/* Why nothing is emitted for the integers 1 to 9 (ignore_elements, never, throw). NULL: something must be. */
	const char *emits_nothing;
	/* Why two subscriptions, at once or one after the other, may see different items (a shared limiter). NULL: the
	 * same. */
	const char *subscriptions_interact;
};

extern const struct conformance_subject conformance_subject;

#endif
