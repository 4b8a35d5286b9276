/* hello: the squares of the odd numbers up to nine. */
#include <stdio.h>

#include <weir/weir.h>

static int is_odd(weir_value value, void *context)
{
	(void)context;
	return weir_as_int(value) % 2 != 0;
}

static weir_value square(weir_value value, void *context)
{
	(void)context;
	return weir_int(weir_as_int(value) * weir_as_int(value));
}

static void print(weir_value value, void *context)
{
	(void)context;
	printf("%lld\n", (long long)weir_as_int(value));
}

int main(void)
{
	weir_loop *loop = weir_loop_new();
	weir_observable *squares = weir_map(weir_filter(weir_range(1, 9), is_odd, NULL), square, NULL);

	weir_subscribe(squares, loop, &(weir_observer){ .next = print });
	weir_loop_run(loop);
	weir_loop_free(loop);
	return 0;
}
