/* hello: the smallest program with a pipeline, for its size. */
#include <stdio.h>

#include <weir/weir.h>

static weir_value squared(weir_value value, void *context)
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

	weir_subscribe(weir_map(weir_range(1, 5), squared, NULL), loop, &(weir_observer){ .next = print });
	weir_loop_run(loop);
	weir_loop_free(loop);
	return 0;
}
