/* Callbacks that many tests need, and values made of digits. */
#ifndef TESTS_KIT_FUNCTIONS_H
#define TESTS_KIT_FUNCTIONS_H

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include <weir/loop.h>
#include <weir/observable.h>

/* An array of integers: "123" is [1, 2, 3]. */
static inline weir_value digits(const char *text)
{
	weir_value items[32];
	size_t count = strlen(text);

	cr_assert_leq(count, 32);
	for (size_t index = 0; index < count; index++)
		items[index] = weir_int(text[index] - '0');
	return weir_make_array(items, count);
}

/* An array of strings, which are counted: "ab" is ["a", "b"]. */
static inline weir_value letters(const char *text)
{
	weir_value items[32];
	size_t count = strlen(text);

	cr_assert_leq(count, 32);
	for (size_t index = 0; index < count; index++)
		items[index] = weir_str(text + index, 1);
	return weir_make_array(items, count);
}

static inline int is_even(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) % 2 == 0;
}

static inline int is_odd(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) % 2 != 0;
}

static inline int is_below_three(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) < 3;
}

static inline int is_always(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return 1;
}

static inline int is_never(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return 0;
}

/* True, but fails at 3. */
static inline int fails_at_three(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) == 3 ? -ERANGE : 1;
}

/* False, but fails at 3. */
static inline int false_fails_at_three(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) == 3 ? -ERANGE : 0;
}

static inline weir_value times_ten(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) * 10);
}

static inline weir_value modulo_three(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) % 3);
}

static inline weir_value map_fails_at_three(weir_value value, void *context)
{
	(void)context;
	if (weir_as_int(value) == 3)
		return weir_fail(ERANGE, "three is not allowed");
	return weir_retain(value);
}

static inline weir_value add(weir_value accumulated, weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(accumulated) + weir_as_int(value));
}

static inline weir_value add_fails_at_three(weir_value accumulated, weir_value value, void *context)
{
	if (weir_as_int(value) == 3)
		return weir_fail(ERANGE, "three is not allowed");
	return add(accumulated, value, context);
}

/* Text in memory of its own, of both: the sanitizer tells who touches one too late. */
static inline weir_value join(weir_value accumulated, weir_value value, void *context)
{
	char left[64];
	char right[64];

	(void)context;
	weir_print(accumulated, left, sizeof left);
	weir_print(value, right, sizeof right);
	return weir_string_format("%s+%s", left, right);
}

static inline weir_value same(weir_value value, void *context)
{
	(void)context;
	return weir_retain(value);
}

static inline void keep_last(weir_value value, void *context)
{
	weir_release(*(weir_value *)context);
	*(weir_value *)context = weir_retain(value);
}

/* The last item of a pipeline, owned. Consumes the observable. */
static inline weir_value last_of(weir_observable *observable)
{
	weir_value last = weir_nil();
	weir_loop *loop = weir_loop_new_virtual();

	weir_subscribe(observable, loop, &(struct weir_observer){ .next = keep_last, .context = &last });
	weir_loop_run(loop);
	weir_loop_free(loop);
	return last;
}

/* 1,000 strings of which many are equal to the one before, and few are new. */
static inline weir_value repetitive_strings(void)
{
	static weir_value items[1000];

	for (int index = 0; index < 1000; index++)
		items[index] = weir_string_format("string %d", index / 3 * index / 3 % 17);
	return weir_make_array(items, 1000);
}

/* A consumer whose handle callbacks of the pipeline may cancel. */
struct victim {
	weir_subscription *subscription;
	size_t items;
	size_t destroyed;
	bool ended;
};

static inline void victim_subscribed(weir_subscription *subscription, void *context)
{
	((struct victim *)context)->subscription = subscription;
}

static inline void victim_next(weir_value value, void *context)
{
	(void)value;
	((struct victim *)context)->items++;
}

static inline void victim_error(const weir_error *error, void *context)
{
	(void)error;
	((struct victim *)context)->ended = true;
}

static inline void victim_complete(void *context)
{
	((struct victim *)context)->ended = true;
}

static inline void victim_destroy(void *context)
{
	((struct victim *)context)->destroyed++;
}

/* To be called by the callback that the test is about. */
static inline void victim_cancel(void *context)
{
	struct victim *victim = (struct victim *)context;

	weir_cancel(victim->subscription);
	cr_assert_eq(victim->destroyed, 1);
}

/* Runs it to its end: the cancel must have come, and nothing after it. Consumes the observable. */
static inline void victim_run(struct victim *victim, weir_observable *observable, size_t items)
{
	weir_loop *loop = weir_loop_new_virtual();

	*victim = (struct victim){ 0 };
	weir_subscribe(observable, loop,
		&(struct weir_observer){ .subscribed = victim_subscribed,
			.next = victim_next,
			.error = victim_error,
			.complete = victim_complete,
			.destroy = victim_destroy,
			.context = victim });
	weir_loop_run(loop);
	weir_loop_free(loop);
	cr_assert_eq(victim->destroyed, 1);
	cr_assert(!victim->ended, "it ended by itself instead of by the cancel");
	cr_assert_eq(victim->items, items, "%zu items came, not %zu", victim->items, items);
}

#endif
