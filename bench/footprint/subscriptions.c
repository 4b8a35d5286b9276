/* subscriptions: heap that an idle subscription takes, by the number of its stages: one line each, `stages bytes`. */
#include <malloc.h>
#include <stdio.h>

#include <weir/weir.h>

#define SUBSCRIPTIONS 10000

static weir_value same(weir_value value, void *context)
{
	(void)context;
	return value;
}

static void ignore(weir_value value, void *context)
{
	(void)value;
	(void)context;
}

static size_t heap(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

int main(void)
{
	static const int lengths[] = { 0, 1, 2, 3, 5, 10, 20 };
	static weir_subscription *subscriptions[SUBSCRIPTIONS];

	for (size_t index = 0; index < sizeof lengths / sizeof *lengths; index++) {
		weir_loop *loop = weir_loop_new();
		weir_observable *observable = weir_never();
		size_t before;

		for (int stage = 0; stage < lengths[index]; stage++)
			observable = weir_map(observable, same, NULL);
		/* What the loop keeps for later belongs to no subscription. */
		weir_cancel(weir_subscribe_borrowed(observable, loop, &(weir_observer){ .next = ignore }));
		before = heap();
		for (int item = 0; item < SUBSCRIPTIONS; item++)
			subscriptions[item] =
				weir_subscribe_borrowed(observable, loop, &(weir_observer){ .next = ignore });
		printf("%d %.0f\n", lengths[index], (double)(heap() - before) / SUBSCRIPTIONS);
		for (int item = 0; item < SUBSCRIPTIONS; item++)
			weir_cancel(subscriptions[item]);
		weir_unref(observable);
		weir_loop_run(loop);
		weir_loop_free(loop);
	}
	return 0;
}
