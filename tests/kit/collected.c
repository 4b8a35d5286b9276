/* An observer that keeps all it gets. See kit/collected.h. */
#include "kit/collected.h"

#include <stdlib.h>
#include <string.h>

static void on_subscribed(weir_subscription *subscription, void *context)
{
	struct collected *collected = context;

	collected->subscription = weir_subscription_ref(subscription);
}

static void on_next(weir_value value, void *context)
{
	struct collected *collected = context;

	if (weir_kind(value) == WEIR_KIND_BIN || weir_kind(value) == WEIR_KIND_STR)
		collected->bytes += weir_length(value);
	if (collected->count < COLLECT_MAX && !collected->forgets_items)
		collected->items[collected->count] = weir_retain(value);
	collected->count++;
	if (collected->count == collected->cancel_after)
		weir_cancel(collected->subscription);
	else if (collected->request_after_each > 0)
		weir_request(collected->subscription, collected->request_after_each);
}

static void on_error(const weir_error *error, void *context)
{
	struct collected *collected = context;

	collected->error = weir_error_ref(error);
}

static void on_complete(void *context)
{
	struct collected *collected = context;

	collected->is_completed = true;
}

static void on_destroy(void *context)
{
	struct collected *collected = context;

	collected->is_destroyed = true;
}

void collect(struct collected *collected, weir_loop *loop, weir_observable *observable, uint64_t demand)
{
	weir_subscribe(observable, loop,
		&(weir_observer){
			.subscribed = on_subscribed,
			.next = on_next,
			.error = on_error,
			.complete = on_complete,
			.destroy = on_destroy,
			.context = collected,
			.demand = demand,
		});
}

void collect_finish(struct collected *collected)
{
	weir_cancel(collected->subscription);
	weir_subscription_unref(collected->subscription);
	collected->subscription = NULL;
	for (size_t index = 0; index < collected->count && index < COLLECT_MAX && !collected->forgets_items; index++)
		weir_release(collected->items[index]);
	collected->count = 0;
	weir_error_unref(collected->error);
	collected->error = NULL;
}

bool collect_run(struct collected *collected, weir_loop *loop, weir_duration limit)
{
	weir_time end = weir_loop_now(loop) + limit;

	while (!collected->is_destroyed && weir_loop_now(loop) < end)
		collect_wait(loop, weir_ms(2));
	return collected->is_destroyed;
}

void collect_wait(weir_loop *loop, weir_duration duration)
{
	weir_loop_hold(loop);
	weir_loop_run_for(loop, duration);
	weir_loop_release(loop);
}

int collect_code(const struct collected *collected)
{
	return collected->error != NULL ? weir_error_code(collected->error) : 0;
}

const char *collect_message(const struct collected *collected)
{
	return collected->error != NULL ? weir_error_message(collected->error) : "";
}

char *collect_text(const struct collected *collected)
{
	char *text = malloc(collected->bytes + 1);
	size_t length = 0;

	for (size_t index = 0; index < collected->count && index < COLLECT_MAX; index++) {
		size_t piece;
		const void *bytes = weir_as_bytes(collected->items[index], &piece);

		if (piece > 0)
			memcpy(text + length, bytes, piece);
		length += piece;
	}
	text[length] = '\0';
	return text;
}
