/*
 * rate_limited_client: every item of a paginated API, without ever asking faster than the server allows.
 *
 *	rate_limited_client URL [REQUESTS-PER-SECOND]
 *
 * For instance against the feed server: rate_limited_client http://127.0.0.1:8080/items 5
 */
#include <stdio.h>
#include <stdlib.h>

#include <weir/weir.h>

struct client {
	uint64_t items;
	uint64_t repeated;
	bool failed;
};

static void count_item(weir_value item, void *context)
{
	(void)item;
	((struct client *)context)->items++;
}

static void tell_retry(const weir_error *error, uint64_t attempt, weir_duration delay, void *context)
{
	((struct client *)context)->repeated++;
	printf("attempt %llu failed (%s), again in %lld ms\n", (unsigned long long)attempt,
		weir_error_code_name(weir_error_code(error)), (long long)(delay / 1000000));
}

static void print_error(const weir_error *error, void *context)
{
	char text[500];

	weir_error_print(error, text, sizeof text);
	fprintf(stderr, "rate_limited_client: %s\n", text);
	((struct client *)context)->failed = true;
}

int main(int argc, char **argv)
{
	uint64_t rate = argc > 2 ? strtoull(argv[2], NULL, 10) : 5;
	struct client client = { 0 };

	if (argc < 2 || argc > 3 || rate == 0) {
		fputs("usage: rate_limited_client URL [REQUESTS-PER-SECOND]\n", stderr);
		return 2;
	}

	weir_loop *loop = weir_loop_new();
	weir_limiter *limiter = weir_limiter_new(loop, &(weir_limiter_options){ .limit = rate, .period = weir_s(1) });
	weir_time start = weir_loop_now(loop);

	weir_subscribe(weir_pages(argv[1],
			       &(weir_pages_options){
				       .next = WEIR_NEXT_LINK,
				       .items = "data",
				       .limiter = limiter,
				       .retry =
					       &(weir_retry_options){
						       .max_attempts = 5,
						       .initial_delay = weir_ms(100),
						       .factor = 2,
						       .jitter = WEIR_JITTER_FULL,
						       .on_retry = tell_retry,
						       .context = &client,
					       },
			       }),
		loop, &(weir_observer){ .next = count_item, .error = print_error, .context = &client });
	weir_loop_run(loop);
	printf("%llu items in %.1f s, %llu requests repeated\n", (unsigned long long)client.items,
		(double)(weir_loop_now(loop) - start) / 1e9, (unsigned long long)client.repeated);
	weir_limiter_unref(limiter);
	weir_loop_free(loop);
	return client.failed || client.items == 0 ? 1 : 0;
}
